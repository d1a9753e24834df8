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
}
