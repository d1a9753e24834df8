using Google.Protobuf;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Domain.Grades;
using MicroCreds.Tests.Storage;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Assessed = MicroCreds.Domain.Rules.Assessment;
using Change = MicroCreds.Federation.V1.SimulatedCase.Types.Change;
using Reproduction = MicroCreds.Federation.V1.SimulatedCase.Types.Reproduction;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>What a draft would have changed among past cases.</summary>
public sealed class SimulateDraftTests
{
    private const string Header = "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects,grade,automatic,min_eqf_level,min_outcome_coverage_percent\n";
    private const string Statistics = "MAD-STAT,STAT,uni-madrid.example,CR/EST101,6,,converted,yes,,\n";
    private const string StatisticsFive = "MAD-STAT,STAT,uni-madrid.example,CR/EST101,6,5,converted,yes,,\n";
    private const string Coordination = "VOL-COORD,ALTRE-3,voluntariado.example,,,,ungraded,no,6,80\n";

    [Fact]
    public async Task tells_by_case_what_would_have_come_out_and_counts_it()
    {
        await using var desk = await CaseDesk.OpenAsync();
        var bea = await StatisticsAsync(desk, "bea");
        var carlo = await StatisticsAsync(desk, "carlo");
        var ana = await desk.ReferredAsync("ana");
        var without = await desk.ReferredRecognitionAsync("dora");
        var (cases, end) = await SimulateAsync(desk, StatisticsFive);

        Assert.Equal((4, 1, 0, 3, 0), (end.CaseCount, end.SameCount, end.MoreCount, end.LessCount, end.OtherwiseCount));
        Assert.Equal((0, 2, 0, true, false), (end.NewlyAutomaticCount, end.NewlyReferredCount, end.NotReproducedCount, end.Done, end.Truncated));
        Assert.Equal(Assessed.EngineVersion, end.EngineVersion);
        Assert.Equal([ana.CaseId, bea.CaseId, carlo.CaseId], cases.Select(c => c.CaseId).OrderBy(id => id == ana.CaseId ? 0 : id == bea.CaseId ? 1 : 2));
        var one = cases.Single(c => c.CaseId == bea.CaseId);
        Assert.Equal((Change.Less, true, false, Reproduction.Exact), (one.Change, one.NewlyReferred, one.NewlyAutomatic, one.Reproduction));
        Assert.Equal("full STAT 600 MAD-STAT True v1", Text(one.Before));
        Assert.Equal("partial STAT 500 MAD-STAT False v0", Text(one.After));
        Assert.Equal(Assessed.EngineVersion, one.EngineVersion);
        var volunteering = cases.Single(c => c.CaseId == ana.CaseId);
        Assert.Equal(("full ALTRE-3 300 VOL-COORD False v1", "", ""), (Text(volunteering.Before), volunteering.After.RuleId, volunteering.EngineVersion));
        Assert.DoesNotContain(cases, c => c.CaseId == without.CaseId);

        var (all, _) = await SimulateAsync(desk, StatisticsFive, r => r.UnchangedToo = true);
        Assert.Equal(Change.Same, all.Single(c => c.CaseId == without.CaseId).Change);
    }

