using System.Collections.Frozen;

namespace MicroCreds.Domain.Verification;

/// <summary>Where the elements of Annex I stand in files of each family of formats. Source: field reference B.2; credentials reference 2.</summary>
internal static class CredentialPlaces
{
    private static readonly FrozenDictionary<string, (string Elm, string Badge, string Elmo)> Places = new Dictionary<string, (string, string, string)>
    {
        ["M1"] = ("credentialSubject", "credentialSubject.identifier", "learner"),
        ["M2"] = ("credentialSubject.hasClaim.title", "credentialSubject.achievement.name", "learningOpportunitySpecification/title"),
        ["M3"] = ("hasClaim.awardedBy.awardingBody.location.address.countryCode", "issuer.address.addressCountryCode", "issuer/country"),
        ["M4"] = ("hasClaim.awardedBy.awardingBody", "issuer", "issuer"),
        ["M5"] = ("issued", "validFrom", "report/issueDate"),
        ["M6"] = ("hasClaim.specifiedBy.learningOutcome", "achievement.alignment", "learningOpportunitySpecification/description"),
        ["M7"] = ("hasClaim.specifiedBy.creditPoint, volumeOfLearning", "achievement.alignment[ext:ECTS, ext:VolumeOfLearning]", "learningOpportunityInstance/credit"),
        ["M8"] = ("hasClaim.specifiedBy.eqfLevel", "achievement.alignment[ext:EQF]", "learningOpportunityInstance/level"),
        ["M9"] = ("hasClaim.provenBy.specifiedBy.dcType", "achievement.alignment[ext:AssessmentType]", "none in ELMO"),
        ["M10"] = ("hasClaim.specifiedBy.mode", "achievement.alignment[ext:ModeOfLearning]", "none in ELMO"),
        ["M11"] = ("awardingBody.accreditation", "achievement.alignment[ext:QualityAssurance]", "none in ELMO"),
        ["O1"] = ("hasClaim.specifiedBy.entryRequirement", "none in Open Badges", "none in ELMO"),
        ["O2"] = ("hasClaim.provenBy.idVerification", "achievement.alignment[ext:SupervisionAndVerification]", "none in ELMO"),
        ["O3"] = ("hasClaim.provenBy.grade", "credentialSubject.result.value", "learningOpportunityInstance/resultLabel"),
        ["O4"] = ("hasClaim.specifiedBy.isPartialQualification", "none in Open Badges", "learningOpportunitySpecification/hasPart"),
        ["O5"] = ("hasClaim.specifiedBy.thematicArea, language, identifier", "achievement.humanCode, inLanguage, alignment", "learningOpportunitySpecification/identifier, iscedCode"),
        ["proof"] = ("signatures", "proof, or the token's signature", "Signature"),
    }.ToFrozenDictionary();

    /// <summary>The place of an element in files of a format.</summary>
    public static string Of(CredentialFormat format, string code) => format switch
    {
        CredentialFormat.Elmo => Places[code].Elmo,
        CredentialFormat.OpenBadgeDataIntegrity or CredentialFormat.OpenBadgeJwt or CredentialFormat.OpenBadgeUnsigned or CredentialFormat.BakedOpenBadge or CredentialFormat.OpenBadge2
            or CredentialFormat.ComprehensiveLearnerRecord or CredentialFormat.SdJwt or CredentialFormat.OtherCredential => Places[code].Badge,
        _ => Places[code].Elm,
    };
}
