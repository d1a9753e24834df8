using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Services;

/// <summary>Sealed credentials of the scenarios, issued by members of the test's federation.</summary>
internal static class TestCredentials
{
    /// <summary>The five outcomes of the volunteering credential.</summary>
    public static readonly string[] VolunteeringOutcomes =
        ["Plan the work of a volunteer team", "Share out tasks by ability", "Resolve conflicts in a team", "Assess the risks of an activity", "Report on results to partners"];

    /// <summary>Scenario 1: team coordination, 3 ECTS, 75 hours, EQF 6, from a volunteering organisation.</summary>
    public static EdcClaims Volunteering(TestConsortium consortium, string learner = "ana") =>
        Claims(consortium, TestConsortium.Voluntariado, learner) with
        {
            Title = "Coordinación de equipos de voluntariado",
            Outcomes = [.. VolunteeringOutcomes.Select(o => new EdcOutcome(o, []))],
            Credits = EctsCredits.FromHundredths(300),
            Volume = "PT75H",
            Assessments =
            [
                new EdcAssessment(AssessmentType.Portfolio, AssessmentSupervision.SupervisedWithIdentityVerification),
                new EdcAssessment(AssessmentType.OralExamination, AssessmentSupervision.SupervisedWithIdentityVerification),
            ],
            Mode = LearningMode.Blended,
            Setting = LearningSetting.NonFormal,
            Grade = new AchievedGrade("Apto", "Apto / No apto"),
        };

    /// <summary>Scenario 6: statistics, 6 ECTS, EQF 6, from a partner university.</summary>
    public static EdcClaims Statistics(TestConsortium consortium, string grade = "NT (8.0)", string learner = "ana") =>
        Claims(consortium, TestConsortium.Madrid, learner) with
        {
            Title = "Estadística I",
            Codes = ["CR/EST101"],
            Outcomes = [new EdcOutcome("Describe and infer from data", [])],
            Credits = EctsCredits.FromHundredths(600),
            Volume = "PT150H",
            Grade = new AchievedGrade(grade, "MH, SB, NT, AP, SS"),
        };

    /// <summary>Seals a credential as its issuer does.</summary>
    public static byte[] Issue(this TestConsortium consortium, EdcClaims claims, DateTimeOffset? at = null) =>
        new EdcIssuer(consortium[claims.Issuer.Domain].Seal).Issue(claims, at ?? TestNode.Start.AddDays(-20));

    private static EdcClaims Claims(TestConsortium consortium, OrganisationId issuer, string learner)
    {
        var member = consortium[issuer];
        return new EdcClaims
        {
            CredentialId = EdcClaims.NewCredentialId(),
            Language = "es",
            Issuer = new EdcOrganisation(member.Name, issuer, member.LegalIdentifier, member.Country, $"https://{issuer}/"),
            Holder = new EdcHolder($"urn:schac:personalUniqueCode:int:esi:{issuer}:{learner}", learner, "García", new DateOnly(2003, 5, 17)),
            Title = "A course",
            AwardedOn = new DateOnly(2026, 1, 20),
            Outcomes = [new EdcOutcome("Know something", [])],
            Credits = EctsCredits.FromHundredths(300),
            Volume = "PT75H",
            EqfLevel = 6,
            Assessments = [new EdcAssessment(AssessmentType.WrittenExamination, AssessmentSupervision.SupervisedWithIdentityVerification)],
            Mode = LearningMode.Presential,
            QualityAssurance = [new EdcQualityAssurance($"urn:quality:{issuer}", "Institutional Quality Assurance", "Quality assurance of the provider", member.Name)],
            Grade = new AchievedGrade("pass", "pass / fail"),
            Setting = LearningSetting.Formal,
            IscedFields = ["0542"],
            LanguagesOfInstruction = ["es"],
        };
    }
}
