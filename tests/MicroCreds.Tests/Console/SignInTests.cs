using System.Net;
using MicroCreds.Console.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Console;

public sealed class SignInTests
{
    [Fact]
    public async Task opening_the_link_does_not_use_it_up()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var preview = 0; preview < 3; preview++)
        {
            using var elsewhere = host.NewClient();
            Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/sign-in?code=once")).StatusCode);
        }
        var answer = await host.SubmitAsync(await host.GetAsync("/sign-in?code=once"), "form[action='/sign-in']");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task a_link_signs_in_once()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var again = await host.SubmitAsync(await host.GetAsync("/sign-in?code=once"), "form[action='/sign-in']");
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Contains("not valid any more", (await ConsoleHost.PageOf(again)).QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_token_signs_in_and_another_text_does_not()
    {
        await using var host = await ConsoleHost.StartAsync();
        var refused = await host.SubmitAsync(await host.GetAsync("/sign-in"), "form[action='/sign-in']", ("token", "token-of-be"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var page = await ConsoleHost.PageOf(refused);
        Assert.Contains("no token of this node", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await host.Client.GetAsync("/")).StatusCode);

        // As it is copied from a file.
        var answer = await host.SubmitAsync(page, "form[action='/sign-in']", ("token", "token-of-bea\n"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        await host.GetAsync("/");
        Assert.All(host.Node.Tokens, t => Assert.Equal("Bearer token-of-bea", t));
    }

    [Fact]
    public async Task the_cookie_is_strict_and_hides_the_token()
    {
        await using var host = await ConsoleHost.StartAsync();
        var answer = await host.SubmitAsync(await host.GetAsync("/sign-in?code=once"), "form[action='/sign-in']");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("mcf-", StringComparison.Ordinal) && !c.StartsWith("mcf-form", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("token-of-ana", cookie, StringComparison.Ordinal);
        await host.GetAsync("/");
        Assert.All(host.Node.Tokens, t => Assert.Equal("Bearer token-of-ana", t));
    }

    [Fact]
    public async Task signing_out_ends_it()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        await host.SubmitAsync(await host.GetAsync("/"), "form[action='/sign-out']");
        var answer = await host.Client.GetAsync("/");
        Assert.Equal("/sign-in?return=%2F", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task every_address_but_the_public_ones_needs_sign_in()
    {
        await using var host = await ConsoleHost.StartAsync();
        var open = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText ?? "").Order(StringComparer.Ordinal);
        Assert.Equal(
            ["/accessibility", "/assets/{hash}/{name}", "/favicon.ico", "/language", "/sign-in", "/sign-in", "/sign-out", "/signed-out", "/{*path}"], open);

        foreach (var address in (string[])["/", "/?tab=open", "/cases/" + Samples.Referred, $"/cases/{Samples.Decided}/letter", "/tables", "/partners"])
        {
            var answer = await host.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
        Assert.Empty(host.Node.Asked);
    }

    [Fact]
    public async Task a_token_the_node_no_longer_takes_leads_back_to_sign_in()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        host.Node.Refusal = FakeNode.Refused(Grpc.Core.StatusCode.Unauthenticated, "UNAUTHENTICATED", "expired");
        var answer = await host.SubmitAsync(page, "#check-form", ("passed", "yes"), ("evidence", "seen"));
        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/cases/1?x=2", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("", false)]
    [InlineData("/\t/evil.example", false)]
    public void sends_people_back_only_to_its_own_pages(string address, bool local) => Assert.Equal(local, LocalAddress.IsLocal(address));
}
