using System.Net;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>The report of a simulation and of the check of all members' rules.</summary>
public sealed class SimulationPageTests
{
    [Fact]
    public async Task runs_only_when_asked_to_and_says_per_case_what_was_and_what_would_be()
    {
        await using var host = await Host();
        var form = await host.GetAsync("/tables/simulate?table=office");
        Assert.Empty(host.Node.Of<SimulateDraftRequest>());
        Assert.Equal("yes", form.QuerySelector("input[name=run]")!.GetAttribute("value"));

        var page = await host.GetAsync("/tables/simulate?table=office&run=yes&programme=L-19&since=2026-01-01");
        var asked = host.Node.Of<SimulateDraftRequest>().Single();
        Assert.Equal(("uni-roma.example", "office", "L-19", "2026-01-01"), (asked.Institution, asked.TableId, asked.Programme, asked.SinceDate));
        var row = Assert.Single(page.QuerySelectorAll("table tbody tr"));
        Assert.Equal("/cases/00000000000000000000000000000a02", row.QuerySelector("a")!.GetAttribute("href"));
        foreach (var shown in (string[])["Fewer credits", "now before a person", "6 ECTS", "Granted in full", "3 ECTS", "Granted in part", "no: decided by another engine"]) Assert.Contains(shown, row.TextContent, StringComparison.Ordinal);
        Assert.Equal(["12 Cases", "11 The same", "0 More credits", "1 Fewer credits"], page.QuerySelectorAll(".stats > div").Take(4).Select(d => $"{d.QuerySelector("dd")!.TextContent} {d.QuerySelector("dt")!.TextContent}"));
        Assert.Null(page.QuerySelector("[role=alert]"));
    }

    [Fact]
    public async Task a_simulation_that_is_cut_off_keeps_its_cases_and_says_so()
    {
        await using var host = await Host();
        host.Node.Simulation[^1] = new SimulateDraftResponse();
        var page = await host.GetAsync("/tables/simulate?table=office&run=yes");
        Assert.Single(page.QuerySelectorAll("table tbody tr"));
        Assert.Contains("was cut off", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("footer"));
    }

    [Fact]
    public async Task a_draft_that_is_not_there_has_its_reason()
    {
        await using var host = await Host();
        host.Node.Refusal = FakeNode.Refused(StatusCode.NotFound, "TABLE_NOT_FOUND", "No draft.", ("table_id", "office"));
        var answer = await host.Client.GetAsync("/tables/simulate?table=office&run=yes");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such table", (await ConsoleHost.PageOf(answer)).QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_check_of_all_members_names_ways_findings_and_who_was_silent()
    {
        await using var host = await Host();
        host.Node.FederationCheck = new CheckFederationResponse
        {
            FindingCount = 1, AsOfDate = "2026-03-02",
            Findings =
            {
                new FederationFinding
                {
                    Kind = "credit_inflation", Severity = TableFinding.Types.Severity.Error, Message = "Three credits come back as six.",
                    Steps = { new RecognitionStep { FromInstitution = "uni-a.example", Code = "A-1", Institution = "uni-b.example", TargetUnit = "B-1", EarnedEctsCreditsHundredths = 300, GrantedEctsCreditsHundredths = 600 } },
                },
            },
            Institutions = { new CheckedInstitution { Institution = "uni-c.example", Name = "Uni C", Outcome = CheckedInstitution.Types.Outcome.Unreachable, Detail = "No address." } },
        };
        await host.GetAsync("/tables/federation");
        Assert.Empty(host.Node.Of<CheckFederationRequest>());
        var page = await host.GetAsync("/tables/federation?run=yes");
        Assert.Equal("uni-a.example A-1 3 ECTS → uni-b.example B-1 6 ECTS", page.QuerySelector("[aria-labelledby=f-title] li")!.TextContent.Trim());
        Assert.Contains("credits grow", page.QuerySelector("[aria-labelledby=f-title]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", page.QuerySelector("[aria-labelledby=i-title]")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<ConsoleHost> Host()
    {
        var host = await ConsoleHost.SignedInAsync(["administrator"]);
        host.Node.Simulation.AddRange(
            [
                new SimulateDraftResponse { Progress = new SimulationProgress { CaseCount = 5, SameCount = 5 } },
                new SimulateDraftResponse
                {
                    SimulatedCase = new SimulatedCase
                    {
                        CaseId = Samples.Decided, Programme = "L-19", TargetUnit = "AAF-3", Change = SimulatedCase.Types.Change.Less, NewlyReferred = true, Reproduction = SimulatedCase.Types.Reproduction.OtherEngine,
                        Before = new SimulatedOutcome { Outcome = "full", EctsCreditsHundredths = 600, RuleId = "R-1", Automatic = true }, After = new SimulatedOutcome { Outcome = "partial", EctsCreditsHundredths = 300, RuleId = "R-2" },
                    },
                },
                new SimulateDraftResponse { Progress = new SimulationProgress { CaseCount = 12, SameCount = 11, LessCount = 1, NewlyReferredCount = 1, Done = true } },
            ]);
        return host;
    }
}
