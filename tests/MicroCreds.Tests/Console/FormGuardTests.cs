using System.Net;
using AngleSharp.Html.Dom;
using MicroCreds.Console.Security;

namespace MicroCreds.Tests.Console;

public sealed class FormGuardTests
{
    [Fact]
    public async Task refuses_a_form_without_its_token()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        var fields = ConsoleHost.Fields((IHtmlFormElement)page.QuerySelector("#decide-form")!).Where(f => f.Key != FormGuard.FieldName);
        var answer = await host.Client.PostAsync($"/cases/{Samples.Referred}/decide", new FormUrlEncodedContent(fields));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(host.Node.Asked, a => a is MicroCreds.Federation.V1.DecideCaseRequest);
    }

    [Fact]
    public async Task refuses_a_token_of_somebody_else()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        using var stranger = host.NewClient();
        var theirs = await ConsoleHost.PageOf(await stranger.GetAsync("/accessibility"));
        var token = ((IHtmlInputElement)theirs.QuerySelector($"input[name={FormGuard.FieldName}]")!).Value;
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        var answer = await host.SubmitAsync(page, "#decide-form", (FormGuard.FieldName, token));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.BadRequest)]
    [InlineData("same-site", HttpStatusCode.BadRequest)]
    [InlineData("same-origin", HttpStatusCode.SeeOther)]
    public async Task looks_where_the_request_began(string site, HttpStatusCode expected)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        host.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        Assert.Equal(expected, (await host.SubmitAsync(page, "#decide-form")).StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nowhere")]
    [InlineData("/sign-in")]
    [InlineData("/accessibility")]
    [InlineData("/cases/" + Samples.Referred)]
    [InlineData("/cases/ffffffffffffffffffffffffffffffff")]
    public async Task every_answer_carries_the_security_headers(string address)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        using var stranger = host.NewClient();
        foreach (var client in (HttpClient[])[host.Client, stranger])
        {
            var answer = await client.GetAsync(address);
            Assert.Equal(
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/cases/" + Samples.Referred)]
    [InlineData("/cases/" + Samples.Decided)]
    [InlineData("/cases/" + Samples.Decided + "/letter")]
    [InlineData("/tables")]
    [InlineData("/tables?table=office")]
    [InlineData("/tables/units?table=office")]
    [InlineData("/tables/unit?code=AAF-3")]
    [InlineData("/tables/rule?id=R-VOL-3")]
    [InlineData("/partners")]
    [InlineData("/accessibility")]
    [InlineData("/tables/simulate?table=office&run=yes")]
    [InlineData("/tables/federation?run=yes")]
    [InlineData("/tables/adoptions")]
    [InlineData("/try?title=a")]
    [InlineData("/explore")]
    [InlineData("/tables/import?table=office")]
    [InlineData("/tables/draft?table=office")]
    [InlineData("/tables/history?table=office")]
    [InlineData("/tables/compare?table=office&from=1&to=2")]
    public async Task pages_keep_to_their_own_policy(string address)
    {
        await using var host = await ConsoleHost.SignedInAsync(["officer", "administrator"]);
        var page = await host.GetAsync(address);
        Assert.Empty(page.QuerySelectorAll("[style], style, script:not([src]), [onclick], [onload], [onerror]"));
        foreach (var file in page.QuerySelectorAll("link[href], script[src]"))
        {
            var answer = await host.Client.GetAsync(file.GetAttribute("href") ?? file.GetAttribute("src"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task an_asset_under_an_old_hash_is_not_found()
    {
        await using var host = await ConsoleHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync("/assets/0000000000000000/console.css")).StatusCode);
    }
}
