using System.Net;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>The draft with its findings, publication, versions, comparison and files.</summary>
public sealed class DraftPageTests
{
    [Fact]
    public async Task findings_stand_by_severity_with_kind_message_rules_and_an_example()
    {
        await using var host = await Host();
        var page = await host.GetAsync("/tables/draft?table=office");
        Assert.Equal(["findings-error", "findings-warning"], page.QuerySelectorAll(".findings").Select(s => s.GetAttribute("aria-labelledby")));
        var error = page.QuerySelector("[aria-labelledby=findings-error]")!;
        foreach (var shown in (string[])["Unit does not exist", "Rule R-7 grants NONE, which no table has."]) Assert.Contains(shown, error.TextContent, StringComparison.Ordinal);
        var conflict = page.QuerySelector("[aria-labelledby=findings-warning]")!;
        Assert.Equal(["/tables/rule?table=office&id=R-1&draft=yes", "/tables/rule?table=office&id=R-2&draft=yes"], conflict.QuerySelectorAll("li a.mono").Select(a => a.GetAttribute("href")));
        Assert.Equal(
            ["uni-madrid.example", "code CR/1", "6 ECTS", "EQF level 6", "ISCED-F 0542", "Grade 27", "written examination", "supervised, identity verified", "online", "in es", "quality assured",
                "learning outcomes: 2", "awarded 30 June 2025", "applied 1 September 2026"],
            conflict.QuerySelectorAll(".witness span").Select(s => s.TextContent));
        Assert.Equal(["1", "12", "3"], page.QuerySelectorAll("aside .facts dd").Select(d => d.TextContent));
    }

    [Fact]
    public async Task errors_stand_in_the_way_of_publication()
    {
        await using var host = await Host();
        var page = await host.GetAsync("/tables/draft?table=office");
        Assert.Contains("Cannot be published", page.QuerySelector("aside")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("a[href^='/tables/publish']"));
    }

