using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Status;

/// <summary>
/// Status lists that are kept current from outside: each known under the one address it was fetched from, verified when it arrives and again when
/// the registered issuers change, and relied upon until a stated time. Answers from memory, and says which list was missing; it fetches nothing.
/// Safe to use from many threads.
/// </summary>
/// <param name="issuers">Whose keys count at first.</param>
/// <param name="missing">Told the address of every list that was asked for and is not here. Must return at once.</param>
public sealed class CurrentStatusLists(IReadOnlyList<TrustedIssuer> issuers, Action<string> missing) : IStatusListSource
{
    // Unpacked: sixteen thousand lists of the usual 16 KB. Beyond it a list is not taken over, and its credentials go to a person.
    private const long MaxBytes = 256 * 1024 * 1024;

    private readonly Lock _change = new();
    private IssuerRegister _register = new(issuers);
    private AnchorStore _anchors = new(issuers, RevocationBook.Empty);
    private ImmutableArray<CredentialIssuer> _known = Names(issuers);
    private volatile ImmutableDictionary<string, Held> _held = ImmutableDictionary.Create<string, Held>(StringComparer.Ordinal);

    /// <summary>What a document fetched from <paramref name="address"/> is, and whether it may take the place of the list held.</summary>
    public OutsideReading Judge(string address, ReadOnlyMemory<byte> content)
    {
        lock (_change)
        {
            if (Read(address, content) is not { } list) return new("it is no status list");
            if (list.Fault is not null) return new(list.Why);
            var held = _held.GetValueOrDefault(address)?.List;
            if (held is not null && list.RollsBack(held) is { } back) return new(back);
            if (_held.Where(h => h.Key != address).Sum(h => (long)h.Value.List.Bytes) + list.Bytes > MaxBytes) return new("there is no room for more status lists");
            return new("") { Until = list.Until, TimeToLive = list.TimeToLive, Words = list.Describe() };
        }
    }

    /// <summary>Takes a list over, or confirms the one held. A document that is no list, or one whose proof does not hold, answers that it is invalid.</summary>
    /// <param name="address">Where it was fetched.</param>
    /// <param name="content">The document.</param>
    /// <param name="reliedUntil">Time after which it is stale unless it was confirmed again.</param>
    public void Put(string address, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        lock (_change)
        {
            var held = _held.GetValueOrDefault(address);
            var list = held is not null && held.Content.Span.SequenceEqual(content.Span) ? held.List : Read(address, content);
            if (list is not null) _held = _held.SetItem(address, new(list, content, reliedUntil));
        }
    }

    /// <summary>Forgets a list.</summary>
    public void Remove(string address)
    {
        lock (_change) _held = _held.Remove(address);
    }

    /// <summary>Verifies every list again when the registered issuers or their keys changed; otherwise those that go by anchors and revoked certificates, or that nobody vouched for.</summary>
    public void TakeOver(IReadOnlyList<TrustedIssuer> issuers, RevocationBook revocations)
    {
        lock (_change)
        {
            var known = Names(issuers);
            var same = known.SequenceEqual(_known);
            _anchors = new(issuers, revocations);
            if (!same) (_known, _register) = (known, new(issuers));
            _held = _held.ToImmutableDictionary(
                h => h.Key, h => (!same || h.Value.List is { Seal: not null } or { Fault: StatusAnswer.Unavailable }) && Read(h.Key, h.Value.Content) is { } list ? h.Value with { List = list } : h.Value, StringComparer.Ordinal);
        }
    }

    /// <inheritdoc/>
    public StatusAnswer Ask(StatusPointer place, DateTimeOffset at)
    {
        if (_held.TryGetValue(place.List, out var held)) return at > held.ReliedUntil ? StatusAnswer.Unavailable : held.List.Ask(place, at);
        missing(place.List);
        return StatusAnswer.Unavailable;
    }

    /// <inheritdoc/>
    public string Describe(StatusPointer place, DateTimeOffset at) => !_held.TryGetValue(place.List, out var held) ? ""
        : at > held.ReliedUntil ? string.Create(CultureInfo.InvariantCulture, $"It could not be confirmed in time and was relied upon until {held.ReliedUntil.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z.")
        : held.List.Describe(at);

    private static ImmutableArray<CredentialIssuer> Names(IReadOnlyList<TrustedIssuer> issuers) => [.. issuers.SelectMany(i => i.CredentialIssuers)];

    // Token Status List, 8.3: the list names itself by the address that credentials point to.
    private StatusListDocument? Read(string address, ReadOnlyMemory<byte> content) =>
        StatusListDocument.Read(content, _register, _anchors) is { } list ? list.Fault is null && list.OfTokens && list.Id != address ? StatusListDocument.Wrong(list.Id, "it is the list of another address") : list : null;

    private sealed record Held(StatusListDocument List, ReadOnlyMemory<byte> Content, DateTimeOffset ReliedUntil);
}
