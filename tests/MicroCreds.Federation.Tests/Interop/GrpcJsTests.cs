using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Federation.Tests.Interop;

/// <summary>A client in another language, with the proto files as they are: <c>tests/interop/client.mjs</c> on <c>@grpc/grpc-js</c>.</summary>
public sealed class GrpcJsTests
{
    [JavaScriptFact]
    public async Task a_javascript_client_submits_watches_and_reads_a_decision()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var roma = federation[PilotInstitution.Roma];
        var credential = federation.Files.At("interop.jsonld");
        await File.WriteAllBytesAsync(credential, federation.StatisticsOf("interop"));

        var steps = await ScriptRun.RunAsync(
            "client.mjs", "--node", roma.Client.Address.Authority, "--token-file", roma.TokenFile, "--protos", Path.Combine(TestFederation.Repository, "protos"),
            "--credential", credential, "--institution", PilotInstitution.Roma.Organisation.Value, "--programme", "L-19", "--unit", "STAT", "--request-id", RequestId.New().Value);
        Assert.Equal(["health", "refusal", "anonymous", "submit", "retry", "watch", "decision"], steps.Select(s => (string?)s["step"]));
        Assert.All(steps, step => Assert.True((bool?)step["ok"]));
        var decision = steps[^1];
        Assert.Equal(("DECISION_OUTCOME_FULL", "DECIDED_BY_RULE", 600, "28"),
            ((string?)decision["outcome"], (string?)decision["decidedBy"], (int?)decision["grantedEctsHundredths"], (string?)decision["grade"]));
    }
}
