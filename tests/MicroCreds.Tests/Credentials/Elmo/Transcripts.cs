using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MicroCreds.Credentials;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.Elmo;

/// <summary>Transcripts in ELMO of a university that signs them.</summary>
internal static class Transcripts
{
    public static readonly DateTimeOffset At = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly OrganisationId University = OrganisationId.Parse("uni-a.example");

    /// <summary>The university as a member, whose key is registered under its domain.</summary>
    public static readonly TrustedIssuer Member = Registered(University, "schac:uni-a.example", XmlSigner.Rsa);

    public const string Statistics = """
        <learningOpportunitySpecification><identifier type="local">STAT-101</identifier><title xml:lang="en">Statistics I</title><title xml:lang="de">Statistik I</title><type>Course</type><iscedCode>0542</iscedCode>
          <description xml:lang="en">Reads and judges statistical reports.</description>
          <specifies><learningOpportunityInstance><start>2026-02-01</start><date>2026-06-30</date><status>passed</status><gradingSchemeLocalId>g1</gradingSchemeLocalId><resultLabel>1,7</resultLabel>
            <credit><scheme>ECTS</scheme><value>6.000</value></credit><level><type>EQF</type><value>6</value></level><languageOfInstruction>de</languageOfInstruction><engagementHours>45</engagementHours></learningOpportunityInstance></specifies>
        </learningOpportunitySpecification>
        """;

    public static string Of(string opportunities, string issuer = """<identifier type="erasmus">D UNIA01</identifier><identifier type="schac">uni-a.example</identifier>""", string issueDate = "2026-07-15T10:00:00+02:00") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"><generatedDate>{issueDate}</generatedDate>
          <learner><citizenship>DE</citizenship><identifier type="nationalIdentifier">X123</identifier><identifier type="esi">urn:schac:personalUniqueCode:int:esi:de:0000007</identifier><givenNames>Ana</givenNames><familyName>Prueba</familyName><bday>2001-02-03</bday></learner>
          <report><issuer><country>DE</country>{issuer}<title xml:lang="de">Universität A</title><title xml:lang="en">University A</title><url>https://uni-a.example</url></issuer>
            {opportunities}
            <issueDate>{issueDate}</issueDate><gradingScheme localId="g1"><description xml:lang="de">1,0 bis 5,0</description></gradingScheme>
          </report>
          <attachment><title xml:lang="en">Transcript</title><type>Transcript of Records</type><content>data:application/pdf;base64,JVBERi0=</content></attachment>
        </elmo>
        """;

    /// <summary>A course with what differs between courses.</summary>
    public static string Course(string title, string credits, string status = "passed", string parts = "") => $"""
        <learningOpportunitySpecification><title xml:lang="en">{title}</title><specifies><learningOpportunityInstance><date>2026-06-30</date><status>{status}</status><credit><scheme>ects</scheme><value>{credits}</value></credit></learningOpportunityInstance></specifies>{parts}</learningOpportunitySpecification>
        """;

    public static byte[] Sign(string elmo, XmlSigner? signer = null) => (signer ?? new XmlSigner { Form = null, InfoForm = XmlSigner.Inclusive }).Sign(elmo);

    public static byte[] Pack(byte[] file)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(file);
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.ToArray()));
    }

    public static TrustedIssuer Registered(OrganisationId? organisation, string name, X509Certificate2 certificate) =>
        new(organisation, [], [], "trust list serial 1") { CredentialIssuers = [new(name, [new("", certificate.ExportCertificatePem())])] };

    public static CredentialReport Verify(byte[] file, params TrustedIssuer[] issuers) => new CredentialVerifier(issuers.Length == 0 ? [Member] : issuers).Verify(file, At);
}
