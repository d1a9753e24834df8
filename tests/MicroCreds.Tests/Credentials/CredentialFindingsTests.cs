using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

/// <summary>A credential looked through by Annex I and by the micro-evaluator, and who has which part in it.</summary>
public sealed class CredentialFindingsTests
{
    private static readonly string[] Codes =
    [
        "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "O1", "O2", "O3", "O4", "O5",
        "quality_assurance", "verification", "level", "learning_outcomes", "workload", "testing", "identification",
    ];

    [Fact]
    public void every_element_and_criterion_is_explained()
    {
        var findings = CredentialFindings.Of(Seals.Verify(Seals.Issue()));
        Assert.Equal(Codes, findings.Select(f => f.Code));
        Assert.All(findings, f => Assert.NotEmpty(f.Place));
        Assert.All(findings, f => Assert.Contains(f.Source, new[] { "Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I", "Nuffic micro-evaluator" }));
        Assert.Equal(["O1", "quality_assurance"], findings.Where(f => f.Standing != FindingStanding.Met).Select(f => f.Code));
        Assert.Equal(
            ["the learner is named", "\"Coordinación de equipos de voluntariado\"", "ESP", "Plataforma Voluntariado", "2026-09-01", "2 learning outcomes", "3 ECTS credits, 75 h", "EQF level 6", "portfolio, oral examination", "blended", "Institutional Quality Assurance"],
            findings.Take(11).Select(f => f.Found));
        Assert.Equal(["", "supervised with identity verification", "Apto (Apto / No apto)", "stands alone", "fields 0923; languages es; codes CR/EST101; 1 ESCO skill"], findings.Skip(11).Take(5).Select(f => f.Found));
        // The agency is the provider itself.
        Assert.Equal(("weak", "quality assurance by an agency outside the provider"), (findings[16].Grade, findings[16].Missing));
        Assert.Equal(("secure", "signed by voluntariado.example, a member of the trust list"), (findings[17].Grade, findings[17].Found));
        Assert.DoesNotContain(findings, f => f.Found.Contains("Ana", StringComparison.Ordinal) || f.Found.Contains("0000001", StringComparison.Ordinal));
    }

