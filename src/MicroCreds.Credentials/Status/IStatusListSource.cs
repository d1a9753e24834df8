namespace MicroCreds.Credentials.Status;

/// <summary>A pointer from a credential into a list of revoked or suspended credentials.</summary>
/// <param name="Type">Type of the entry as written, e.g. <c>StatusList2021Entry</c>, <c>BitstringStatusListEntry</c>; empty when none.</param>
/// <param name="Purpose">What a set bit means, e.g. <c>revocation</c>, <c>suspension</c>; empty when not stated.</param>
/// <param name="List">Address or identifier of the list. A name to look up, never an address to fetch during verification.</param>
/// <param name="Index">Position in the list, counted from 0.</param>
public sealed record StatusPointer(string Type, string Purpose, string List, long Index)
{
    /// <summary>Type given to pointers into a Token Status List, which have none of their own.</summary>
    public const string Token = "TokenStatusList";
}

/// <summary>What a status list says about one credential.</summary>
public enum StatusAnswer
{
    /// <summary>The list is not known here, or too old to be relied upon. Never read as valid.</summary>
    Unavailable,
    /// <summary>The bit is not set: neither revoked nor suspended.</summary>
    Clear,
    /// <summary>The bit is set.</summary>
    Set,
    /// <summary>The list's own proof, type, purpose or length is wrong.</summary>
    Invalid,
}

/// <summary>Status lists that were fetched and verified beforehand. Answers from memory: verification never waits for the network, and no issuer learns who is checked.</summary>
public interface IStatusListSource
{
    /// <summary>What the list said that was current at <paramref name="at"/>.</summary>
    StatusAnswer Ask(StatusPointer place, DateTimeOffset at);

    /// <summary>Whose list it is and how it is known, or why it cannot be used, in one sentence for the evidence; empty when there is nothing to say.</summary>
    string Describe(StatusPointer place, DateTimeOffset at);
}

/// <summary>A source that knows no list: every pointer makes a person look.</summary>
public sealed class NoStatusLists : IStatusListSource
{
    /// <summary>The one instance.</summary>
    public static NoStatusLists Instance { get; } = new();

    /// <inheritdoc/>
    public StatusAnswer Ask(StatusPointer place, DateTimeOffset at) => StatusAnswer.Unavailable;

    /// <inheritdoc/>
    public string Describe(StatusPointer place, DateTimeOffset at) => "";
}
