using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Trust;

/// <summary>An issuer whose keys lie outside, registered by the operator.</summary>
/// <param name="Id">Its name as credentials write it: <c>did:web:…</c>, or an https address.</param>
/// <param name="Organisation">The organisation it speaks for; null when it is no member.</param>
/// <param name="Address">Where its DID document or JWK set lies.</param>
public sealed record OutsideIssuer(string Id, OrganisationId? Organisation, string Address);

/// <summary>
/// What credentials are judged by that something else fetches: keys of registered issuers and status lists. Makes verifiers that know them. Who is
/// registered is never learnt from outside; a fetched document only says which keys a registered name has now.
/// Safe to use from many threads.
/// </summary>
public sealed class OutsideTrust : IOutsideTrust
{
    private readonly Lock _change = new();
    private readonly ImmutableArray<OutsideIssuer> _issuers;
    private readonly CurrentStatusLists _lists;
    private readonly Dictionary<string, (ImmutableArray<CredentialKey> Keys, DateTimeOffset ReliedUntil)> _keys = new(StringComparer.Ordinal);

    /// <summary>Nothing is held at first.</summary>
    /// <param name="issuers">Whose keys are fetched.</param>
    public OutsideTrust(IEnumerable<OutsideIssuer> issuers)
    {
        _issuers = [.. issuers];
        _lists = new([], address => Missing?.Invoke(new(OutsideKind.StatusList, address)));
    }

    /// <inheritdoc/>
    public event Action<OutsideDocument>? Missing;

    /// <summary>Raised when keys came, changed or became stale: a new verifier is due.</summary>
    public event Action? Changed;

    /// <summary>A verifier by <paramref name="registered"/>, by the keys held, and by the status lists held now and later.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier MakeVerifier(IReadOnlyList<TrustedIssuer> registered)
    {
        lock (_change)
        {
            IReadOnlyList<TrustedIssuer> all = [.. registered.Select(WithKeys), .. _issuers.Select(Fetched)];
            _lists.TakeOver(all);
            return new(all, _lists);
        }
    }

    /// <inheritdoc/>
    public OutsideReading Judge(OutsideDocument document, ReadOnlyMemory<byte> content) => document.Kind switch
    {
        OutsideKind.StatusList => _lists.Judge(document.Address, content),
        OutsideKind.IssuerKeys => JudgeKeys(document.Address, content),
        _ => new("this node makes no use of it"),
    };

    /// <inheritdoc/>
    public void Put(OutsideDocument document, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        if (document.Kind == OutsideKind.StatusList) _lists.Put(document.Address, content, reliedUntil);
        if (document.Kind == OutsideKind.IssuerKeys) PutKeys(document.Address, content, reliedUntil);
    }

    /// <inheritdoc/>
    public void LetGo(DateTimeOffset now)
    {
        lock (_change)
        {
            var stale = _keys.Where(k => k.Value.ReliedUntil < now).Select(k => k.Key).ToList();
            if (stale.Count == 0) return;
            foreach (var id in stale) _keys.Remove(id);
        }
        Changed?.Invoke();
    }

    private OutsideReading JudgeKeys(string address, ReadOnlyMemory<byte> content)
    {
        var counts = _issuers.Where(i => i.Address == address).Select(i => IssuerDocuments.KeysOf(i.Id, content).Length).ToList();
        return counts.Count == 0 || counts.Contains(0) ? new("it holds no key that the issuer registered for it may sign with")
            : new("") { Words = string.Create(CultureInfo.InvariantCulture, $"{counts.Sum()} {(counts.Sum() == 1 ? "key" : "keys")} of {string.Join(", ", _issuers.Where(i => i.Address == address).Select(i => i.Id))}.") };
    }

    private void PutKeys(string address, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        var changed = false;
        lock (_change)
        {
            foreach (var issuer in _issuers.Where(i => i.Address == address))
            {
                var keys = IssuerDocuments.KeysOf(issuer.Id, content);
                changed |= !_keys.TryGetValue(issuer.Id, out var held) || !held.Keys.SequenceEqual(keys);
                _keys[issuer.Id] = (keys, reliedUntil);
            }
        }
        if (changed) Changed?.Invoke();
    }

    // A name that the coordinators registered without keys belongs to their member, wherever its keys lie.
    private TrustedIssuer WithKeys(TrustedIssuer trust) => trust with
    {
        CredentialIssuers = [.. trust.CredentialIssuers.Select(i => i.Keys.IsEmpty && _keys.TryGetValue(i.Id, out var held) ? i with { Keys = held.Keys } : i)],
    };

    private TrustedIssuer Fetched(OutsideIssuer issuer) => new(issuer.Organisation, [], [], $"keys fetched from {issuer.Address}")
    {
        CredentialIssuers = [new(issuer.Id, _keys.TryGetValue(issuer.Id, out var held) ? held.Keys : [])],
    };
}
