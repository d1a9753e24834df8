using System.Net;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>The table browser: tables, rules with their filters, units, one unit and one rule.</summary>
public sealed class TablePageTests
{
    [Fact]
    public async Task begins_with_the_tables_and_asks_for_no_rule()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/tables");
        Assert.Equal("/tables?table=office", page.QuerySelector(".tiles a")!.GetAttribute("href"));
        Assert.Contains("Rules: 2 · Units: 2", page.QuerySelector(".tiles li")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(host.Node.Of<ListRulesRequest>());
    }

    [Fact]
    public async Task drafts_that_were_never_published_are_found_there()
    {
        await using var host = await ConsoleHost.SignedInAsync(["administrator"]);
        Assert.Null((await host.GetAsync("/tables")).QuerySelector("#drafts-title"));
        host.Node.Drafts.Add(new EquivalenceDraft { TableId = "new one", RuleCount = 3, UnitCount = 1, EditedBy = "bruna" });
        var row = (await host.GetAsync("/tables")).QuerySelector("[aria-labelledby=drafts-title] li")!;
        Assert.Equal("/tables/draft?table=new%20one", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("Rules: 3 · Units: 1", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("edited by bruna", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task every_filter_stands_in_the_address_and_goes_to_the_node()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/tables?table=office&q=board+agreed&unit=AAF-3&awarding_body=Voluntariado.example&rank=3&automatic=no&in_force_on=2026-03-01&page=p2");
        var asked = Assert.Single(host.Node.Of<ListRulesRequest>());
        Assert.Equal(("office", "board agreed", "AAF-3", "voluntariado.example", 3, "2026-03-01", "p2"),
            (asked.TableId, asked.Query, asked.TargetUnit, asked.AwardingBody, asked.Rank, asked.InForceDate, asked.PageToken));
        Assert.True(asked is { HasAutomatic: true, Automatic: false, Draft: false });
        Assert.Equal("board agreed", page.QuerySelector("#f-q")!.GetAttribute("value"));
        Assert.Equal("no", page.QuerySelector("#f-automatic option[selected]")!.GetAttribute("value"));
        Assert.Equal("/tables?table=office", page.QuerySelector(".filters a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task what_the_address_gets_wrong_is_left_out()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        await host.GetAsync("/tables?table=office&rank=9&automatic=perhaps&in_force_on=soon");
        var asked = Assert.Single(host.Node.Of<ListRulesRequest>());
        Assert.Equal((0, false, ""), (asked.Rank, asked.HasAutomatic, asked.InForceDate));
    }

    [Fact]
    public async Task the_next_page_keeps_the_filters()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Rules.NextPageToken = "p2/+";
        var page = await host.GetAsync("/tables?table=office&rank=3&q=a%26b");
        await host.GetAsync(page.QuerySelector("[rel=next]")!.GetAttribute("href")!);
        var asked = host.Node.Of<ListRulesRequest>().Last();
        Assert.Equal(("p2/+", 3, "a&b", "office"), (asked.PageToken, asked.Rank, asked.Query, asked.TableId));
    }

    [Fact]
    public async Task a_row_says_in_short_what_the_rule_asks_and_leads_to_it()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/tables?table=office");
        var row = Assert.Single(page.QuerySelectorAll("tbody tr"));
        Assert.Equal("/tables/rule?table=office&id=R-VOL-3", row.QuerySelector("th a")!.GetAttribute("href"));
        Assert.Contains("EQF ≥ 6 · outcomes ≥ 80 %", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("any awarding body", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("from 1 Sept 2025", row.TextContent.Replace("Sep ", "Sept ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_rule_has_a_page_with_every_condition_in_words()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Rules.Rules[0].Conditions.Add(
            [
                new RuleCondition { Condition = "max_age_years", Expected = "5 years" }, new RuleCondition { Condition = "awarded_between", Expected = "2024-01-01 to open" },
                new RuleCondition { Condition = "assessment_is_one_of", Expected = "portfolio, oral_examination" }, new RuleCondition { Condition = "of_a_later_version", Expected = "x\u202ey" },
            ]);
        host.Node.Rules.Rules[0].GrantCondition = "A certificate is shown.";
        var page = await host.GetAsync("/tables/rule?table=office&id=R-VOL-3");
        var asked = Assert.Single(host.Node.Of<ListRulesRequest>());
        Assert.Equal(("office", "R-VOL-3"), (asked.TableId, asked.RuleId));
        Assert.Equal(
            [
                "is at EQF level 6 or above", "covers at least 80 % of the unit’s learning outcomes and every essential one", "was assessed in one of these ways: portfolio, oral examination",
                "was awarded between 1 January 2024 and open", "was awarded at most 5 years before the application", "of a later version: x[U+202E]y",
            ],
            page.QuerySelectorAll(".conditions li").Select(l => l.TextContent));
        foreach (var shown in (string[])["A certificate is shown.", "from 1 September 2025", "names the awarding body and the achievement", "An officer decides", "everybody"])
            Assert.Contains(shown, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/tables/unit?code=AAF-3", page.QuerySelector(".content .facts a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task a_rule_about_several_credentials_names_its_groups_and_every_unit()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var rule = host.Node.Rules.Rules[0];
        rule.Conditions.Clear();
        RuleSource Source(string code) => new() { Conditions = { new RuleCondition { Condition = "awarding_body", Expected = "uni-madrid.example" }, new RuleCondition { Condition = "achievement_code", Expected = code } } };
        rule.SourceGroups.Add(new RuleSourceGroup { NeededCount = 2, Sources = { Source("A"), Source("B"), Source("C") } });
        rule.FurtherUnits.Add(new RuleUnitGrant { Unit = "AAF-4", EctsCreditsHundredths = 150 });
        var page = await host.GetAsync("/tables/rule?table=office&id=R-VOL-3");
        Assert.Equal("2 of these 3 credentials:", page.QuerySelector("[aria-labelledby=if-title] h3")!.TextContent);
        Assert.Equal("was awarded by uni-madrid.example; carries the code C", page.QuerySelectorAll(".conditions li")[^1].TextContent);
        Assert.Contains("AAF-41.5 ECTS", page.QuerySelector("[aria-labelledby=then-title]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("several credentials: 2", (await host.GetAsync("/tables?table=office")).QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_rule_or_a_unit_that_is_not_there_has_a_friendly_page()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Rules = new ListRulesResponse();
        foreach (var address in (string[])["/tables/rule?id=NONE", "/tables/rule", "/tables/unit?code=NONE", "/tables/units?table=none"])
            Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task units_are_found_by_code_without_its_signs_and_lead_to_what_counts_as_them()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var units = await host.GetAsync("/tables/units?table=office&q=BIOL101");
        Assert.Equal("/tables/unit?code=BIOL%20101", Assert.Single(units.QuerySelectorAll("tbody a")).GetAttribute("href"));
        var unit = await host.GetAsync("/tables/unit?code=BIOL%20101");
        Assert.Equal("Biology", unit.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal("BIOL 101", host.Node.Of<ListRulesRequest>().Last().TargetUnit);
        Assert.Single(unit.QuerySelectorAll("tbody tr"));
    }
}
