using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>The members of a federation by their keys alone, and the trust list of them, which a test changes under the nodes.</summary>
internal sealed class ExchangeMembers
{
    public const string Consortium = "test-consortium";

    private readonly DateTimeOffset _since;
    private readonly Dictionary<OrganisationId, SigningKey> _keys = [];
    private readonly List<TrustRegistry> _registries = [];

    public ExchangeMembers(DateTimeOffset since, params OrganisationId[] members)
    {
        _since = since;
        foreach (var organisation in members)
        {
            var (key, certificate) = (SigningKey.Generate(), SelfSigned(organisation, since.AddYears(-1), since.AddYears(2)));
            (_keys[organisation], Certificates[organisation]) = (key, certificate);
            Members[organisation] = new Member
            {
                Organisation = organisation,
                Name = organisation.Value,
                Kind = MemberKind.HigherEducationInstitution,
                Status = MemberStatus.Active,
                Since = new DateOnly(2025, 1, 1),
                Endpoints = [$"https://{organisation}:443"],
                TlsKeys = [CallerAuthentication.KeyDigest(certificate)],
                StatementKeys = [new MemberKey(JsonDocument.Parse(key.PublicKey.Jwk).RootElement, KeyStatus.Active)],
            };
        }
        List = Make(1, since.AddYears(5));
    }

    public SortedDictionary<OrganisationId, Member> Members { get; } = new(Comparer<OrganisationId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));
    public Dictionary<OrganisationId, X509Certificate2> Certificates { get; } = [];
    public TrustList List { get; private set; }

    public SigningKey KeyOf(OrganisationId organisation) => _keys[organisation];

    /// <summary>A registry that follows the list.</summary>
    public TrustRegistry Join()
    {
        var registry = new TrustRegistry(new MemberDirectory(List), ReadOnlyMemory<byte>.Empty);
        _registries.Add(registry);
        return registry;
    }

    /// <summary>Puts a list with a changed member into force everywhere.</summary>
    public void Change(OrganisationId organisation, Func<Member, Member> change)
    {
        Members[organisation] = change(Members[organisation]);
        Publish(List.ExpiresAt);
    }

    /// <summary>Puts the list into force everywhere, with another end.</summary>
    public void Publish(DateTimeOffset expiresAt)
    {
        List = Make(List.Serial + 1, expiresAt);
        foreach (var registry in _registries) Assert.False(registry.TakeOver(List, ReadOnlyMemory<byte>.Empty).Failed(out _, out _));
    }

    public static X509Certificate2 SelfSigned(OrganisationId organisation, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest($"CN={organisation}", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, to);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate by an authority that is not shown, and that is to be had at an address (authority information access, RFC 5280, 4.2.2.1).</summary>
    public static X509Certificate2 Issued(OrganisationId organisation, DateTimeOffset from, DateTimeOffset to, Uri authorityAt)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=An authority that is elsewhere", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={organisation}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [authorityAt.AbsoluteUri]));
        using var issued = request.Create(authority, from, to, [1, 2, 3, 4]);
        using var made = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private TrustList Make(long serial, DateTimeOffset expiresAt) => new()
    {
        Consortium = Consortium,
        Serial = serial,
        IssuedAt = _since,
        ExpiresAt = expiresAt,
        Members = [.. Members.Values],
    };
}
