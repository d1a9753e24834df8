using Grpc.Core;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Proposal = MicroCreds.Federation.V1.Assessment.Types.Proposal;

namespace MicroCreds.Tests.Services.Assessment;

/// <summary>What the rules would say about something described, by what is published, a version or a draft.</summary>
public sealed class TryRulesTests
{
    [Fact]
    public async Task says_of_a_described_achievement_what_it_says_of_the_credential()
    {
        await using var desk = await CaseDesk.OpenAsync();
        var granted = await desk.GrantedAsync();
        var referred = await desk.ReferredAsync();

        var statistics = await TryAsync(desk, new() { Achievement = granted.Achievements[0], AwardingBody = TestConsortium.Madrid.Value, Unit = TestTables.Stat });
        var coordination = await TryAsync(desk, new() { Achievement = referred.Achievements[0], AwardingBody = TestConsortium.Voluntariado.Value, Unit = TestTables.Activities });

        Assert.Equal((Proposal.GrantAutomatically, "full", 600, "MAD-STAT", "recognition"),
            (statistics.Proposal, statistics.ProposedOutcome, statistics.GrantedEctsCreditsHundredths, statistics.RuleId, statistics.Track));
        Assert.Equal(granted.Assessment.Grade, statistics.Grade);
        Assert.Equal(granted.Assessment.Rules, statistics.Rules);
        Assert.Equal(granted.Assessment.Explanation, statistics.Explanation);
        Assert.Equal((Proposal.Refer, "full", 300, "VOL-COORD", "validation"),
            (coordination.Proposal, coordination.ProposedOutcome, coordination.GrantedEctsCreditsHundredths, coordination.RuleId, coordination.Track));
        Assert.Equal(["rule_not_automatic", "validation_track"], coordination.ReferralReasons);
        Assert.Equal(referred.Assessment.Coverage, coordination.Coverage);
    }