    [Fact]
    public void what_is_missing_is_said_as_what_to_supply_and_where()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            var claim = c["credentialSubject"]!["hasClaim"]!.AsObject();
            claim.Remove("provenBy");
            claim["specifiedBy"]!.AsObject().Remove("learningOutcome");
            c["issuer"]!.AsObject().Remove("accreditation");
            claim["awardedBy"]!["awardingBody"]!.AsObject().Remove("accreditation");
        }));
        var missing = CredentialFindings.MissingOf(report);
        Assert.Equal(["M6", "M9", "M11"], missing.Select(f => f.Code));
        Assert.Equal(report.MissingElements, missing.Select(f => f.Code));
        Assert.Equal(("state the learning outcomes, one by one", "hasClaim.specifiedBy.learningOutcome", ""), (missing[0].Missing, missing[0].Place, missing[0].Found));
        var criteria = Criteria(report);
        foreach (var code in new[] { "quality_assurance", "learning_outcomes", "testing", "identification" }) Assert.Equal(FindingStanding.Missing, criteria[code].Standing);
        Assert.Equal("none", criteria["quality_assurance"].Grade);
    }

    [Theory]
    [InlineData("urn:qa:1", "Agency of quality", "substantial", FindingStanding.Met)]
    [InlineData("https://data.deqar.eu/report/77", "Agency of quality", "strong", FindingStanding.Met)]
    [InlineData("https://data.deqar.eu/report/77", "Plataforma Voluntariado", "weak", FindingStanding.Partly)]
    public void quality_assurance_is_as_strong_as_who_gives_it(string id, string agent, string grade, FindingStanding standing)
    {
        var claims = Seals.Claims with { QualityAssurance = [new(id, "Institutional Quality Assurance", "Evaluation", agent)] };
        var finding = Criteria(Seals.Verify(new EdcIssuer(Seals.Seal).Issue(claims, Seals.At)))["quality_assurance"];
        Assert.Equal((grade, standing), (finding.Grade, finding.Standing));
    }

    [Fact]
    public void verification_is_as_secure_as_the_proof()
    {
        var file = Seals.Issue();
        Assert.Equal("secure", Criteria(Seals.Verify(file))["verification"].Grade);
        Assert.Equal("some", Criteria(Seals.Verify(file, new TrustedIssuer(null, [], [Seals.Authority.Certificate], "pinned")))["verification"].Grade);
        Assert.Equal("limited", Criteria(new CredentialVerifier([]).Verify(file, Seals.At))["verification"].Grade);
        Assert.Equal("none", Criteria(Seals.Verify(System.Text.Encoding.UTF8.GetBytes(Seals.Payload().ToJsonString())))["verification"].Grade);
        // What was changed after sealing is not read at all.
        Assert.Empty(CredentialFindings.Of(Seals.Verify([.. file.Select((b, i) => i == file.Length / 2 ? (byte)(b ^ 1) : b)])));
    }

    [Fact]
    public void attendance_doubtful_workload_and_presence_are_told_apart()
    {
        var claims = Seals.Claims with
        {
            Assessments = [new(AssessmentType.LevelOfAttendance, AssessmentSupervision.Unspecified)], Volume = "PT40H", Mode = LearningMode.Presential,
        };
        var criteria = Criteria(Seals.Verify(new EdcIssuer(Seals.Seal).Issue(claims, Seals.At)));
        Assert.Equal((FindingStanding.Partly, "an assessment of the learning outcomes"), (criteria["testing"].Standing, criteria["testing"].Missing));
        Assert.Equal((FindingStanding.Partly, "an explanation of the contradiction"), (criteria["workload"].Standing, criteria["workload"].Missing));
        Assert.Equal(FindingStanding.NotAsked, criteria["identification"].Standing);
    }

    [Fact]
    public void places_are_those_of_the_format()
    {
        SigningIssuer.TryCreate("did:web:voluntariado.example", MicroCreds.Domain.Jose.SigningKey.Generate(), out var issuer);
        var report = new CredentialVerifier([new TrustedIssuer(Seals.Voluntariado, [], [], "list") { CredentialIssuers = [issuer!.Registration] }]).Verify(new OpenBadgeIssuer(issuer).IssueToken(Seals.Claims, Seals.At), Seals.At);
        var findings = CredentialFindings.Of(report);
        Assert.Equal("achievement.alignment[ext:EQF]", findings.Single(f => f.Code == "M8").Place);
        Assert.Equal("secure", findings.Single(f => f.Code == "verification").Grade);
    }

    [Fact]
    public void sealer_issuer_awarding_body_and_assessor_are_kept_apart()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            var claim = c["credentialSubject"]!["hasClaim"]!;
            claim["awardedBy"]!["awardingBody"] = Organisation("urn:epass:org:7", "University of Zed", "VATIE-7");
            foreach (var assessment in claim["provenBy"]!.AsArray()) assessment!["assessedBy"] = Organisation("urn:epass:org:8", "Examiners", "VATBE-8");
            c["evidence"] = new JsonArray(new JsonObject { ["id"] = "urn:epass:evidence:1", ["type"] = "Evidence", ["dcType"] = new JsonObject { ["id"] = "http://data.europa.eu/snb/evidence-type/c_18016257", ["type"] = "Concept" } });
        }));
        Assert.Equal(
            [
                (RoleKind.Sealer, "Plataforma Voluntariado"), (RoleKind.Issuer, "Plataforma Voluntariado"), (RoleKind.AwardingBody, "University of Zed"), (RoleKind.Assessor, "Examiners"),
            ],
            report.Roles.Select(r => (r.Kind, r.Name)));
        Assert.StartsWith("sealing certificate ", report.Roles[0].Basis, StringComparison.Ordinal);
        Assert.Equal([Seals.LegalIdentifier], report.Roles[0].Identifiers.AsEnumerable());
        Assert.Equal("the issuer shows a mandate, asserted by the sealer alone", report.Roles[2].Basis);
        Assert.Null(report.AwardingBodyId);
        Assert.Equal("is the issuer", Seals.Verify(Seals.Issue()).Roles.Single(r => r.Kind == RoleKind.AwardingBody).Basis);
    }

    private static JsonObject Organisation(string id, string name, string legal) => new()
    {
        ["id"] = id, ["type"] = "Organisation", ["legalName"] = new JsonObject { ["en"] = name },
        ["eIDASIdentifier"] = new JsonObject { ["id"] = id + ":legal", ["type"] = "LegalIdentifier", ["notation"] = legal },
    };

    private static Dictionary<string, CredentialFinding> Criteria(CredentialReport report) => CredentialFindings.Of(report).Where(f => f.Kind == FindingKind.Criterion).ToDictionary(f => f.Code);
}
