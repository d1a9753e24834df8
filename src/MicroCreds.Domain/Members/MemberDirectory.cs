using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Members;

/// <summary>A trust list made ready for use: keys imported once, members found by id, former id, statement key and TLS key. Immutable; a new list makes a new directory.</summary>
public sealed class MemberDirectory
{
    private readonly FrozenDictionary<OrganisationId, Member> _byId;
    private readonly FrozenDictionary<Sha256Digest, Member> _byTlsKey;
    private readonly FrozenDictionary<(OrganisationId, string), VerificationKey> _statementKeys;

    /// <summary>Makes a directory of a verified list.</summary>
    public MemberDirectory(TrustList list)
    {
        List = list;
        var byId = list.Members.ToDictionary(m => m.Organisation);
        foreach (var member in list.Members)
            foreach (var former in member.FormerIds) byId.TryAdd(former, member);
        _byId = byId.ToFrozenDictionary();
        _byTlsKey = Active().SelectMany(m => m.TlsKeys.Select(k => (k, m))).ToFrozenDictionary(p => p.k, p => p.m);
        var keys = new Dictionary<(OrganisationId, string), VerificationKey>();
        foreach (var member in Active())
            foreach (var key in member.StatementKeys.Where(k => k.Status is KeyStatus.Active or KeyStatus.VerifyOnly))
                if (VerificationKey.TryFromJwk(key.Jwk, out var imported)) keys[(member.Organisation, imported.KeyId)] = imported;
        _statementKeys = keys.ToFrozenDictionary();
        HigherEducationInstitutions = [.. Active().Where(m => m.Kind == MemberKind.HigherEducationInstitution).SelectMany(m => m.FormerIds.Prepend(m.Organisation))];
    }

    /// <summary>The list.</summary>
    public TrustList List { get; }

    /// <summary>Active members that are higher-education institutions, under every identifier they had: whose credits are on the recognition track.</summary>
    public ImmutableHashSet<OrganisationId> HigherEducationInstitutions { get; }

    /// <summary>Member with this id now or formerly; null when there is none.</summary>
    public Member? Find(OrganisationId organisation) => _byId.GetValueOrDefault(organisation);

    /// <summary>Active member whose node shows this TLS key; null when none does.</summary>
    public Member? FindByTlsKey(Sha256Digest subjectPublicKeyInfo) => _byTlsKey.GetValueOrDefault(subjectPublicKeyInfo);

    /// <summary>Key with which a member signed; null when it has no such key, or none that may be used.</summary>
    public VerificationKey? StatementKey(OrganisationId organisation, string keyId) => _statementKeys.GetValueOrDefault((organisation, keyId));

    /// <summary>Whose seals are accepted, and by which anchors. A member without anchors may hold a qualified seal, and is known by its legal identifiers.</summary>
    public ImmutableArray<TrustedIssuer> TrustedIssuers() =>
        [.. Active().Where(m => m.SealAnchors.Length > 0 || m.CredentialIssuers.Length > 0 || m.LegalIdentifiers.Length > 0).Select(m => new TrustedIssuer(
            m.Organisation, m.LegalIdentifiers, [.. m.SealAnchors.Select(a => new ReadOnlyMemory<byte>(a))], $"trust list serial {List.Serial}") { CredentialIssuers = m.CredentialIssuers, FormerOrganisations = m.FormerIds })];

    private IEnumerable<Member> Active() => List.Members.Where(m => m.Status == MemberStatus.Active);
}
