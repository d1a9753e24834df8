using System.Net;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>Trying a described achievement by the institution's own rules.</summary>
public sealed class TryPageTests
{
    private const string Described = "awarding_body=Uni-Madrid.example&title=Estad%C3%ADstica&code=CR%2F1&credits=1,5&hours=40&eqf_level=6&isced=0542,0613&grade=8&awarded_on=2025-06-30&assessment=written_examination"
        + "&supervision=supervised_with_identity_verification&mode=online&languages=ES+en&outcomes=LO1%0D%0ALO2&quality_assured=yes";

    [Fact]
    public async Task asks_nothing_before_something_is_described()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/try");
        Assert.Empty(host.Node.Of<TryRulesRequest>());
        Assert.Equal("get", page.QuerySelector("form.card")!.GetAttribute("method"));
    }

    [Fact]
    public async Task sends_every_field_and_shows_the_assessment_as_a_case_does()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync($"/try?{Described}&unit=AAF-3&programme=L-19&applied_on=2026-01-15&rules=2%40off%40ice");
        var asked = host.Node.Of<TryRulesRequest>().Single();
        Assert.Equal(("uni-roma.example", "uni-madrid.example", "AAF-3", "L-19", "2026-01-15", "off@ice", 2),
            (asked.Institution, asked.AwardingBody, asked.Unit, asked.Programme, asked.AppliedDate, asked.TableId, asked.TableVersion));
        var said = asked.Achievement;
        Assert.Equal(("Estadística", "CR/1", 150, "PT40H", 6, "8", "2025-06-30"),
            (said.Title.ByLanguage["und"], said.Codes.Single(), said.EctsCreditsHundredths, said.VolumeOfLearning, said.EqfLevel, said.Grade, said.AwardedDate));
        Assert.Equal(("0542 0613", "written_examination", "supervised_with_identity_verification", "online", "es en", "LO1 LO2", 1),
            (string.Join(' ', said.IscedFields), said.AssessmentTypes.Single(), said.Supervision, said.Modes.Single(), string.Join(' ', said.Languages), string.Join(' ', said.Outcomes.Select(o => o.Id)), said.QualityAssurance.Count));

        foreach (var part in (string[])["proposal-title", "rules-title", "outcomes-title"]) Assert.NotNull(page.QuerySelector($"[aria-labelledby={part}]"));
        Assert.Equal(("1,5", "written_examination", "LO1\nLO2"),
            (page.QuerySelector("#t-credits")!.GetAttribute("value"), page.QuerySelector("#t-assessment option[selected]")!.GetAttribute("value"), page.QuerySelector("#t-outcomes")!.TextContent));
        Assert.Equal("2@off@ice", page.QuerySelector("#t-rules option[selected]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task offers_drafts_and_earlier_versions()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/try");
        Assert.Equal(["", "0@office", "2@office", "1@office"], page.QuerySelectorAll("#t-rules option").Select(o => o.GetAttribute("value")));
    }

    [Fact]
    public async Task what_cannot_be_read_is_said_at_its_field_before_the_node_is_asked()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.Client.GetAsync("/try?title=a&credits=1.555&hours=x&eqf_level=9&awarded_on=June");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Equal(["#t-credits", "#t-hours", "#t-eqf_level", "#t-awarded_on"], page.QuerySelectorAll("[role=alert] a").Select(a => a.GetAttribute("href")));
        Assert.Equal("true", page.QuerySelector("#t-credits")!.GetAttribute("aria-invalid"));
        Assert.Empty(host.Node.Of<TryRulesRequest>());
    }

    [Fact]
    public async Task a_refusal_stands_over_the_form_that_is_still_filled()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Refusal = FakeNode.Refused(StatusCode.InvalidArgument, "INVALID_REQUEST", "Wrong.", violations: [("programme", "is required when the units are of several programmes")]);
        var answer = await host.Client.GetAsync("/try?title=kept");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Contains("programme: is required", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("kept", page.QuerySelector("#t-title")!.GetAttribute("value"));
    }

    [Fact]
    public async Task a_credential_file_fills_the_form_without_its_learner()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Exploration.Add(new ExploreRecognitionResponse { Question = ExplorePageTests.Question() });
        var answer = await host.UploadAsync(await host.GetAsync("/try"), "form[action='/try'][method=post]", [("credential", "c.json", [1, 2, 3])]);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal([1, 2, 3], host.Node.Of<ExploreRecognitionRequest>().Single().Credential.ToByteArray());
        Assert.Equal("/try?awarding_body=uni-madrid.example&title=Statistics&code=CR%2F1&credits=6&eqf_level=6&isced=0542&awarded_on=2025-06-30", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task the_example_of_a_finding_leads_to_a_trial_of_the_draft()
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        var draft = new EquivalenceDraft { TableId = "office", Etag = "1" };
        host.Node.Versions = new ListVersionsResponse { Draft = draft };
        host.Node.Check = new CheckDraftResponse
        {
            Draft = draft,
            Findings = { new TableFinding { Kind = "overlap_conflict", Severity = TableFinding.Types.Severity.Warning, Unit = "AAF-3", Witness = new FindingWitness { Achievement = new AchievementDescription { Code = "C 1" }, AppliedDate = "2026-09-01", Modes = { "online" } } } },
        };
        var page = await host.GetAsync("/tables/draft?table=office");
        Assert.Equal("/try?code=C%201&mode=online&applied_on=2026-09-01&unit=AAF-3&rules=0%40office", page.QuerySelector(".witness a")!.GetAttribute("href"));
    }
}
