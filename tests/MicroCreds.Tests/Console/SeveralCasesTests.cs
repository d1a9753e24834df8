using System.Net;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed class SeveralCasesTests
{
    private const string Gone = "000000000000000000000000000000ff";

    [Fact]
    public async Task ticked_cases_are_shown_as_they_would_be_decided_and_then_decided()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var queue = await host.GetAsync("/?tab=open");
        var boxes = queue.QuerySelectorAll("tbody input[type=checkbox][name=case]");
        Assert.Equal(queue.QuerySelectorAll("tbody tr").Length, boxes.Length);
        Assert.All(boxes, box => Assert.NotEmpty(box.GetAttribute("aria-label")!));

        var shown = await ConsoleHost.PageOf(await PostAsync(host, queue, "/several/decide", ("case", $"{Samples.Referred}:5"), ("case", $"{Gone}:2")));

        var asked = Assert.Single(host.Node.Of<DecideCasesRequest>());
        Assert.Equal((true, "uni-roma.example", null, $"{Samples.Referred}:5,{Gone}:2"), (asked.ValidateOnly, asked.Institution, asked.Decision, string.Join(',', asked.Cases.Select(c => $"{c.CaseId}:{c.Etag}"))));
        Assert.Equal(2, shown.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("Left out", shown.QuerySelectorAll("tbody tr")[1].TextContent, StringComparison.Ordinal);

        // Only what can be decided goes on, as it was seen.
        var done = await ConsoleHost.PageOf(await host.SubmitAsync(shown, "form[action='/several/decide']", ("statement", "Well done.")));
        var sent = host.Node.Of<DecideCasesRequest>().Last();
        Assert.Equal((false, "Well done.", Samples.Referred, "5"), (sent.ValidateOnly, sent.Statement, Assert.Single(sent.Cases).CaseId, sent.Cases[0].Etag));
        Assert.Contains("Done: 1 of 1.", done.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ticked_cases_are_taken()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var queue = await host.GetAsync("/?tab=unassigned");
        Assert.Equal("/several/assign", queue.QuerySelector("button[formaction]")!.GetAttribute("formaction"));
        await PostAsync(host, queue, "/several/assign", ("case", $"{Samples.Referred}:5"));
        var sent = Assert.Single(host.Node.Of<AssignCasesRequest>());
        Assert.Equal(("ana", Samples.Referred), (sent.Assignee, Assert.Single(sent.Cases).CaseId));
    }

    [Fact]
    public async Task without_a_tick_nothing_is_sent_and_whoever_only_reads_has_no_boxes()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(host, await host.GetAsync("/?tab=open"), "/several/decide")).StatusCode);
        Assert.Empty(host.Node.Of<DecideCasesRequest>());
        Assert.Empty((await host.GetAsync("/?tab=closed")).QuerySelectorAll("tbody input"));
        await using var auditor = await ConsoleHost.SignedInAsync(["auditor"]);
        Assert.Empty((await auditor.GetAsync("/?tab=open")).QuerySelectorAll("tbody input"));
    }

    private static async Task<HttpResponseMessage> PostAsync(ConsoleHost host, AngleSharp.Html.Dom.IHtmlDocument page, string path, params (string Name, string Value)[] ticked)
    {
        var hidden = page.QuerySelectorAll("form[action='/several/decide'] input[type=hidden]").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));
        using var content = new FormUrlEncodedContent([.. hidden, .. ticked.Select(t => KeyValuePair.Create(t.Name, t.Value))]);
        return await host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }
}
