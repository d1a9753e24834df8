using Grpc.Core;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using PublishedVersion = MicroCreds.Federation.V1.PublishedVersion;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Versions that come into force on a day (field reference E.3; scenario 13: 5 CFU until 31 August 2025, 6 from 1 September).</summary>
public sealed class EffectiveDateTests
{
    private const string Units = "code,title,programme,ects,eqf_level\nSTAT,Statistics,L-19,6,6\n";

    [Fact]
    public async Task an_upcoming_version_takes_effect_at_the_start_of_its_day()
    {
        await using var node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)));
        await PublishAsync(node, 5);
        var upcoming = await PublishAsync(node, 6, "2025-09-01");
        Assert.Equal((2, "2025-09-01"), (upcoming.Version, upcoming.EffectiveDate));
        Assert.Equal("v1 500", await AnswerAsync(node));
        Assert.Equal("v1 500", await AnswerAsync(node, "2025-08-31"));
        Assert.Equal("v2 600", await AnswerAsync(node, "2025-09-01"));
        Assert.Equal(["2025-09-01", "2025-09-01", ""], [await ReviewAsync(node, ""), await ReviewAsync(node, "2025-03-01"), await ReviewAsync(node, "2025-09-01")]);
        Assert.Equal((1, 1), (await InForceAsync(node), (await new Tables(node.Anonymous()).ListTablesAsync(new())).Tables.Single().Version));

        node.Clock.Advance(new DateTimeOffset(2025, 8, 31, 23, 59, 59, TimeSpan.Zero) - node.Clock.GetUtcNow());
        Assert.Equal("v1 500", await AnswerAsync(node));
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("v2 600", await AnswerAsync(node));
        Assert.Equal("v1 500", await AnswerAsync(node, "2025-08-31"));
        var table = (await new Tables(node.Anonymous()).ListTablesAsync(new())).Tables.Single();
        Assert.Equal((2, 2, "2025-09-01"), (await InForceAsync(node), table.Version, table.EffectiveDate));
    }

    [Fact]
    public async Task whoever_watches_learns_the_day()
    {
        await using var node = await TestNode.StartAsync();
        await PublishAsync(node, 5);
        await PublishAsync(node, 6, "2026-09-01");
        using var watch = new Tables(node.Anonymous()).WatchRules(new WatchRulesRequest());
        var days = new List<string>();
        while (days.Count < 2 && await watch.ResponseStream.MoveNext(CancellationToken.None))
            if (watch.ResponseStream.Current.Publication is { } publication) days.Add($"v{publication.Version} {publication.EffectiveDate}");
        Assert.Equal(["v1 ", "v2 2026-09-01"], days);
    }

    [Fact]
    public async Task a_day_that_is_over_is_refused_and_today_is_not()
    {
        await using var node = await TestNode.StartAsync();
        var admin = new Admin(node.Staff("ada", StaffRole.Administrator));
        await ImportAsync(admin, 5);
        var refusal = await Refusals.Of(admin.PublishDraftAsync(Publish("2026-03-01")));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_REQUEST"), refusal.Code);
        Assert.Equal(["effective_date"], refusal.Fields);
        Assert.Equal(["effective_date"], (await Refusals.Of(admin.PublishDraftAsync(Publish("tomorrow")))).Fields);
        Assert.Equal("2026-03-02", (await admin.PublishDraftAsync(Publish("2026-03-02"))).Version.EffectiveDate);
        Assert.Equal("v1 500", await AnswerAsync(node));
    }

    [Theory]
    [InlineData(RuleDatePolicy.AwardDate, 500, 1, "The tables count as they were in force on the day of award, 2025-07-10: bsc version 1.")]
    [InlineData(RuleDatePolicy.ApplicationDate, 600, 2, "The tables count as they were in force on the day of application, 2026-03-02: bsc version 2.")]
    [InlineData(RuleDatePolicy.MoreFavourable, 600, 2, "The tables count as they were in force on the day of application, 2026-03-02, which is the more favourable: bsc version 2.")]
    public async Task a_case_is_assessed_by_the_version_of_the_day_that_the_policy_names(RuleDatePolicy policy, int credits, int version, string explained)
    {
        await using var node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)), adjust: p => p with { RuleDate = policy });
        await PublishAsync(node, 5);
        await PublishAsync(node, 6, "2025-09-01");
        node.Clock.MoveTo(new DateOnly(2026, 3, 2));

        var assessed = (await SubmitAsync(node)).Assessment;
        Assert.Equal((credits, version), (assessed.GrantedEctsCreditsHundredths, assessed.TableVersion));
        Assert.Equal(explained, assessed.Explanation[0]);
    }

    [Fact]
    public async Task the_more_favourable_day_may_be_that_of_the_award()
    {
        await using var node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)));
        await PublishAsync(node, 6);
        await PublishAsync(node, 4, "2025-09-01");
        node.Clock.MoveTo(new DateOnly(2026, 3, 2));
        var decided = await SubmitAsync(node);
        Assert.Equal((600, 1), (decided.Assessment.GrantedEctsCreditsHundredths, decided.Assessment.TableVersion));
        // Granted by the rule of that version: automatic there as here.
        Assert.Equal(RecognitionCase.Types.State.Decided, decided.State);
    }

    [Fact]
    public async Task a_unit_that_is_newer_than_the_award_is_judged_by_the_version_in_force()
    {
        await using var node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)), adjust: p => p with { RuleDate = RuleDatePolicy.AwardDate });
        await PublishAsync(node, 5, units: Units.Replace("STAT,", "OLD,", StringComparison.Ordinal));
        await PublishAsync(node, 6, "2025-09-01");
        node.Clock.MoveTo(new DateOnly(2026, 3, 2));
        Assert.Equal(2, (await SubmitAsync(node)).Assessment.TableVersion);
    }

    [Fact]
    public async Task a_version_without_a_day_replaces_the_ones_before_for_every_case()
    {
        await using var node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)), adjust: p => p with { RuleDate = RuleDatePolicy.AwardDate });
        await PublishAsync(node, 5);
        await PublishAsync(node, 4, "2025-09-01");
        node.Clock.MoveTo(new DateOnly(2026, 3, 2));
        await PublishAsync(node, 6);
        var assessed = (await SubmitAsync(node)).Assessment;
        Assert.Equal((600, 3), (assessed.GrantedEctsCreditsHundredths, assessed.TableVersion));
        Assert.DoesNotContain(assessed.Explanation, sentence => sentence.StartsWith("The tables count", StringComparison.Ordinal));
    }

    private static async Task<RecognitionCase> SubmitAsync(TestNode node)
    {
        var claims = TestCredentials.Statistics(node.Consortium) with { AwardedOn = new DateOnly(2025, 7, 10) };
        var request = CaseDesk.Request(node.Consortium.Issue(claims, new DateTimeOffset(2025, 7, 10, 9, 0, 0, TimeSpan.Zero)), "STAT");
        return (await new RecognitionService.RecognitionServiceClient(node.Partner(TestConsortium.Madrid)).SubmitCredentialAsync(request)).RecognitionCase;
    }

    private static async Task<PublishedVersion> PublishAsync(TestNode node, int credits, string effective = "", string units = Units)
    {
        var admin = new Admin(node.Staff("ada", StaffRole.Administrator));
        await ImportAsync(admin, credits, units);
        return (await admin.PublishDraftAsync(Publish(effective))).Version;
    }

    private static async Task ImportAsync(Admin admin, int credits, string units = Units)
    {
        var import = ImportDraftTests.Request("1", PublishedSheets.Header + $"R-5,{units.Split('\n')[1].Split(',')[0]},uni-madrid.example,CR/EST101,{credits},yes,,,public\n", units);
        import.RequestId = CaseDesk.Id();
        await admin.ImportDraftAsync(import);
    }

    private static PublishDraftRequest Publish(string effective) =>
        new() { RequestId = CaseDesk.Id(), TableId = "bsc", EffectiveDate = effective, Reasons = { new WarningReason { Reason = "Looked at." } } };

    private static async Task<string> AnswerAsync(TestNode node, string asOf = "")
    {
        var answer = (await PublishedSheets.AskAsync(node.Anonymous(), "CR/EST101", asOf)).Answers.Single();
        return $"v{answer.TableVersion} {answer.GrantedEctsCreditsHundredths}";
    }

    private static async Task<string> ReviewAsync(TestNode node, string asOf) => (await PublishedSheets.AskAsync(node.Anonymous(), "CR/EST101", asOf)).Answers.Single().NextReviewDate;

    private static async Task<int> InForceAsync(TestNode node) => (await new Admin(node.Staff("ada", StaffRole.Administrator)).ListVersionsAsync(new() { TableId = "bsc" })).VersionInForce;
}
