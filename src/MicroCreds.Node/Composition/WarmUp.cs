using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;

namespace MicroCreds.Node.Composition;

/// <summary>
/// Takes one made-up credential the whole way, from its seal to a signed decision in a store of its own that is thrown away, before the node
/// says that it is ready: otherwise the first learner waits for the code to be compiled, most of a second instead of milliseconds.
/// </summary>
internal static class WarmUp
{
    private static readonly OrganisationId Institution = OrganisationId.Parse("institution.invalid");
    private static readonly OrganisationId Issuer = OrganisationId.Parse("issuer.invalid");
    private const string LegalIdentifier = "VATXX-0000000000";

    public static async Task RunAsync(string dataDirectory, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var authority = SealAuthority.Create("warm-up", LegalIdentifier, now.AddDays(-1), now.AddDays(1));
        var file = new EdcIssuer(authority.Issue("Warm-up", LegalIdentifier, now.AddDays(-1), now.AddDays(1))).Issue(Claims(now), now);
        var report = new CredentialVerifier([new(Issuer, [LegalIdentifier], [authority.Certificate], "warm-up")]).Verify(file, now);

        var directory = Path.Combine(dataDirectory, "warm-up");
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        try
        {
            await using var store = await InstitutionDatabase.OpenAsync(
                Path.Combine(directory, "institution.db"), Institution, StatementCodec.SignerFor(Institution, "warm-up", SigningKey.Generate()), clock);
            await DecideAsync(store.Cases, report, file, now);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task DecideAsync(ICaseStore cases, Domain.Verification.CredentialReport report, byte[] file, DateTimeOffset now)
    {
        var unit = new TargetUnit
        {
            Code = UnitCode.Parse("UNIT"), Title = LocalisedText.Of("Unit", "en"), Programme = ProgrammeCode.Parse("PROGRAMME"),
            Credits = EctsCredits.FromHundredths(300), EqfLevel = 6, Kind = UnitKind.Course, Graded = false, Outcomes = [],
        };
        var rule = new EquivalenceRule
        {
            Id = RuleId.Parse("RULE"), Target = unit.Code, Conditions = [new RuleCondition.AwardingBody(Issuer), new RuleCondition.EqfLevelAtLeast(6)],
            Grant = new CreditGrant.AsEarned(), Grade = GradeTreatment.Ungraded, Automatic = true,
        };
        var table = CompiledTable.Of([EquivalenceTableBuilder.Build(TableId.Parse("TABLE"), 1, [unit], [rule], now, "node")]);
        var policy = new RecognitionPolicy { HigherEducationInstitutions = [Issuer] };
        var application = new Application
        {
            Case = CaseId.New(), Institution = Institution, SubmittedBy = Issuer, Programme = unit.Programme, TargetUnit = unit.Code,
            Learner = LearnerKey.For("warm-up", [0]), Credentials = [report.Digest], SubmittedAt = now,
        };
        var request = new ChangeRequest("node", RequestId.New(), report.Digest);
        if ((await cases.OpenAsync(request, application.Learner, [file], ledger => CaseIntake.Receive(
                application, [report], () => Assess(ledger), RuleBook.Of(table), ledger, policy, Actor.Node, now), CancellationToken.None)).Failed(out var problem, out var opened))
            throw new InvalidOperationException($"The node's own credential was not taken in: {problem.Message}");
        await cases.FindAsync(opened.Application.Case, CancellationToken.None);

        Assessment Assess(LearnerLedger ledger) => AssessmentEngine.Assess(new AssessmentInput
        {
            Institution = Institution, Table = table, Policy = policy, Achievement = report.Achievement ?? throw new InvalidOperationException("The node's own credential claims nothing."),
            Credential = CredentialSummary.Of(report), AwardingBody = report.AwardingBodyId, Programme = unit.Programme, Target = unit.Code,
            AppliedOn = RecognitionClock.DayOf(now), Ledger = ledger,
        });
    }

    private static EdcClaims Claims(DateTimeOffset now) => new()
    {
        CredentialId = EdcClaims.NewCredentialId(),
        Language = "en",
        Issuer = new EdcOrganisation("Warm-up", Issuer, LegalIdentifier, "IRL", "https://issuer.invalid/"),
        Holder = new EdcHolder("urn:warm-up", "Nobody", "Nobody", null),
        Title = "Warm-up",
        AwardedOn = DateOnly.FromDateTime(now.UtcDateTime),
        Outcomes = [new EdcOutcome("The code is compiled", [])],
        Credits = EctsCredits.FromHundredths(300),
        Volume = "PT75H",
        EqfLevel = 6,
        Assessments = [new EdcAssessment(AssessmentType.WrittenExamination, AssessmentSupervision.SupervisedWithIdentityVerification)],
        Mode = LearningMode.Online,
        QualityAssurance = [new EdcQualityAssurance("urn:warm-up:qa", "Institutional Quality Assurance", "Warm-up", "Warm-up")],
        Grade = new AchievedGrade("Pass", ""),
    };
}
