using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

public sealed class EdcIssuerTests
{
    [Fact]
    public void issues_what_the_verifier_accepts()
    {
        var report = Seals.Verify(Seals.Issue());
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks.Select(c => $"{c.Kind} {c.Result} {c.Reason} {c.Evidence}")));
        Assert.Empty(report.Reasons);
        Assert.Empty(report.MissingElements);
        Assert.Equal(Seals.Voluntariado, report.IssuerId);
        Assert.Equal(Seals.Voluntariado, report.AwardingBodyId);
        Assert.Equal(report.Checks.Select(c => c.Kind).Order(), report.Checks.Select(c => c.Kind));
    }

    [Fact]
    public void says_everything_that_was_claimed()
    {
        var report = Seals.Verify(Seals.Issue());
        var achievement = report.Achievement!;
        Assert.Equal(Seals.Claims.Title, achievement.Title.In("es"));
        Assert.Equal(["CR/EST101"], achievement.Codes.AsEnumerable());
        Assert.Equal(300, achievement.Credits!.Value.Hundredths);
        Assert.Equal(75 * 60, achievement.Volume!.Minutes);
        Assert.Null(achievement.ActivityVolume);
        Assert.Equal(6, achievement.EqfLevel);
        Assert.Equal(new DateOnly(2026, 6, 30), achievement.AwardedOn);
        Assert.Equal([AssessmentType.Portfolio, AssessmentType.OralExamination], achievement.AssessmentTypes.AsEnumerable());
        Assert.Equal([LearningMode.Blended], achievement.Modes.AsEnumerable());
        Assert.Equal(AssessmentSupervision.SupervisedWithIdentityVerification, achievement.Supervision);
        Assert.Equal(LearningSetting.NonFormal, achievement.Setting);
        Assert.Equal(new AchievedGrade("Apto", "Apto / No apto"), achievement.Grade);
        Assert.Equal(["0923"], achievement.IscedFields.AsEnumerable());
        Assert.Equal(["es"], achievement.Languages.AsEnumerable());
        Assert.Equal(["Planifica turnos", "Resuelve conflictos \"difíciles\""], achievement.Outcomes.Select(o => o.Title.In("es")));
        Assert.Single(achievement.Outcomes[0].Skills);
        var body = achievement.AwardingBodies.Single();
        Assert.Equal("ESP", body.CountryCode);
        Assert.Contains("schac:voluntariado.example", body.Identifiers);
        Assert.Contains($"eidas:{Seals.LegalIdentifier}", body.Identifiers);
        Assert.Equal("Institutional Quality Assurance", body.Accreditations.Single().Type);
        Assert.Equal(new Holder("urn:schac:personalUniqueCode:int:esi:es:0000001", "Ana Prueba", new DateOnly(2001, 2, 3)) { GivenName = "Ana", FamilyName = "Prueba" }, report.Holder);
        Assert.Equal(Seals.Claims.CredentialId, report.CredentialId);
        Assert.Equal(Seals.At, report.IssuedAt);
        Assert.Null(report.ValidUntil);
    }

    [Fact]
    public void seals_for_its_own_organisation_only() =>
        Assert.Throws<ArgumentException>(() => new EdcIssuer(Seals.Seal).Issue(Seals.Claims with { Issuer = Seals.Claims.Issuer with { LegalIdentifier = "VATES-B00000000" } }, Seals.At));

    [Fact]
    public void keeps_a_sealing_certificate_as_pem()
    {
        Assert.True(SealingCertificate.TryImportPem(Seals.Seal.ExportCertificatePem(), Seals.Seal.ExportKeyPem(), out var again));
        Assert.Equal(Seals.LegalIdentifier, again!.LegalIdentifier);
        Assert.Equal(Verdict.Accept, Seals.Verify(new EdcIssuer(again).Issue(Seals.Claims, Seals.At)).Verdict);
        var other = Seals.Authority.Issue("Other", "VATES-B1", Seals.From, Seals.Until);
        Assert.False(SealingCertificate.TryImportPem(Seals.Seal.ExportCertificatePem(), other.ExportKeyPem(), out _));
        Assert.False(SealingCertificate.TryImportPem("nothing", Seals.Seal.ExportKeyPem(), out _));
    }

    [Fact]
    public void makes_identifiers_that_differ()
    {
        var first = EdcClaims.NewCredentialId();
        Assert.Matches("^urn:credential:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", first);
        Assert.NotEqual(first, EdcClaims.NewCredentialId());
    }
}
