using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

/// <summary>A volunteering organisation with a seal of its own, and the founding micro-credential of the field.</summary>
internal static class Seals
{
    public const string LegalIdentifier = "VATES-G12345678";

    public static readonly DateTimeOffset At = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly OrganisationId Voluntariado = OrganisationId.Parse("voluntariado.example");

    public static readonly SealAuthority Authority = SealAuthority.Create("Voluntariado seal authority", LegalIdentifier, From, Until);
    public static readonly SealingCertificate Seal = Authority.Issue("Plataforma Voluntariado", LegalIdentifier, From, Until);

    public static readonly TrustedIssuer Member = new(Voluntariado, [LegalIdentifier], [Authority.Certificate], "trust list serial 1");

    public static readonly EdcClaims Claims = new()
    {
        CredentialId = "urn:credential:5f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42",
        Language = "es",
        Issuer = new EdcOrganisation("Plataforma Voluntariado", Voluntariado, LegalIdentifier, "ESP", "https://voluntariado.example"),
        Holder = new EdcHolder("urn:schac:personalUniqueCode:int:esi:es:0000001", "Ana", "Prueba", new DateOnly(2001, 2, 3)),
        Title = "Coordinación de equipos de voluntariado",
        AwardedOn = new DateOnly(2026, 6, 30),
        Outcomes = [new("Planifica turnos", ["http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"]), new("Resuelve conflictos \"difíciles\"", [])],
        Credits = EctsCredits.FromHundredths(300),
        Volume = "PT75H",
        EqfLevel = 6,
        Assessments = [new(AssessmentType.Portfolio, AssessmentSupervision.Unspecified), new(AssessmentType.OralExamination, AssessmentSupervision.SupervisedWithIdentityVerification)],
        Mode = LearningMode.Blended,
        QualityAssurance = [new("urn:qa:voluntariado:1", "Institutional Quality Assurance", "Interna", "Plataforma Voluntariado")],
        Codes = ["CR/EST101"],
        Grade = new AchievedGrade("Apto", "Apto / No apto"),
        Setting = LearningSetting.NonFormal,
        IscedFields = ["0923"],
        LanguagesOfInstruction = ["es"],
    };

    public static byte[] Issue() => new EdcIssuer(Seal).Issue(Claims, At);

    /// <summary>The founding credential after a change of its content, rightly sealed.</summary>
    public static byte[] SealChanged(Action<JsonObject> change)
    {
        var credential = Payload();
        change(credential);
        return JadesSealer.Seal(Encoding.UTF8.GetBytes(credential.ToJsonString()), Seal, At);
    }

    public static JsonObject Payload() => JsonNode.Parse(JsonNode.Parse(Issue())!["payload"]!.GetValue<string>())!.AsObject();

    public static CredentialReport Verify(byte[] file, params TrustedIssuer[] issuers) =>
        new CredentialVerifier(issuers.Length == 0 ? [Member] : issuers).Verify(file, At);

    public static VerificationCheck Check(this CredentialReport report, CheckKind kind) => report.Checks.Single(c => c.Kind == kind);
}
