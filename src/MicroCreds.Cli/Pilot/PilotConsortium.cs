using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;

namespace MicroCreds.Cli.Pilot;

/// <summary>Keys, certificates, the signed trust list and the nodes' configurations of a consortium on this machine.</summary>
internal sealed class PilotConsortium
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan CertificateValidity = TimeSpan.FromDays(365);

    private readonly Dictionary<OrganisationId, SealingCertificate> _seals = [];

    private PilotConsortium(PilotFiles files) => Files = files;

    /// <summary>Where everything lies.</summary>
    public PilotFiles Files { get; }

    /// <summary>Serial of the trust list.</summary>
    public long TrustListSerial { get; private init; }

    /// <summary>Makes everything that must be there before the nodes start.</summary>
    /// <param name="files">Empty folder.</param>
    /// <param name="partnerPorts">A free port for each institution: the trust list names it, so it is chosen before the node starts.</param>
    /// <param name="now">Time.</param>
    public static PilotConsortium Create(PilotFiles files, IReadOnlyDictionary<PilotInstitution, int> partnerPorts, DateTimeOffset now)
    {
        var consortium = new PilotConsortium(files) { TrustListSerial = 1 };
        var coordinator = SigningKey.Generate();
        PilotFiles.WriteSecret(files.At("coordinator", "coordinator.pem"), coordinator.ExportPem());
        File.WriteAllText(files.At("trust", "coordinator.jwk"), coordinator.PublicKey.Jwk + "\n");
        var list = new TrustList
        {
            Consortium = "pilot.example",
            Serial = consortium.TrustListSerial,
            IssuedAt = WholeSeconds(now),
            ExpiresAt = WholeSeconds(now) + TrustListCodec.MaxValidity,
            Members = [.. PilotInstitution.All.OrderBy(one => one.Organisation.Value, StringComparer.Ordinal).Select(one => consortium.Enrol(one, partnerPorts[one], now))],
        };
        File.WriteAllText(files.At("trust", "trust-list.json"), TrustListCodec.Sign(list, [coordinator]));
        foreach (var institution in PilotInstitution.All)
            File.WriteAllText(ConfigurationOf(files, institution), Configuration(files, institution, partnerPorts[institution]).ToJsonString(Indented));
        return consortium;
    }

    /// <summary>Configuration file of an institution's node.</summary>
    public static string ConfigurationOf(PilotFiles files, PilotInstitution institution) => files.At(institution.Organisation.Value, "node-configuration.json");

    /// <summary>The seal of an institution.</summary>
    public SealingCertificate SealOf(PilotInstitution institution) => _seals[institution.Organisation];

    private Member Enrol(PilotInstitution institution, int partnerPort, DateTimeOffset now)
    {
        var keys = Path.Combine(Files.DataOf(institution), institution.Organisation.Value, "keys");
        Directory.CreateDirectory(keys);
        var statementKey = SigningKey.Generate();
        PilotFiles.WriteSecret(Path.Combine(keys, "statement.pem"), statementKey.ExportPem());
        var tlsKey = TransportKey(keys, institution, now);

        var authority = SealAuthority.Create($"{institution.Name} seals", institution.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        var seal = authority.Issue(institution.Name, institution.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        File.WriteAllText(Files.At("seals", $"{institution.Organisation}.crt"), seal.ExportCertificatePem());
        PilotFiles.WriteSecret(Files.At("seals", $"{institution.Organisation}.key"), seal.ExportKeyPem());
        _seals.Add(institution.Organisation, seal);
        using var jwk = JsonDocument.Parse(statementKey.PublicKey.Jwk);
        return new Member
        {
            Organisation = institution.Organisation,
            Name = institution.Name,
            Kind = institution.Kind,
            Status = MemberStatus.Active,
            Since = DateOnly.FromDateTime(now.UtcDateTime),
            Endpoints = [string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{partnerPort}")],
            TlsKeys = [tlsKey],
            StatementKeys = [new MemberKey(jwk.RootElement.Clone(), KeyStatus.Active)],
            SealAnchors = [authority.Certificate.ToArray()],
            LegalIdentifiers = [institution.LegalIdentifier],
        };
    }

    /// <summary>A self-signed certificate for both ends of mutual TLS. Partners pin its key, so that no authority is asked.</summary>
    private static Sha256Digest TransportKey(string keys, PilotInstitution institution, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={institution.Organisation}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(institution.Organisation.Value);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // RFC 5280, 4.2.1.12: server and client authentication, since a node is both.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + CertificateValidity);
        File.WriteAllText(Path.Combine(keys, "tls.crt"), certificate.ExportCertificatePem() + "\n");
        PilotFiles.WriteSecret(Path.Combine(keys, "tls.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        return Sha256Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static JsonObject Configuration(PilotFiles files, PilotInstitution institution, int partnerPort) => new()
    {
        ["Node"] = new JsonObject
        {
            ["DataDirectory"] = files.DataOf(institution),
            ["Institutions"] = new JsonArray(new JsonObject
            {
                ["Organisation"] = institution.Organisation.Value,
                ["Name"] = institution.Name,
                ["Policy"] = Policy(institution),
            }),
            ["TrustList"] = new JsonObject
            {
                ["File"] = Path.Combine(files.Trust, "trust-list.json"),
                ["CoordinatorKeys"] = new JsonArray(Path.Combine(files.Trust, "coordinator.jwk")),
                ["Threshold"] = 1,
            },
            ["Endpoints"] = new JsonObject
            {
                ["Partner"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{partnerPort}"),
                ["Staff"] = "127.0.0.1:0",
                ["Web"] = "127.0.0.1:0",
            },
        },
    };

    // Rules of procedure as a university of the pilot publishes them: field reference G (policy average, sliver 10 %, four months, 48 credits by validation).
    private static JsonObject Policy(PilotInstitution institution) => new()
    {
        ["DecisionMonths"] = 4,
        ["Clock"] = "RestartAtCompleteness",
        ["RuleDate"] = "MoreFavourable",
        ["AppealDays"] = 30,
        ["AppealBody"] = $"Recognition appeals board, {institution.Name}",
        ["Authority"] = $"Recognition office, {institution.Name}",
        ["CriteriaUrl"] = $"https://{institution.Organisation}/recognition",
        ["LegalBasis"] = new JsonObject
        {
            ["Recognition"] = "Lisbon Recognition Convention, Article V.1",
            ["Validation"] = "Council Recommendation of 20 December 2012 on the validation of non-formal and informal learning",
        },
        ["HoursPerCredit"] = 25,
        ["CreditStepHundredths"] = 50,
        ["ValidationCapHundredths"] = 4800,
        ["GradeChoice"] = "Average",
        ["GradeSliverPercent"] = 10,
        ["GradeMinimumCount"] = 30,
    };

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
