using System.Net;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>Taking a partner's rule into a draft.</summary>
public sealed class AdoptPageTests
{
    [Fact]
    public async Task takes_the_rule_into_the_draft_and_shows_it_there()
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        var form = await host.GetAsync("/tables/adopt?table=office&partner=uni-b.example&source_rule=B-1");
        var answer = await host.SubmitAsync(form, "form[action='/tables/adopt']", ("unit", "AAF-3"), ("rule", "FROM-B"), ("automatic", "yes"));
        var asked = host.Node.Of<AdoptRuleRequest>().Single();
        Assert.Equal(("uni-roma.example", "office", "uni-b.example", "B-1", "AAF-3", "FROM-B", true),
            (asked.Institution, asked.TableId, asked.SourceInstitution, asked.SourceRuleId, asked.TargetUnit, asked.RuleId, asked.Automatic));
        Assert.Equal("/tables/rule?table=office&id=FROM-B&draft=yes", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "RULE_NOT_FOUND", HttpStatusCode.NotFound, false)]
    [InlineData(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", HttpStatusCode.ServiceUnavailable, true)]
    public async Task a_refusal_keeps_what_was_typed(StatusCode code, string reason, HttpStatusCode expected, bool sameRequest)
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        var form = await host.GetAsync("/tables/adopt?table=office&partner=uni-b.example&source_rule=B-1");
        host.Node.Refusal = FakeNode.Refused(code, reason, "No.", ("institution", "uni-b.example"), ("rule_id", "B-1"), ("partner", "uni-b.example"));
        var answer = await host.SubmitAsync(form, "form[action='/tables/adopt']", ("unit", "AAF-3"));
        Assert.Equal(expected, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Contains("uni-b.example", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("AAF-3", page.QuerySelector("#t-unit")!.GetAttribute("value"));
        await host.SubmitAsync(page, "form[action='/tables/adopt']");
        Assert.Equal(sameRequest ? 1 : 2, host.Node.Of<AdoptRuleRequest>().Select(r => r.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task a_change_at_the_source_waits_until_somebody_says_that_the_copy_stays()
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        host.Node.Adoptions.Adoptions.Add(new Adoption
        {
            TableId = "office", RuleId = "R-1", Source = new RuleProvenance { Institution = "uni-b.example", TableId = "t", RuleId = "B-1", Version = 4 },
            Change = new SourceChange { FromVersion = 4, ToVersion = 6, Cells = { new CellChange { Column = "grant_ects", OldValue = "3", NewValue = "6" } } },
        });
        host.Node.Adoptions.Adoptions.Add(new Adoption { TableId = "office", RuleId = "R-2", Source = new RuleProvenance { Institution = "uni-b.example" }, Change = new SourceChange { Gone = true }, AcknowledgedBy = "ben" });
        var page = await host.GetAsync("/tables/adoptions?open=yes");
        Assert.True(host.Node.Of<ListAdoptionsRequest>().Single().OpenOnly);
        Assert.Equal(("3", "6"), (page.QuerySelector("del")!.TextContent, page.QuerySelector("ins")!.TextContent));
        Assert.Contains("Looked at by ben", page.QuerySelectorAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        var answer = await host.SubmitAsync(page, "tbody form");
        Assert.Equal("/tables/adoptions", answer.Headers.Location!.OriginalString);
        var said = host.Node.Of<AcknowledgeAdoptionRequest>().Single();
        Assert.Equal(("office", "R-1", 6), (said.TableId, said.RuleId, said.SourceVersion));
    }

    [Fact]
    public async Task a_rule_says_where_it_comes_from_and_can_be_taken_anew()
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        host.Node.Rules.Rules[0].AdoptedFrom = new RuleProvenance { Institution = "uni-b.example", TableId = "theirs", Version = 4, RuleId = "B-1" };
        var page = await host.GetAsync("/tables/rule?table=office&id=R-VOL-3");
        Assert.Contains("Rule B-1, table theirs, version 4", page.QuerySelector("aside")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/tables/adopt?table=office&partner=uni-b.example&source_rule=B-1&unit=AAF-3&rule=R-VOL-3", page.QuerySelector("aside a[href^='/tables/adopt']")!.GetAttribute("href"));
    }
}
