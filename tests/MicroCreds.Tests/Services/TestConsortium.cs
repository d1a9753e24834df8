using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services;

/// <summary>The members of a federation in a test, with every key they have, and the trust list made of them. Nodes that joined follow its changes.</summary>
internal sealed class TestConsortium
{
    public static readonly OrganisationId Roma = OrganisationId.Parse("uni-roma.example");
    public static readonly OrganisationId Madrid = OrganisationId.Parse("uni-madrid.example");
    public static readonly OrganisationId Voluntariado = OrganisationId.Parse("voluntariado.example");
    public static readonly OrganisationId Outsider = OrganisationId.Parse("uni-c.example");

    private readonly DateTimeOffset _since;
    private readonly SigningKey _coordinator = SigningKey.Generate();
    private readonly Dictionary<OrganisationId, string> _endpoints = [];
    private readonly List<TrustRegistry> _registries = [];
    private readonly Dictionary<OrganisationId, TestMember> _members;
    private long _serial = 1;

    public TestConsortium(DateTimeOffset since)
    {
        _since = since;
        _members = new[]
        {
            new TestMember(Roma, "Università di Roma", MemberKind.HigherEducationInstitution, "VATIT-80213750583", "ITA", since),
            new TestMember(Madrid, "Universidad de Madrid", MemberKind.HigherEducationInstitution, "VATES-Q2818013A", "ESP", since),
            new TestMember(Voluntariado, "Centro del Voluntariado", MemberKind.OtherProvider, "VATES-G12345678", "ESP", since),
            new TestMember(Outsider, "University C", MemberKind.HigherEducationInstitution, "VATFR-12345678901", "FRA", since),
        }.ToDictionary(m => m.Organisation);
    }

    public TestMember this[OrganisationId organisation] => _members[organisation];

    /// <summary>A registry that holds the list and follows it.</summary>
    public TrustRegistry Join()
    {
        var (list, signed) = Make();
        var registry = new TrustRegistry(new MemberDirectory(list), signed);
        _registries.Add(registry);
        return registry;
    }

    /// <summary>Announces where a member's node listens.</summary>
    public void Announce(OrganisationId organisation, string endpoint)
    {
        _endpoints[organisation] = endpoint;
        _serial++;
        var (list, signed) = Make();
        foreach (var registry in _registries) Assert.False(registry.TakeOver(list, signed).Failed(out _, out _));
    }

    private (TrustList List, ReadOnlyMemory<byte> Signed) Make()
    {
        var list = new TrustList
        {
            Consortium = "pilot",
            Serial = _serial,
            IssuedAt = _since,
            ExpiresAt = _since.AddYears(5), // Tests move the clock by months; a list in use is renewed every month.
            Members = [.. _members.Values.Select(m => m.ToMember(_endpoints.GetValueOrDefault(m.Organisation)))],
        };
        return (list, Encoding.UTF8.GetBytes(TrustListCodec.Sign(list, [_coordinator])));
    }
}

/// <summary>One member with its keys.</summary>
internal sealed class TestMember(OrganisationId organisation, string name, MemberKind kind, string legalIdentifier, string country, DateTimeOffset since)
{
    private readonly SealAuthority _authority = SealAuthority.Create($"{name} CA", legalIdentifier, since.AddYears(-6), since.AddYears(10));
    private SealingCertificate? _seal;

    public OrganisationId Organisation { get; } = organisation;
    public string Name { get; } = name;
    public string LegalIdentifier { get; } = legalIdentifier;
    public string Country { get; } = country;
    public SigningKey StatementKey { get; } = SigningKey.Generate();
    public X509Certificate2 TlsCertificate { get; } = SelfSigned(organisation, since);

    /// <summary>Certificate with which it seals credentials.</summary>
    public SealingCertificate Seal => _seal ??= _authority.Issue(Name, LegalIdentifier, since.AddYears(-6), since.AddYears(6));

    public Member ToMember(string? endpoint) => new()
    {
        Organisation = Organisation,
        Name = Name,
        Kind = kind,
        Status = MemberStatus.Active,
        Since = new DateOnly(2025, 1, 1),
        Endpoints = endpoint is null ? [] : [endpoint],
        TlsKeys = [CallerAuthentication.KeyDigest(TlsCertificate)],
        StatementKeys = [new MemberKey(JsonDocument.Parse(StatementKey.PublicKey.Jwk).RootElement, KeyStatus.Active)],
        SealAnchors = [_authority.Certificate.ToArray()],
        LegalIdentifiers = [LegalIdentifier],
    };

    private static X509Certificate2 SelfSigned(OrganisationId organisation, DateTimeOffset since)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={organisation}", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(since.AddYears(-1), since.AddYears(10));
    }
}
