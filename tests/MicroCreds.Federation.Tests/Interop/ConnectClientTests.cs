using System.Net;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Interop;

/// <summary>The Connect client of its authors against the staff port of a node: <c>tests/interop/connect.mjs</c>.</summary>
public sealed class ConnectClientTests
{
    [JavaScriptFact]
    public async Task every_protocol_reaches_every_kind_of_call_on_one_port()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var roma = federation[PilotInstitution.Roma];
        var results = await ScriptRun.RunAsync(
            "connect.mjs", "--node", $"http://{roma.Client.Address.Authority}", "--token-file", roma.TokenFile, "--protos", Path.Combine(TestFederation.Repository, "protos"));
        Assert.All(results, r => Assert.True((bool?)r["ok"], r.ToJsonString()));
        // Seven protocols by six kinds, without the four that have no streams both ways.
        Assert.Equal(38, results.Count);
    }

    [Fact]
    public async Task each_door_takes_its_own_and_the_contract_is_described_at_every_one()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var roma = federation[PilotInstitution.Roma];
        var (staff, web) = (roma.Client.Address, new Uri(roma.Web));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(staff, "/tables"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync(new Uri(web, "/tables"))).StatusCode);
        using var echo = new StringContent("{}", null, "application/json");
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(new Uri(web, "/microcreds.federation.v1.MemberService/Echo"), echo)).StatusCode);
        var document = await http.GetStringAsync(new Uri(staff, "/openapi.json"));
        Assert.Equal(document, await http.GetStringAsync(new Uri(web, "/openapi.json")));
        Assert.Contains("\"openapi\":\"3.1.0\"", document, StringComparison.Ordinal);
    }
}
