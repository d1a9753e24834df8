using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Documents;
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

    /// <summary>When the trust list expires.</summary>
    public DateTimeOffset TrustListExpiresAt { get; private init; }

    /// <summary>Makes everything that must be there before processes on this machine start, each with a free port for its partners.</summary>
    public static PilotConsortium Create(PilotFiles files, IReadOnlyDictionary<PilotInstitution, int> partnerPorts, DateTimeOffset now) =>
        Create(files, partnerPorts.ToDictionary(pair => pair.Key, pair => PilotPlace.OnThisMachine(files, pair.Key, pair.Value)), now);

    /// <summary>Makes everything that must be there before the nodes start.</summary>
    /// <param name="files">Empty folder.</param>
    /// <param name="places">The members and where their nodes are: the trust list names the addresses, so they are known before a node starts.</param>
    /// <param name="now">Time.</param>
    public static PilotConsortium Create(PilotFiles files, IReadOnlyDictionary<PilotInstitution, PilotPlace> places, DateTimeOffset now)
    {
        var consortium = new PilotConsortium(files) { TrustListSerial = 1, TrustListExpiresAt = WholeSeconds(now) + TrustListCodec.MaxValidity };
        var coordinator = SigningKey.Generate();
        PilotFiles.WriteSecret(files.At("coordinator", "coordinator.pem"), coordinator.ExportPem());
        File.WriteAllText(files.At("trust", "coordinator.jwk"), coordinator.PublicKey.Jwk + "\n");
        var list = new TrustList
        {
            Consortium = "pilot.example",
            Serial = consortium.TrustListSerial,
            IssuedAt = WholeSeconds(now),
            ExpiresAt = consortium.TrustListExpiresAt,
            Members = [.. places.OrderBy(pair => pair.Key.Organisation.Value, StringComparer.Ordinal).Select(pair => consortium.Enrol(pair.Key, pair.Value, now))],
        };
        File.WriteAllText(files.At("trust", "trust-list.json"), TrustListCodec.Sign(list, [coordinator]));
        foreach (var (institution, place) in places) File.WriteAllText(place.ConfigurationFile, Configuration(institution, place).ToJsonString(Indented));
        return consortium;
    }

    /// <summary>Signs a trust list again, also one that has expired, for its longest validity and with the next serial, and puts it in the place of the old one.</summary>
    /// <exception cref="CommandFailure">The list or the key cannot be read, or they do not belong together.</exception>
    public static TrustList Renew(string listFile, string coordinatorFile, DateTimeOffset now)
    {
        if (!SigningKey.TryImportPem(CommandFiles.ReadText(coordinatorFile), out var coordinator)) throw CommandFailure.Of("This is no coordinator's private key.", "Name the folder in which the pilot was prepared.", coordinatorFile);
        var key = coordinator.PublicKey;
        if (JwsJson.Verify(CommandFiles.Read(listFile), TrustList.MediaType, 1, id => id == key.KeyId ? key : null).Failed(out var problem, out var signed)) throw CommandFailure.Of(problem.Message, "Only the coordinator that signed a list renews it.", listFile);
        var old = DomainJson.Read<TrustList>(signed.Payload.Span);
        var list = old with { Serial = old.Serial + 1, Previous = Sha256Digest.Of(signed.Payload.Span), IssuedAt = WholeSeconds(now), ExpiresAt = WholeSeconds(now) + TrustListCodec.MaxValidity };
        CommandFiles.Write(listFile, System.Text.Encoding.UTF8.GetBytes(TrustListCodec.Sign(list, [coordinator])));
        return list;
    }

    /// <summary>Configuration file of an institution's node.</summary>
    public static string ConfigurationOf(PilotFiles files, PilotInstitution institution) => files.At(institution.Organisation.Value, "node-configuration.json");

    /// <summary>The seal of an institution.</summary>
    public SealingCertificate SealOf(PilotInstitution institution) => _seals[institution.Organisation];

    private Member Enrol(PilotInstitution institution, PilotPlace place, DateTimeOffset now)
    {
        var keys = place.KeysFolder;
        Directory.CreateDirectory(keys);
        var statementKey = SigningKey.Generate();
        PilotFiles.WriteSecret(Path.Combine(keys, "statement.pem"), statementKey.ExportPem());
        var tlsKey = TransportKey(keys, institution, now);

        var authority = SealAuthority.Create($"{institution.Name} seals", institution.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        var seal = authority.Issue(institution.Name, institution.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        File.WriteAllText(Files.At("seals", $"{institution.Organisation}.crt"), seal.ExportCertificatePem());
        PilotFiles.WriteSecret(Files.At("seals", $"{institution.Organisation}.key"), seal.ExportKeyPem());
        // The node seals the credentials of its decisions with it.
        File.WriteAllText(Path.Combine(keys, "seal.crt"), seal.ExportCertificatePem());
        PilotFiles.WriteSecret(Path.Combine(keys, "seal.key"), seal.ExportKeyPem());
        _seals.Add(institution.Organisation, seal);
        var badgeKey = SigningKey.Generate();
        PilotFiles.WriteSecret(Files.At("seals", $"{institution.Organisation}.badge.key"), badgeKey.ExportPem());
        using var jwk = JsonDocument.Parse(statementKey.PublicKey.Jwk);
        return new Member
        {
            Organisation = institution.Organisation,
            Name = institution.Name,
            Kind = institution.Kind,
            Status = MemberStatus.Active,
            Since = DateOnly.FromDateTime(now.UtcDateTime),
            Endpoints = [place.Endpoint],
            TlsKeys = [tlsKey],
            StatementKeys = [new MemberKey(jwk.RootElement.Clone(), KeyStatus.Active)],
            SealAnchors = [authority.Certificate.ToArray()],
            LegalIdentifiers = [institution.LegalIdentifier],
            CredentialIssuers = SigningIssuer.TryCreate($"did:web:{institution.Organisation}", badgeKey, out var issuer) ? [issuer.Registration] : [],
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

    private static JsonObject Configuration(PilotInstitution institution, PilotPlace place) => new()
    {
        ["Node"] = new JsonObject
        {
            ["DataDirectory"] = place.DataDirectory,
            ["Institutions"] = new JsonArray(new JsonObject
            {
                ["Organisation"] = institution.Organisation.Value,
                ["Name"] = institution.Name,
                ["KeysDirectory"] = place.KeysDirectory,
                ["HomePage"] = $"https://{institution.Organisation}/",
                ["QualityAssurance"] = new JsonArray(new JsonObject
                {
                    ["Id"] = $"urn:pilot:quality:{institution.Organisation}", ["Type"] = "Institutional Quality Assurance", ["Title"] = "Institutional evaluation (pilot)", ["Agent"] = "Quality agency (pilot)",
                }),
                ["Policy"] = Policy(institution),
            }),
            ["TrustList"] = new JsonObject
            {
                ["File"] = Path.Combine(place.TrustDirectory, "trust-list.json"),
                ["CoordinatorKeys"] = new JsonArray(Path.Combine(place.TrustDirectory, "coordinator.jwk")),
                ["Threshold"] = 1,
            },
            ["Endpoints"] = new JsonObject { ["Partner"] = place.Partner, ["Staff"] = place.Staff, ["Web"] = place.Web },
            ["PublicWebUrl"] = place.PublicWebUrl,
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
