using System.Text.Json.Nodes;
using MicroCreds.Cli;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Interop;

/// <summary>What <c>mcf issue</c> makes, verified by libraries of other houses: <c>tests/interop/credentials.mjs</c>.</summary>
public sealed class IssuedCredentialTests
{
    [JavaScriptFact("@digitalbazaar/vc")]
    public async Task other_libraries_verify_what_is_issued_and_refuse_what_is_changed()
    {
        var files = PilotFiles.Create(null);
        try
        {
            var claims = JsonNode.Parse(PilotFiles.Shipped("statistics.claims.json"))!.AsObject();
            claims["awarded_on"] = "2026-06-30";
            await File.WriteAllTextAsync(files.At("claims.json"), claims.ToJsonString());
            foreach (var format in (string[])["ob3-vc-jwt", "ob3-vc-di", "sd-jwt"])
            {
                var host = new CommandHost(TextWriter.Null, TextWriter.Null, _ => null, TimeProvider.System);
                Assert.Equal(0, await CommandTree.RunAsync(["issue", files.At("claims.json"), "--format", format, "--key", files.At("key.pem"), "--new-key", "--publish", files.Root, "--out", files.At(format)], host, CancellationToken.None));
            }

            var at = TimeProvider.System.GetUtcNow().AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
            var contexts = Path.Combine(TestFederation.Repository, "src", "MicroCreds.Credentials", "LinkedData", "Contexts");
            var results = await ScriptRun.RunAsync("credentials.mjs", "--folder", files.Root, "--contexts", contexts, "--at", at);
            Assert.All(results, r => Assert.True((bool?)r["ok"], r.ToJsonString()));
            Assert.Equal(8, results.Count);
        }
        finally
        {
            files.Leave();
        }
    }
}
