namespace MicroCreds.Domain.Verification;

/// <summary>What is fetched from outside: never a credential, only what credentials are judged by.</summary>
public enum OutsideKind
{
    /// <summary>Keys of a registered issuer: a DID document of did:web, or a JWK set (RFC 7517, 5).</summary>
    IssuerKeys,
    /// <summary>Trusted list of authorities (ETSI TS 119 612).</summary>
    TrustedList,
    /// <summary>Status list of credentials: Bitstring Status List, StatusList2021 or Token Status List.</summary>
    StatusList,
    /// <summary>Certificates that their authority revoked (RFC 5280, 5).</summary>
    RevocationList,
}

/// <summary>A document outside, by what it is for and where it lies. The operator's configuration names it or the part of an address under which it lies.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Address">Absolute https address without user, fragment or, for status lists, query.</param>
public sealed record OutsideDocument(OutsideKind Kind, string Address);

/// <summary>What a fetched document turned out to be, once its own proof was verified.</summary>
/// <param name="Fault">Why it is not taken over, in one sentence; empty when it is.</param>
public sealed record OutsideReading(string Fault)
{
    /// <summary>End of its validity by its own word, included; null when it states none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>After what time it wants to be asked for again; null when it does not say.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>What it is, in a few words: who signed it and when, how many keys or authorities it names.</summary>
    public string Words { get; init; } = "";
}

/// <summary>By what credentials are judged that comes from outside. Something else fetches; this reads, verifies and remembers.</summary>
public interface IOutsideTrust
{
    /// <summary>Raised with a document that was needed and is not here.</summary>
    event Action<OutsideDocument>? Missing;

    /// <summary>Reads and verifies what was fetched, and compares it with what is held. Never throws for what is in it.</summary>
    OutsideReading Judge(OutsideDocument document, ReadOnlyMemory<byte> content);

    /// <summary>Takes a document over that was judged, now or before a restart, or confirms it.</summary>
    /// <param name="document">Which.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="reliedUntil">Time after which it is stale.</param>
    void Put(OutsideDocument document, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil);

    /// <summary>Relies no longer on what is stale at <paramref name="now"/>.</summary>
    void LetGo(DateTimeOffset now);
}
