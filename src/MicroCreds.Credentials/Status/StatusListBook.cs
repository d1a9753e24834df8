using System.Collections.Frozen;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Status;

/// <summary>
/// Status lists that were fetched beforehand, each verified once under the registered keys and kept unpacked. A list is found under the address
/// it was fetched from, else under its own name (<c>id</c>, <c>sub</c>). Immutable: newly fetched lists make a new book.
/// </summary>
public sealed class StatusListBook : IStatusListSource
{
    // 1,000 lists of the usual size are 16 MB.
    private const int MaxLists = 10_000;

    private readonly FrozenDictionary<string, StatusListDocument> _byName;

    private StatusListBook(FrozenDictionary<string, StatusListDocument> byName) => _byName = byName;

    /// <summary>How many names lists are known under.</summary>
    public int Count => _byName.Count;

    /// <summary>Reads and verifies lists. Documents that are no status list are left out; a list whose proof is wrong stays, and answers that it is invalid.</summary>
    /// <param name="documents">Each with the address it was fetched from; empty where that is not known.</param>
    /// <param name="issuers">Whose keys and seals count.</param>
    /// <param name="revocations">Which certificates were revoked.</param>
    public static StatusListBook Read(IEnumerable<(string Address, ReadOnlyMemory<byte> Content)> documents, IReadOnlyList<TrustedIssuer> issuers, RevocationBook revocations)
    {
        var (register, anchors) = (new IssuerRegister(issuers), new AnchorStore(issuers, revocations));
        var byName = new Dictionary<string, StatusListDocument>(StringComparer.Ordinal);
        foreach (var (address, content) in documents.Take(MaxLists))
        {
            if (StatusListDocument.Read(content, register, anchors) is not { } list) continue;
            // Where it was fetched is the operator's word; what it calls itself counts where nobody said otherwise.
            if (address.Length > 0) byName[address] = list;
            else if (list.Id.Length > 0 && !byName.TryAdd(list.Id, list) && byName[list.Id].Fault is not null) byName[list.Id] = list;
        }
        return new(byName.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Reads and verifies lists, where no certificate is known to be revoked.</summary>
    public static StatusListBook Read(IEnumerable<(string Address, ReadOnlyMemory<byte> Content)> documents, IReadOnlyList<TrustedIssuer> issuers) => Read(documents, issuers, RevocationBook.Empty);

    /// <inheritdoc/>
    public StatusAnswer Ask(StatusPointer place, DateTimeOffset at) => _byName.TryGetValue(place.List, out var list) ? list.Ask(place, at) : StatusAnswer.Unavailable;

    /// <inheritdoc/>
    public string Describe(StatusPointer place, DateTimeOffset at) => _byName.TryGetValue(place.List, out var list) ? list.Describe(at) : "";
}