    [Fact]
    public async Task publishes_after_confirmation_what_was_confirmed_and_no_other()
    {
        await using var host = await Host(errors: false);
        var draft = await host.GetAsync("/tables/draft?table=office");
        var confirm = await host.GetAsync(draft.QuerySelector("aside a.button")!.GetAttribute("href")!);
        Assert.True(host.Node.Of<PublishDraftRequest>().Single() is { ValidateOnly: true, Etag: "9" });
        Assert.Contains("version 3", confirm.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Rules contradict each other (1)", confirm.QuerySelector("label[for=reason_overlap_conflict]")!.TextContent);
        var answer = await host.SubmitAsync(confirm, "form[action='/tables/publish']", ("effective_date", "2026-05-01"), ("reason_overlap_conflict", " Both boards agreed.\r\nSee minutes. "));
        Assert.Equal("/tables/history?table=office&done=publish", answer.Headers.Location!.ToString());
        var reason = Assert.Single(host.Node.Of<PublishDraftRequest>().Last().Reasons);
        Assert.Equal("2026-05-01", host.Node.Of<PublishDraftRequest>().Last().EffectiveDate);
        Assert.Equal(("overlap_conflict", "Both boards agreed.\nSee minutes."), (reason.Kind, reason.Reason));
        Assert.True(host.Node.Of<PublishDraftRequest>().Last() is { ValidateOnly: false, Etag: "9", TableId: "office", Institution: "uni-roma.example" });
        Assert.Contains("The version is published", (await host.GetAsync("/tables/history?table=office&done=publish")).QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition, "DRAFT_NOT_PUBLISHABLE", HttpStatusCode.UnprocessableEntity)]
    [InlineData(StatusCode.Aborted, "CONCURRENT_CHANGE", HttpStatusCode.Conflict)]
    [InlineData(StatusCode.Unavailable, "STORE_UNAVAILABLE", HttpStatusCode.ServiceUnavailable)]
    public async Task a_publication_that_is_refused_shows_why_over_the_newest_draft(StatusCode code, string reason, HttpStatusCode expected)
    {
        await using var host = await Host(errors: false);
        var confirm = await host.GetAsync("/tables/publish?table=office");
        host.Node.Refusal = FakeNode.Refused(code, reason, "No.", [("R-7", "grants a unit that is not there")], ("table_id", "office"));
        var answer = await host.SubmitAsync(confirm, "form[action='/tables/publish']");
        Assert.Equal(expected, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Contains("R-7: grants a unit that is not there", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector(".findings"));
    }

    [Theory]
    [InlineData("ben", "", true, false)]
    [InlineData("ana", "", false, false)]
    [InlineData("ben", "ana", false, true)]
    public async Task a_second_person_approves_what_another_edited(string editedBy, string approvedBy, bool mayApprove, bool mayPublish)
    {
        await using var host = await Host(errors: false);
        foreach (var draft in (EquivalenceDraft[])[host.Node.Check.Draft, host.Node.Versions!.Draft]) (draft.ApprovalNeeded, draft.EditedBy, draft.ApprovedBy) = (true, editedBy, approvedBy);
        var page = await host.GetAsync("/tables/draft?table=office");
        Assert.Equal((mayApprove, mayPublish), (page.QuerySelector("form[action='/tables/approve']") is not null, page.QuerySelector("a[href^='/tables/publish']") is not null));
        if (!mayApprove) return;
        var answer = await host.SubmitAsync(page, "form[action='/tables/approve']");
        Assert.Equal("/tables/history?table=office&done=approve", answer.Headers.Location!.ToString());
        Assert.Equal(("office", "9"), (host.Node.Of<ApproveDraftRequest>().Single().TableId, host.Node.Of<ApproveDraftRequest>().Single().Etag));
    }

    [Fact]
    public async Task says_when_nothing_has_changed_and_when_there_is_no_draft()
    {
        await using var host = await Host(errors: false);
        host.Node.Check.Draft.Digest = "d3";
        Assert.Contains("Nothing has changed since version 3.", (await host.GetAsync("/tables/draft?table=office")).QuerySelector("aside")!.TextContent, StringComparison.Ordinal);
        host.Node.Versions!.Draft = null;
        Assert.Contains("There is no draft", (await host.GetAsync("/tables/draft?table=office")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        host.Node.Versions = null;
        Assert.Contains("no such table yet", (await host.GetAsync("/tables/draft?table=new")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, host.Node.Of<CheckDraftRequest>().Count() + 1);
    }

    [Fact]
    public async Task throws_the_draft_away_and_brings_a_version_back_by_the_etag_that_was_shown()
    {
        await using var host = await Host();
        await host.SubmitAsync(await host.GetAsync("/tables/draft?table=office"), "form[action='/tables/discard']");
        Assert.Equal(("office", "9"), (host.Node.Of<DiscardDraftRequest>().Single().TableId, host.Node.Of<DiscardDraftRequest>().Single().Etag));
        var history = await host.GetAsync("/tables/history?table=office");
        Assert.Equal(["3 from 1 April 2026", "2 in force"], history.QuerySelectorAll("tbody th").Select(t => t.TextContent.Trim()));
        var answer = await host.SubmitAsync(history, "tbody tr:nth-child(2) form");
        Assert.Equal("/tables/history?table=office&done=restore", answer.Headers.Location!.ToString());
        var restored = host.Node.Of<RestoreVersionRequest>().Single();
        Assert.Equal(("office", 2, "9"), (restored.TableId, restored.Version, restored.Etag));
    }

    [Fact]
    public async Task compares_any_two_states_cell_by_cell()
    {
        await using var host = await Host();
        host.Node.Comparison = new CompareVersionsResponse
        {
            FromDigest = "a", ToDigest = "b", Rules = new RowCounts { ChangedCount = 1, UnchangedCount = 6 }, NextPageToken = "p2",
            Rows = { new RowChange { Kind = Sheet.Types.Kind.Rules, Change = RowChange.Types.Change.Changed, Key = "R-1", Cells = { new CellChange { Column = "grant_ects", OldValue = "3", NewValue = "6" } } } },
        };
        var page = await host.GetAsync("/tables/compare?table=office&from=2&to=0");
        var asked = host.Node.Of<CompareVersionsRequest>().Single();
        Assert.Equal(("office", 2, 0), (asked.TableId, asked.FromVersion, asked.ToVersion));
        Assert.Equal("From version 2 to the draft", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(("3", "6"), (page.QuerySelector("del")!.TextContent, page.QuerySelector("ins")!.TextContent));
        Assert.Equal("/tables/compare?table=office&from=2&to=0&page=p2", page.QuerySelector("[rel=next]")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("/tables/export?table=a/b&version=3&kind=rules", "text/csv", "a_b-v3-rules.csv")]
    [InlineData("/tables/export?table=office&kind=workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "office-draft-workbook.xlsx")]
    public async Task exports_under_a_name_that_any_system_takes(string address, string type, string name)
    {
        await using var host = await Host();
        var answer = await host.Client.GetAsync(address);
        Assert.Equal((type, name), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition.DispositionType);
        Assert.Equal("rule,target_unit\n", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<ConsoleHost> Host(bool errors = true)
    {
        var host = await ConsoleHost.SignedInAsync(["administrator"]);
        var draft = new EquivalenceDraft { TableId = "office", Etag = "9", UnitCount = 2, RuleCount = 7, Digest = "d9", EditedBy = "ana" };
        host.Node.Versions = new ListVersionsResponse
        {
            Draft = draft, VersionInForce = 2, Versions = { new PublishedVersion { TableId = "office", Version = 3, Digest = "d3", RuleCount = 6, EffectiveDate = "2026-04-01" }, new PublishedVersion { TableId = "office", Version = 2, Digest = "d2" } },
        };
        host.Node.Check = new CheckDraftResponse
        {
            Draft = draft.Clone(), Overlaps = new OverlapCounts { Conflicting = 1, Agreeing = 12, Settled = 3 },
            Findings =
            {
                new TableFinding
                {
                    Kind = "overlap_conflict", Severity = TableFinding.Types.Severity.Warning, RuleIds = { "R-1", "R-2" }, Message = "Rule R-1 can match the same credential as R-2.",
                    Witness = new FindingWitness
                    {
                        Achievement = new AchievementDescription { AwardingBody = "uni-madrid.example", Code = "CR/1", Title = "Example", EctsCreditsHundredths = 600, EqfLevel = 6, IscedFields = { "0542" }, AwardedDate = "2025-06-30" },
                        AppliedDate = "2026-09-01", AssessmentTypes = { "written_examination" }, Supervision = "supervised_with_identity_verification", Modes = { "online" }, Languages = { "es" }, Grade = "27",
                        QualityAssured = true, Outcomes = { "LO1", "LO2" },
                    },
                },
            },
        };
        if (errors) host.Node.Check.Findings.Add(new TableFinding { Kind = "dangling_target", Severity = TableFinding.Types.Severity.Error, RuleIds = { "R-7" }, Unit = "NONE", Message = "Rule R-7 grants NONE, which no table has." });
        return host;
    }
}