    [Fact]
    public async Task the_draft_of_what_is_published_changes_nothing_and_every_record_is_found_again()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await StatisticsAsync(desk, "ana");
        // The learner has a record by now: the case before was assessed without it.
        await desk.ReferredAsync("ana");
        var before = await desk.Officer.ListCasesAsync(new());
        var (cases, end) = await SimulateAsync(desk, Statistics + Coordination);
        Assert.Empty(cases);
        Assert.Equal((2, 2, 0), (end.CaseCount, end.SameCount, end.NotReproducedCount));
        Assert.Equal(before, await desk.Officer.ListCasesAsync(new()));
    }

    [Fact]
    public async Task more_rules_give_more_and_make_a_case_automatic()
    {
        await using var desk = await CaseDesk.OpenAsync(TestTables.Coordination);
        var referred = await StatisticsAsync(desk, "ana");
        var (cases, end) = await SimulateAsync(desk, Statistics + Coordination);
        Assert.Equal((1, 1, 0), (end.MoreCount, end.NewlyAutomaticCount, end.NewlyReferredCount));
        Assert.Equal((referred.CaseId, "full STAT 600 MAD-STAT True v0"), (cases.Single().CaseId, Text(cases.Single().After)));
    }

    [Fact]
    public async Task says_when_something_beside_the_tables_has_changed_since()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await StatisticsAsync(desk, "ana");
        // Another grade table since: the grade would come out otherwise.
        await desk.Node.Institution.Grades.PutAsync(
            SampleGradeTables.Of(TestConsortium.Roma, SampleGradeTables.Spain.Grades), Samples.Request(), CancellationToken.None);
        var (cases, end) = await SimulateAsync(desk, Statistics + Coordination, r => r.UnchangedToo = true);
        Assert.Equal((Reproduction.OtherInputs, 1), (cases.Single().Reproduction, end.NotReproducedCount));
    }

    [Fact]
    public async Task is_bounded_and_filtered()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await StatisticsAsync(desk, "ana");
        desk.Node.Clock.Advance(TimeSpan.FromDays(2));
        await StatisticsAsync(desk, "bea");
        await StatisticsAsync(desk, "carlo");
        var (_, bounded) = await SimulateAsync(desk, StatisticsFive, r => r.MaxCases = 2);
        Assert.Equal((2, true), (bounded.CaseCount, bounded.Truncated));
        Assert.Equal(2, (await SimulateAsync(desk, StatisticsFive, r => r.SinceDate = "2026-03-03")).End.CaseCount);
        Assert.Equal(0, (await SimulateAsync(desk, StatisticsFive, r => r.Programme = "LM-1")).End.CaseCount);
    }

    [Fact]
    public async Task tells_nothing_personal()
    {
        await using var desk = await CaseDesk.OpenAsync();
        await StatisticsAsync(desk, "zenobia");
        var (cases, _) = await SimulateAsync(desk, StatisticsFive);
        var told = JsonFormatter.Default.Format(cases.Single());
        foreach (var personal in new[] { "zenobia", "García", "2003-05-17" }) Assert.DoesNotContain(personal, told, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task refuses_a_table_without_a_draft_and_who_is_no_administrator()
    {
        await using var desk = await CaseDesk.OpenAsync();
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => RunAsync(new(desk.Node.Staff("ada", StaffRole.Administrator)), new() { TableId = "CFU" }));
        Assert.Equal("TABLE_NOT_FOUND", RpcReason.Of(refused));
        refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => RunAsync(new(desk.Node.Staff("olga", StaffRole.Officer)), new() { TableId = "CFU", MaxCases = 1 }));
        Assert.Equal("PERMISSION_DENIED", RpcReason.Of(refused));
        refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => RunAsync(new(desk.Node.Staff("ada", StaffRole.Administrator)), new() { TableId = "CFU", MaxCases = -1, SinceDate = "x" }));
        Assert.Equal("INVALID_REQUEST", RpcReason.Of(refused));
    }

    [Fact]
    public async Task a_case_that_an_agreement_decided_comes_out_the_same_whatever_the_draft_says()
    {
        await using var desk = await CaseDesk.OpenAsync();
        var office = new AgreementService.AgreementServiceClient(desk.Node.Staff("olga", StaffRole.Officer));
        var agreement = new LearningAgreement
        {
            AgreementId = "LA-17", LearnerIdentifier = "urn:schac:personalUniqueCode:int:esi:uni-madrid.example:bea", Programme = TestTables.Bachelor, HostOrganisation = "uni-madrid.example",
            Signatures = { Enum.GetValues<AgreementSignature.Types.Party>().Skip(1).Select(p => new AgreementSignature { Party = p, SignedDate = "2025-08-20" }) },
            Components = { new AgreementComponent { Code = "CR/EST101", Unit = TestTables.Stat, EctsCreditsHundredths = 600, Automatic = true } },
        };
        var recorded = (await office.RecordAgreementAsync(new() { RequestId = CaseDesk.Id(), Agreement = agreement })).RecordedAgreement;
        var bea = await StatisticsAsync(desk, "bea");
        Assert.Equal("agreement:LA-17/v1/1", bea.Decisions[0].RuleId);
        // What happens to the agreement afterwards was not so then.
        desk.Node.Clock.Advance(TimeSpan.FromDays(1));
        await office.EndAgreementAsync(new() { RequestId = CaseDesk.Id(), AgreementId = "LA-17", Etag = recorded.Etag, LastDate = "2025-12-31", Reason = "Ended." });

        var (cases, _) = await SimulateAsync(desk, StatisticsFive + Coordination, r => r.UnchangedToo = true);

        var one = Assert.Single(cases);
        Assert.Equal((Change.Same, Reproduction.Exact, 600), (one.Change, one.Reproduction, one.After.EctsCreditsHundredths));
    }

    private static async Task<RecognitionCase> StatisticsAsync(CaseDesk desk, string learner) =>
        (await desk.Madrid.SubmitCredentialAsync(desk.Request(TestCredentials.Statistics(desk.Node.Consortium, learner: learner), TestTables.Stat))).RecognitionCase;

    private static async Task<(List<SimulatedCase> Cases, SimulationProgress End)> SimulateAsync(CaseDesk desk, string rows, Action<SimulateDraftRequest>? adjust = null)
    {
        var admin = new Admin(desk.Node.Staff("ada", StaffRole.Administrator));
        var import = ImportDraftTests.Request("1", Header + rows, units: null);
        (import.RequestId, import.TableId) = (CaseDesk.Id(), "CFU");
        await admin.ImportDraftAsync(import);
        var request = new SimulateDraftRequest { TableId = "CFU" };
        adjust?.Invoke(request);
        return await RunAsync(admin, request);
    }

    private static async Task<(List<SimulatedCase> Cases, SimulationProgress End)> RunAsync(Admin admin, SimulateDraftRequest request)
    {
        using var stream = admin.SimulateDraft(request);
        var (cases, end) = (new List<SimulatedCase>(), new SimulationProgress());
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (stream.ResponseStream.Current.SimulatedCase is { } one) cases.Add(one);
            else end = stream.ResponseStream.Current.Progress;
        }

        return (cases, end);
    }

    private static string Text(SimulatedOutcome outcome) => $"{outcome.Outcome} {outcome.Unit} {outcome.EctsCreditsHundredths} {outcome.RuleId} {outcome.Automatic} v{outcome.TableVersion}";
}
