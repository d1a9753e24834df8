using System.Security.Cryptography.X509Certificates;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.TrustedLists;

/// <summary>Writes and signs trusted lists as their scheme operators do.</summary>
internal sealed record ListWriter
{
    public const string Granted = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted";
    public const string Withdrawn = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn";
    public const string Authority = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";
    public const string ForSeals = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals";

    public string Version { get; init; } = "5";
    public string Number { get; init; } = "20";
    public string IssuedAt { get; init; } = "2026-08-01T00:00:00Z";
    public string NextUpdate { get; init; } = "2027-01-31T00:00:00Z";
    public string ServiceType { get; init; } = Authority;
    public string Status { get; init; } = Granted;
    public string Since { get; init; } = "2019-09-04T23:00:00Z";
    public string Use { get; init; } = ForSeals;
    /// <summary>Earlier statuses, each with its begin, newest first.</summary>
    public (string Status, string Since)[] History { get; init; } = [];
    public X509Certificate2 Signer { get; init; } = XmlSigner.P256;

    public byte[] Write(byte[] authority) => new XmlSigner { Signer = Signer, Algorithm = Signer == XmlSigner.Rsa ? XmlSigner.RsaSha256 : "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", Xades = Signer }.Sign($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation><TSLVersionIdentifier>{Version}</TSLVersionIdentifier>
        <TSLSequenceNumber>{Number}</TSLSequenceNumber><SchemeTerritory>IE</SchemeTerritory><ListIssueDateTime>{IssuedAt}</ListIssueDateTime><NextUpdate><dateTime>{NextUpdate}</dateTime></NextUpdate></SchemeInformation>
        <TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="en">Trust Services Ltd</Name></TSPName></TSPInformation><TSPServices>
        <TSPService>{Information("ServiceInformation", Status, Since, $"<DigitalId><X509Certificate>{Convert.ToBase64String(authority)}</X509Certificate></DigitalId>")}
        <ServiceHistory>{string.Concat(History.Select(h => Information("ServiceHistoryInstance", h.Status, h.Since, "<DigitalId><X509SubjectName>CN=CA</X509SubjectName></DigitalId>")))}</ServiceHistory></TSPService>
        <TSPService>{Information("ServiceInformation", Granted, Since, "<DigitalId><X509Certificate>AAAA</X509Certificate></DigitalId>")}</TSPService>
        </TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>
        """);

    private string Information(string element, string status, string since, string identity) => $"""
        <{element}><ServiceTypeIdentifier>{ServiceType}</ServiceTypeIdentifier><ServiceName><Name xml:lang="en">Qualified Seals CA 1</Name></ServiceName><ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity>
        <ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{since}</StatusStartingTime><ServiceInformationExtensions><Extension Critical="false"><AdditionalServiceInformation><URI xml:lang="en">{Use}</URI></AdditionalServiceInformation></Extension></ServiceInformationExtensions></{element}>
        """;
}
