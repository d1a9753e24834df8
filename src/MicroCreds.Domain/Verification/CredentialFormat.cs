using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MicroCreds.Domain.Verification;

/// <summary>Format of a file, found by looking into it. Also what learners upload by mistake has a name, so that a refusal can say what it is.</summary>
public enum CredentialFormat
{
    /// <summary>Not recognised.</summary>
    Unknown,
    /// <summary>European Digital Credential, ELM v3, sealed with JAdES.</summary>
    EuropeanDigitalCredential,
    /// <summary>ELM v3 JSON-LD without a seal.</summary>
    ElmUnsigned,
    /// <summary>ELM v3 JSON-LD that carries an embedded proof instead of a seal.</summary>
    ElmEmbeddedProof,
    /// <summary>Open Badge 3.0, or another W3C credential, with a Data Integrity proof.</summary>
    OpenBadgeDataIntegrity,
    /// <summary>Open Badge 3.0, or another W3C credential, as a JSON Web Token.</summary>
    OpenBadgeJwt,
    /// <summary>Open Badge 3.0 without a proof.</summary>
    OpenBadgeUnsigned,
    /// <summary>Picture (PNG, SVG) that carries an Open Badge.</summary>
    BakedOpenBadge,
    /// <summary>Comprehensive Learner Record 2.0.</summary>
    ComprehensiveLearnerRecord,
    /// <summary>Open Badges 2.0: assertion, signed or hosted, or a document it points to.</summary>
    OpenBadge2,
    /// <summary>SD-JWT credential.</summary>
    SdJwt,
    /// <summary>ELMO, alone, packed by EMREX or inside an EWP answer.</summary>
    Elmo,
    /// <summary>Europass credential in XML (EDCI).</summary>
    EdciXml,
    /// <summary>Zip archive, as Europass hands out its XML credentials.</summary>
    Archive,
    /// <summary>Verifiable presentation as a JSON Web Token.</summary>
    PresentationJwt,
    /// <summary>W3C credential with a Data Integrity proof that is about something else than learning.</summary>
    OtherCredential,
    /// <summary>Status list of W3C credentials.</summary>
    StatusList,
    /// <summary>Token Status List.</summary>
    TokenStatusList,
    /// <summary>DID document.</summary>
    DidDocument,
    /// <summary>Statement of OpenID Federation.</summary>
    FederationStatement,
    /// <summary>Trusted list of ETSI TS 119 612.</summary>
    TrustedList,
    /// <summary>Register of institutions or of their quality assurance.</summary>
    TrustRegister,
    /// <summary>Certificate in PEM.</summary>
    Certificate,
    /// <summary>JSON-LD context.</summary>
    JsonLdContext,
    /// <summary>JSON Schema.</summary>
    JsonSchema,
    /// <summary>Type metadata of SD-JWT credentials.</summary>
    SdJwtTypeMetadata,
    /// <summary>XML with a document type declaration, which no format of credentials needs and attacks do.</summary>
    DeclaredXml,
}

/// <summary>Names of formats as they stand in the contract and in the output of the command line.</summary>
public static class CredentialFormats
{
    private static readonly FrozenDictionary<CredentialFormat, string> Names = new Dictionary<CredentialFormat, string>
    {
        [CredentialFormat.Unknown] = "unknown",
        [CredentialFormat.EuropeanDigitalCredential] = "edc-jades",
        [CredentialFormat.ElmUnsigned] = "elm-json-unsigned",
        [CredentialFormat.ElmEmbeddedProof] = "elm-simulated-proof",
        [CredentialFormat.OpenBadgeDataIntegrity] = "ob3-vc-di",
        [CredentialFormat.OpenBadgeJwt] = "ob3-vc-jwt",
        [CredentialFormat.OpenBadgeUnsigned] = "ob3-eu-unsigned",
        [CredentialFormat.BakedOpenBadge] = "ob3-baked",
        [CredentialFormat.ComprehensiveLearnerRecord] = "clr2",
        [CredentialFormat.OpenBadge2] = "ob2",
        [CredentialFormat.SdJwt] = "sd-jwt",
        [CredentialFormat.Elmo] = "elmo",
        [CredentialFormat.EdciXml] = "edci-xml-xades",
        [CredentialFormat.Archive] = "edci-xml-zip",
        [CredentialFormat.PresentationJwt] = "vp-jwt",
        [CredentialFormat.OtherCredential] = "w3c-di-vector",
        [CredentialFormat.StatusList] = "status-bitstring",
        [CredentialFormat.TokenStatusList] = "status-token",
        [CredentialFormat.DidDocument] = "did-web-doc",
        [CredentialFormat.FederationStatement] = "oidf",
        [CredentialFormat.TrustedList] = "etsi-tsl",
        [CredentialFormat.TrustRegister] = "trust-data",
        [CredentialFormat.Certificate] = "ca-cert",
        [CredentialFormat.JsonLdContext] = "jsonld-context",
        [CredentialFormat.JsonSchema] = "schema",
        [CredentialFormat.SdJwtTypeMetadata] = "sd-jwt-type-metadata",
        [CredentialFormat.DeclaredXml] = "xml-attack",
    }.ToFrozenDictionary();

    /// <summary>The formats of which a credential may be in a case. Files of all others are named, and refused in words.</summary>
    public static ImmutableArray<CredentialFormat> Verified { get; } =
    [
        CredentialFormat.EuropeanDigitalCredential, CredentialFormat.Elmo, CredentialFormat.OpenBadgeJwt, CredentialFormat.OpenBadgeDataIntegrity, CredentialFormat.SdJwt,
        CredentialFormat.EdciXml, CredentialFormat.OpenBadge2, CredentialFormat.BakedOpenBadge, CredentialFormat.ComprehensiveLearnerRecord,
    ];

    /// <summary>The name of a format, e.g. <c>edc-jades</c>.</summary>
    public static string Name(this CredentialFormat format) => Names[format];
}
