using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Formats;

/// <summary>What a format is, in words for the person who has to tell a learner why a file is refused.</summary>
internal static class FormatWords
{
    /// <summary>The words, to stand after "The file is".</summary>
    public static string Of(CredentialFormat format) => format switch
    {
        CredentialFormat.OpenBadgeDataIntegrity => "an Open Badge 3.0 with a Data Integrity proof",
        CredentialFormat.OpenBadgeJwt => "an Open Badge 3.0 or W3C credential as a JSON Web Token",
        CredentialFormat.BakedOpenBadge => "a picture that carries an Open Badge",
        CredentialFormat.ComprehensiveLearnerRecord => "a Comprehensive Learner Record 2.0",
        CredentialFormat.OpenBadge2 => "an Open Badge 2.0 or a document of one",
        CredentialFormat.SdJwt => "an SD-JWT credential",
        CredentialFormat.Elmo => "a transcript in ELMO",
        CredentialFormat.EdciXml => "a Europass credential in XML (EDCI)",
        CredentialFormat.Archive => "an archive; unpack it and submit the credentials one by one",
        CredentialFormat.PresentationJwt => "a verifiable presentation; submit the credential inside it",
        CredentialFormat.OtherCredential => "a W3C credential about something else than learning",
        CredentialFormat.StatusList or CredentialFormat.TokenStatusList => "a status list, not a credential",
        CredentialFormat.DidDocument => "a DID document, not a credential",
        CredentialFormat.FederationStatement => "a statement of OpenID Federation, not a credential",
        CredentialFormat.TrustedList => "an ETSI trusted list, not a credential",
        CredentialFormat.TrustRegister => "an entry of a register, not a credential",
        CredentialFormat.Certificate => "a certificate, not a credential",
        CredentialFormat.JsonLdContext => "a JSON-LD context, not a credential",
        CredentialFormat.JsonSchema => "a JSON schema, not a credential",
        CredentialFormat.SdJwtTypeMetadata => "the metadata of a type of credentials, not a credential",
        _ => "of no known format",
    };
}
