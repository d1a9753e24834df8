using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed class AgreementPageTests
{
    [Fact]
    public async Task the_list_leads_to_each_agreement_and_narrows_by_programme_and_host()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await ConsoleHost.PageOf(await host.Client.GetAsync("/agreements?host=uni-madrid.example"));

        Assert.Equal("uni-madrid.example", Assert.Single(host.Node.Asked.OfType<ListAgreementsRequest>()).HostOrganisation);
        Assert.Equal("Learning agreements", page.QuerySelector("h1")!.TextContent);
        var row = Assert.Single(page.QuerySelectorAll("tbody tr"));
        Assert.StartsWith("/agreements/one?", row.QuerySelector("a")!.GetAttribute("href"), StringComparison.Ordinal);
        foreach (var part in new[] { "LA-17", "L-33", "uni-madrid.example", "6 ECTS", "Ended for awards after" }) Assert.Contains(part, row.TextContent, StringComparison.Ordinal);
        Assert.Equal("No learning agreement fits.", (await ConsoleHost.PageOf(await host.Client.GetAsync("/agreements?programme=L-99"))).QuerySelector(".empty")!.TextContent);
    }

    [Fact]
    public async Task one_agreement_shows_every_version_with_its_components()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await ConsoleHost.PageOf(await host.Client.GetAsync("/agreements/one?id=LA-17"));

        Assert.Equal("LA-17", Assert.Single(host.Node.Asked.OfType<GetAgreementRequest>()).AgreementId);
        Assert.Equal(2, page.QuerySelectorAll("section.card").Length);
        Assert.Equal(3, page.QuerySelectorAll("tbody tr").Length);
        foreach (var part in new[] { "Went <b>home</b>.", "INF4 is not offered.", "digest-1", "digest-2", "After the safety briefing.", "at once when passed", "after a person has looked" })
            Assert.Contains(part, page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("main b"));
    }

    [Fact]
    public async Task the_case_names_the_agreement_that_decided_it_and_the_component_without_a_result()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var one = host.Node.Cases[Samples.Decided];
        one.Decisions[^1].Agreement = new AppliedAgreement { AgreementId = "LA-17", Version = 2, Digest = "digest-2", AskedEctsCreditsHundredths = 2400 };
        one.Assessment ??= new Assessment();
        one.Assessment.Agreement = one.Decisions[^1].Agreement;
        one.Assessment.Lines.Add(new AssessmentLine { Outcome = "nothing_earned", Component = "Course INF4" });
        var page = await ConsoleHost.PageOf(await host.Client.GetAsync($"/cases/{one.CaseId}"));

        Assert.Equal(2, page.QuerySelectorAll("a").Count(a => a.GetAttribute("href")?.StartsWith("/agreements/one?", StringComparison.Ordinal) == true && a.TextContent == "LA-17, version 2"));
        Assert.Contains("Course INF4", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Not passed: nothing was earned", page.Body!.TextContent, StringComparison.Ordinal);
    }
}