    [Fact]
    public async Task keeps_nothing()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await TryAsync(desk, Statistics());
        Assert.Empty((await desk.Officer.ListCasesAsync(new ListCasesRequest())).Cases);
    }

    [Fact]
    public async Task tries_a_draft_before_it_is_published_and_what_was_published_before()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await DraftAsync(desk, TestTables.Statistics with { Grant = new CreditGrant.Fixed(MicroCreds.Domain.Credits.EctsCredits.FromHundredths(500)) });

        var draft = await TryAsync(desk, Statistics(r => (r.TableId, r.TableAlone) = (TestTables.Table.Value, true)));
        var version = await TryAsync(desk, Statistics(r => (r.TableId, r.TableVersion) = (TestTables.Table.Value, 1)));
        var now = await TryAsync(desk, Statistics());

        Assert.Equal((500, "partial", 0), (draft.GrantedEctsCreditsHundredths, draft.ProposedOutcome, draft.TableVersion));
        Assert.Equal((600, "full", 1), (version.GrantedEctsCreditsHundredths, version.ProposedOutcome, version.TableVersion));
        Assert.Equal(version, now);
        await RpcRefusal.Expect(StatusCode.NotFound, "TABLE_NOT_FOUND", ["table_id"], () => TryAsync(desk, Statistics(r => r.PublishedDate = "2025-01-01")));
    }

    [Fact]
    public async Task takes_the_circumstances_and_the_procedure_it_is_given()
    {
        await using var desk = await CaseDesk.OpenAsync();
        var request = new TryRulesRequest { Achievement = (await desk.ReferredAsync()).Achievements[0], AwardingBody = TestConsortium.Voluntariado.Value, Unit = TestTables.Activities };

        request.Procedure = new() { ValidationCapEctsCreditsHundredths = 4800, HoursPerCredit = 25 };
        request.Circumstances = new() { ValidatedEctsCreditsHundredths = 4600 };
        var capped = await TryAsync(desk, request);
        Assert.Equal(("partial", 200, 100), (capped.ProposedOutcome, capped.GrantedEctsCreditsHundredths, capped.ExtraCurricularEctsCreditsHundredths));
        Assert.Contains(capped.Reasons, r => r.StartsWith("CAP_REACHED: ", StringComparison.Ordinal));

        request.Circumstances = new() { CountedInProgramme = "L-31" };
        Assert.Contains((await TryAsync(desk, request)).Reasons, r => r.StartsWith("ALREADY_COUNTED: ", StringComparison.Ordinal));

        request.Circumstances = new() { MissingElements = { "M11" } };
        var incomplete = await TryAsync(desk, request);
        Assert.Equal(Proposal.RequestInformation, incomplete.Proposal);
        Assert.StartsWith("M11: ", Assert.Single(incomplete.Information), StringComparison.Ordinal);

        request.Circumstances = null;
        request.Achievement.VolumeOfLearning = "PT40H";
        Assert.StartsWith("WORKLOAD_CREDIT_MISMATCH: ", Assert.Single((await TryAsync(desk, request)).Information), StringComparison.Ordinal);
        request.Procedure = new() { HigherEducationInstitutions = { TestConsortium.Voluntariado.Value } };
        Assert.Equal("recognition", (await TryAsync(desk, request)).Track);
    }

    [Fact]
    public async Task finds_the_best_unit_where_none_is_named()
    {
        await using var desk = await CaseDesk.OpenAsync();
        Assert.Equal(TestTables.Stat, (await TryAsync(desk, Statistics(r => r.Unit = ""))).Unit);
    }

    [Fact]
    public async Task knows_an_awarding_body_by_its_former_identifier_and_says_so()
    {
        var former = MicroCreds.Domain.Identifiers.OrganisationId.Parse("complutum.example");
        // A rule about the former identifier is about the same body.
        await using var desk = await CaseDesk.OpenAsync(TestTables.Statistics with { Conditions = [new MicroCreds.Domain.Rules.RuleCondition.AwardingBody(former), new MicroCreds.Domain.Rules.RuleCondition.AchievementCode("CR/EST101")] });
        var list = desk.Node.Registry.Current.List;
        var since = list.Members.Single(m => m.Organisation == TestConsortium.Madrid).Since;
        var merged = list with { Serial = list.Serial + 1, Members = [.. list.Members.Select(m => m.Organisation == TestConsortium.Madrid ? m with { FormerIds = [former] } : m)] };
        Assert.False(desk.Node.Registry.TakeOver(merged, desk.Node.Registry.SignedList).Failed(out _, out _));

        var present = await TryAsync(desk, Statistics());
        var before = await TryAsync(desk, Awarded(since.AddDays(-1)));
        var after = await TryAsync(desk, Awarded(since));

        Assert.Equal((Proposal.GrantAutomatically, Proposal.GrantAutomatically, Proposal.Refer), (present.Proposal, before.Proposal, after.Proposal));
        Assert.Equal(["former_identifier"], after.ReferralReasons);
        Assert.All(new[] { before, after }, found => Assert.Contains(found.Explanation, s => s.StartsWith("complutum.example is a former identifier of uni-madrid.example", StringComparison.Ordinal)));

        TryRulesRequest Awarded(DateOnly day) => Statistics(r => (r.AwardingBody, r.Achievement.AwardedDate) = (former.Value, day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task refuses_by_the_contract()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["target_unit"], () => TryAsync(desk, Statistics(r => r.Unit = "NOWHERE")));
        await RpcRefusal.Expect(StatusCode.NotFound, "TABLE_NOT_FOUND", ["table_id"], () => TryAsync(desk, Statistics(r => r.TableId = "nowhere")));
        await DraftAsync(desk, TestTables.Statistics, TestTables.Statistics);
        await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DRAFT_NOT_PUBLISHABLE", ["findings", "table_id"], () => TryAsync(desk, Statistics(r => r.TableId = TestTables.Table.Value)));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"],
            async () => await new AssessmentService.AssessmentServiceClient(desk.As(StaffRole.Auditor)).TryRulesAsync(Statistics()));

        var wrong = await Assert.ThrowsAsync<RpcException>(() => TryAsync(desk, new()
        {
            Achievement = new() { EqfLevel = 9, VolumeOfLearning = "75 hours", AssessmentTypes = { "exam" }, QualityAssurance = { new QualityAssurance { EqfLevels = { 0 } } } },
            TableAlone = true, Procedure = new() { HoursPerCredit = 20, RuleDatePolicy = "today" }, Circumstances = new() { MissingElements = { "M12" } },
        }));
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
        string[] fields = ["achievement.eqf_level", "achievement.volume_of_learning", "achievement.assessment_types[0]", "achievement.quality_assurance[0].eqf_levels", "table_alone",
            "procedure.hours_per_credit", "procedure.rule_date_policy", "circumstances.missing_elements"];
        Assert.All(fields, field => Assert.Contains(field, wrong.Status.Detail, StringComparison.Ordinal));
    }

    private static TryRulesRequest Statistics(Action<TryRulesRequest>? adjust = null)
    {
        var request = new TryRulesRequest
        {
            AwardingBody = TestConsortium.Madrid.Value, Programme = TestTables.Bachelor, Unit = TestTables.Stat,
            Achievement = new() { Codes = { "CR/EST101" }, EctsCreditsHundredths = 600, EqfLevel = 6, AwardedDate = "2026-01-20", Grade = "NT (8.0)" },
        };
        adjust?.Invoke(request);
        return request;
    }

    private static async Task<MicroCreds.Federation.V1.Assessment> TryAsync(CaseDesk desk, TryRulesRequest request) => (await desk.Office.TryRulesAsync(request)).Assessment;

    private static async Task DraftAsync(CaseDesk desk, params MicroCreds.Domain.Rules.EquivalenceRule[] rules)
    {
        var request = MicroCreds.Domain.Identifiers.RequestId.New();
        var change = new MicroCreds.Domain.Cases.ChangeRequest("staff:registrar", request, MicroCreds.Domain.Identifiers.Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(request.Value)));
        var edited = await desk.Node.Institution.Tables.EditDraftAsync(
            TestTables.Table, change, null, draft => new MicroCreds.Domain.Rules.EquivalenceDraft(TestTables.Table, (draft?.Revision ?? 0) + 1, TestTables.Units, [.. rules], "registrar", TestNode.Start), CancellationToken.None);
        Assert.False(edited.Failed(out var problem, out _), problem?.Message);
    }
}
