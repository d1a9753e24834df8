using System.Net;
using MicroCreds.Console;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed class QueueTests
{
    [Fact]
    public async Task whoever_only_coordinates_begins_with_the_partners_and_sees_no_cases()
    {
        await using var host = await ConsoleHost.SignedInAsync(["coordinator"]);
        var answer = await host.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Found, "/partners"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.DoesNotContain("/", (await host.GetAsync("/partners")).QuerySelectorAll("nav a").Select(a => a.GetAttribute("href")));
        Assert.Empty(host.Node.Of<ListCasesRequest>());
    }

    [Fact]
    public async Task what_waits_for_a_second_officer_has_a_view_of_its_own()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Listed[0].State = RecognitionCase.Types.State.AwaitingApproval;
        var page = await host.GetAsync("/?tab=approval");
        var asked = Assert.Single(host.Node.Of<ListCasesRequest>());
        Assert.Equal(("", 1, RecognitionCase.Types.State.AwaitingApproval), (asked.Assignee, asked.States.Count, asked.States[0]));
        Assert.Contains("Waiting for approval", Assert.Single(page.QuerySelectorAll("tbody tr")).TextContent, StringComparison.Ordinal);
        Assert.Equal("To be approved", page.QuerySelector(".tabs [aria-current=page]")!.TextContent);
    }

    [Fact]
    public async Task begins_with_my_open_cases()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/");
        var asked = Assert.Single(host.Node.Of<ListCasesRequest>());
        Assert.Equal("ana", asked.Assignee);
        Assert.Equal("uni-roma.example", asked.Institution);
        Assert.DoesNotContain(RecognitionCase.Types.State.Final, asked.States);
        Assert.Equal(4, page.QuerySelectorAll("tbody tr").Length);
        Assert.Equal("My cases", page.QuerySelector(".tabs [aria-current=page]")!.TextContent);
    }

    [Fact]
    public async Task a_row_tells_due_day_stage_submitter_and_target_and_links_to_the_case()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/?tab=open");
        var row = page.QuerySelectorAll("tbody tr").Single(r => r.TextContent.Contains("Estadística aplicada", StringComparison.Ordinal));
        Assert.Equal("/cases/00000000000000000000000000000b00", row.QuerySelector("th a")!.GetAttribute("href"));
        foreach (var shown in (string[])["27 February 2026", "3 days overdue", "Before an officer", "L-41", "U-0", "uni-madrid.example", "ana"])
            Assert.Contains(shown, row.TextContent, StringComparison.Ordinal);
        var all = page.QuerySelector("tbody")!.TextContent;
        foreach (var shown in (string[])["122 days left", "due today", "1 day left"]) Assert.Contains(shown, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task filters_stand_in_the_address_and_go_to_the_node()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/?tab=unassigned&state=referred&programme=L-19&due=2026-12-31");
        var asked = Assert.Single(host.Node.Of<ListCasesRequest>());
        Assert.Equal(("-", "L-19", "2026-12-31"), (asked.Assignee, asked.Programme, asked.DueUntilDate));
        Assert.Equal(RecognitionCase.Types.State.Referred, Assert.Single(asked.States));
        Assert.Equal("L-19", page.QuerySelector("#f-programme")!.GetAttribute("value"));
        Assert.Equal("referred", page.QuerySelector("#f-state option[selected]")!.GetAttribute("value"));
        Assert.Single(page.QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task the_next_page_keeps_the_filters()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.NextPageToken = "p2/+";
        var page = await host.GetAsync("/?tab=open&programme=L-41");
        await host.GetAsync(page.QuerySelector("[rel=next]")!.GetAttribute("href")!);
        var asked = host.Node.Of<ListCasesRequest>().Last();
        Assert.Equal(("p2/+", "L-41"), (asked.PageToken, asked.Programme));
    }

    [Fact]
    public async Task an_account_sees_only_its_institutions_and_can_choose()
    {
        await using var host = await ConsoleHost.SignedInAsync(
            institutions: [new ConsoleInstitution("uni-roma.example", "Roma"), new ConsoleInstitution("uni-madrid.example", "Madrid")]);
        var page = await host.GetAsync("/?institution=uni-madrid.example&tab=open");
        Assert.Equal("uni-madrid.example", host.Node.Of<ListCasesRequest>().Last().Institution);
        Assert.Contains("institution=uni-madrid.example", page.QuerySelector("tbody a")!.GetAttribute("href")!, StringComparison.Ordinal);
        await host.GetAsync("/?institution=elsewhere.example");
        Assert.Equal("uni-roma.example", host.Node.Of<ListCasesRequest>().Last().Institution);
    }

    [Fact]
    public async Task an_unknown_address_has_a_friendly_page()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.Client.GetAsync("/no/such/page");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("There is no such page", (await ConsoleHost.PageOf(answer)).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task partners_show_what_the_node_answers()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var partners = await host.GetAsync("/partners");
        Assert.Contains("2 without receipt", partners.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("behind since 1 Mar 2026, 10:00 UTC", partners.Body!.TextContent, StringComparison.Ordinal);
        var tested = await ConsoleHost.PageOf(await host.SubmitAsync(partners, "form[action='/partners/test']"));
        Assert.Contains("voluntariado.example answered", tested.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
    }
}
