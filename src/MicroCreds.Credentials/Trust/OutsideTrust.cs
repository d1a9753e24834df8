using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Status;
using MicroCreds.Credentials.TrustedLists;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Trust;

/// <summary>An issuer whose keys lie outside, registered by the operator.</summary>
/// <param name="Id">Its name as credentials write it: <c>did:web:…</c>, or an https address.</param>
/// <param name="Organisation">The organisation it speaks for; null when it is no member.</param>
/// <param name="Address">Where its DID document or JWK set lies.</param>
public sealed record OutsideIssuer(string Id, OrganisationId? Organisation, string Address);

/// <summary>A trusted list that the operator goes by.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Signers">Certificates with one of which its scheme operator must have signed it.</param>
public sealed record OutsideTrustedList(string Address, ImmutableArray<X509Certificate2> Signers);

/// <summary>A revocation list that the operator goes by.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Authority">The authority whose certificates it is about, and who must have signed it.</param>
public sealed record OutsideRevocationList(string Address, X509Certificate2 Authority);

/// <summary>
/// What credentials are judged by that something else fetches: keys of registered issuers, trusted lists, revocation lists and status lists. Makes verifiers that know them. Who is
/// registered is never learnt from outside; a fetched document only says which keys a registered name has now, and a trusted list counts under its pinned signer alone.
/// Safe to use from many threads.
/// </summary>
public sealed class OutsideTrust : IOutsideTrust
{
    private readonly Lock _change = new();
    private readonly ImmutableArray<OutsideIssuer> _issuers;
    private readonly ImmutableArray<OutsideTrustedList> _trustedLists;
    private readonly ImmutableArray<OutsideRevocationList> _revocationLists;
    private readonly CurrentStatusLists _lists;
    private readonly Dictionary<string, (ImmutableArray<CredentialKey> Keys, DateTimeOffset ReliedUntil, bool Stale)> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TrustedList List, DateTimeOffset ReliedUntil)> _authorities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (RevocationList List, DateTimeOffset ReliedUntil)> _revoked = new(StringComparer.Ordinal);

    /// <summary>Nothing is held at first.</summary>
    /// <param name="issuers">Whose keys are fetched.</param>
    /// <param name="trustedLists">Which trusted lists are.</param>
    /// <param name="revocationLists">Which revocation lists are. Until one is here, seals under its authority are held.</param>
    public OutsideTrust(IEnumerable<OutsideIssuer> issuers, IEnumerable<OutsideTrustedList> trustedLists, IEnumerable<OutsideRevocationList> revocationLists)
    {
        _revocationLists = [.. revocationLists];
        _issuers = [.. issuers];
        _trustedLists = [.. trustedLists];
        _lists = new([], address => Missing?.Invoke(new(OutsideKind.StatusList, address)));
    }

    /// <inheritdoc/>
    public event Action<OutsideDocument>? Missing;

    /// <summary>Raised when keys or lists of authorities came, changed or became stale: a new verifier is due.</summary>
    public event Action? Changed;

    /// <summary>A verifier by <paramref name="registered"/>, by the keys held, and by the status lists held now and later.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier MakeVerifier(IReadOnlyList<TrustedIssuer> registered)
    {
        lock (_change)
        {
            IReadOnlyList<TrustedIssuer> all = [.. registered.Select(WithKeys), .. _issuers.Select(Fetched), .. _authorities.Values.SelectMany(a => a.List.Authorities)];
            var revocations = new RevocationBook(_revocationLists.Select(l =>
                _revoked.TryGetValue(l.Address, out var held) ? (l.Authority, (RevocationList?)held.List, held.ReliedUntil) : (l.Authority, null, default)));
            _lists.TakeOver(all, revocations);
            return new(all, _lists, revocations);
        }
    }

    /// <inheritdoc/>
    public OutsideReading Judge(OutsideDocument document, ReadOnlyMemory<byte> content) => document.Kind switch
    {
        OutsideKind.StatusList => _lists.Judge(document.Address, content),
        OutsideKind.IssuerKeys => JudgeKeys(document.Address, content),
        OutsideKind.TrustedList => JudgeTrustedList(document.Address, content),
        OutsideKind.RevocationList => JudgeRevocationList(document.Address, content),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <inheritdoc/>
    public void Put(OutsideDocument document, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        if (document.Kind == OutsideKind.StatusList) _lists.Put(document.Address, content, reliedUntil);
        if (document.Kind == OutsideKind.IssuerKeys) PutKeys(document.Address, content, reliedUntil);
        if (document.Kind == OutsideKind.TrustedList) PutTrustedList(document.Address, content, reliedUntil);
        if (document.Kind == OutsideKind.RevocationList) PutRevocationList(document.Address, content, reliedUntil);
    }

    /// <inheritdoc/>
    public void LetGo(DateTimeOffset now)
    {
        lock (_change)
        {
            // Keys are kept: what they made shows who signed, and a person decides whether they still count.
            var stale = _keys.Where(k => !k.Value.Stale && k.Value.ReliedUntil < now).Select(k => k.Key).ToList();
            var ended = _authorities.Where(a => a.Value.ReliedUntil < now).Select(a => a.Key).ToList();
            if (stale.Count + ended.Count == 0) return;
            foreach (var id in stale) _keys[id] = _keys[id] with { Stale = true };
            foreach (var address in ended) _authorities.Remove(address);
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
                var same = _keys.TryGetValue(issuer.Id, out var held) && held.Keys.SequenceEqual(keys);
                changed |= !same || held.Stale;
                _keys[issuer.Id] = (same ? held.Keys : keys, reliedUntil, false);
            }
        }
        if (changed) Changed?.Invoke();
    }

    private TrustedList? ReadTrustedList(string address, ReadOnlyMemory<byte> content, out string fault)
    {
        fault = "no signer is pinned for it";
        return _trustedLists.FirstOrDefault(l => l.Address == address) is { } known ? TrustedList.Read(content, known.Signers, out fault) : null;
    }

    private OutsideReading JudgeTrustedList(string address, ReadOnlyMemory<byte> content)
    {
        if (ReadTrustedList(address, content, out var fault) is not { } list) return new(fault);
        lock (_change)
        {
            // TS 119 612, 5.3.2: the number grows with every issue.
            if (_authorities.TryGetValue(address, out var held) && (list.Number < held.List.Number || list.IssuedAt < held.List.IssuedAt))
                return new(string.Create(CultureInfo.InvariantCulture, $"it is number {list.Number} of {list.IssuedAt:yyyy-MM-dd}, older than number {held.List.Number} of {held.List.IssuedAt:yyyy-MM-dd}, which is held"));
        }
        return new("") { Until = list.NextUpdate, Words = list.Describe() };
    }

    private void PutTrustedList(string address, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        if (ReadTrustedList(address, content, out _) is not { } list) return;
        bool changed;
        lock (_change)
        {
            changed = !_authorities.TryGetValue(address, out var held) || held.List.Number != list.Number || held.List.IssuedAt != list.IssuedAt;
            _authorities[address] = (list, reliedUntil);
        }
        if (changed) Changed?.Invoke();
    }

    private RevocationList? ReadRevocationList(string address, ReadOnlyMemory<byte> content, out string fault)
    {
        fault = "no authority is named for it";
        return _revocationLists.FirstOrDefault(l => l.Address == address) is { } known ? RevocationList.Read(content, known.Authority, out fault) : null;
    }

    private OutsideReading JudgeRevocationList(string address, ReadOnlyMemory<byte> content)
    {
        if (ReadRevocationList(address, content, out var fault) is not { } list) return new(fault);
        lock (_change)
        {
            if (_revoked.TryGetValue(address, out var held) && list.IssuedAt < held.List.IssuedAt)
                return new(string.Create(CultureInfo.InvariantCulture, $"it is of {list.IssuedAt:yyyy-MM-dd HH:mm:ss}Z, older than the one held of {held.List.IssuedAt:yyyy-MM-dd HH:mm:ss}Z"));
        }
        return new("") { Until = list.NextUpdate, Words = list.Describe() };
    }

    private void PutRevocationList(string address, ReadOnlyMemory<byte> content, DateTimeOffset reliedUntil)
    {
        if (ReadRevocationList(address, content, out _) is not { } list) return;
        // The time until which it is relied upon is part of the verifier's book, so every confirmation makes a new one.
        lock (_change) _revoked[address] = (list, reliedUntil);
        Changed?.Invoke();
    }

    // A name that the coordinators registered without keys belongs to their member, wherever its keys lie.
    private TrustedIssuer WithKeys(TrustedIssuer trust) => trust with
    {
        CredentialIssuers = [.. trust.CredentialIssuers.Select(i => i.Keys.IsEmpty ? Held(i.Id) : i)],
    };

    private TrustedIssuer Fetched(OutsideIssuer issuer) => new(issuer.Organisation, [], [], $"keys fetched from {issuer.Address}")
    {
        CredentialIssuers = [Held(issuer.Id)],
    };

    private CredentialIssuer Held(string id) => _keys.TryGetValue(id, out var held) ? new(id, held.Keys) { StaleSince = held.Stale ? held.ReliedUntil : null } : new(id, []);
}
