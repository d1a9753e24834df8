using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.Tests.Console;

namespace MicroCreds.Federation.Tests.Interop;

/// <summary>A page of another origin in a browser that calls the node: <c>tests/interop/browser.mjs</c>.</summary>
public sealed class BrowserClientTests
{
    [BrowserFact]
    public async Task a_page_of_an_origin_that_is_named_calls_by_json_and_grpc_web()
    {
        var port = FreePorts.Choose(1)[0];
        // The nodes of other tests that start meanwhile name this origin too, which changes nothing for them.
        Environment.SetEnvironmentVariable("MCF_Node__Cors__Origins__0", $"http://127.0.0.1:{port}");
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        Environment.SetEnvironmentVariable("MCF_Node__Cors__Origins__0", null);
        var roma = federation[PilotInstitution.Roma];
        var rows = await ScriptRun.RunAsync(
            "browser.mjs", "--node", $"http://{roma.Client.Address.Authority}", "--token-file", roma.TokenFile, "--protos", Path.Combine(TestFederation.Repository, "protos"), "--port", $"{port}");
        Assert.All(rows, r => Assert.True((bool?)r["ok"], r.ToJsonString()));
        Assert.Equal(15, rows.Count);

        // A page of any other origin is not told that it may.
        using var http = new HttpClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(roma.Client.Address, "/microcreds.federation.v1.MemberService/Echo"));
        preflight.Headers.Add("origin", "https://elsewhere.example");
        preflight.Headers.Add("access-control-request-method", "POST");
        using var answer = await http.SendAsync(preflight);
        Assert.False(answer.Headers.Contains("access-control-allow-origin"));
    }
}
