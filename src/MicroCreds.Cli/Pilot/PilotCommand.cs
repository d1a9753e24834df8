using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Operations;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Pilot;

/// <summary><c>mcf pilot</c>: a consortium of three on this machine, and the whole job played on it.</summary>
internal static class PilotCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var once = new Option<bool>("--once") { Description = "Play the story and exit." };
        var directory = new Option<string>("--directory", "-d") { Description = "Empty folder for keys, stores, logs, credentials and evidence, which stay there. Default: a temporary one, removed at the end.", HelpName = "DIR" };
        var program = new Option<string>("--node-program") { Description = "The node's program. Default: MCF_NODE_PROGRAM, or the one built beside this one.", HelpName = "FILE" };
        return new Command("pilot", "Start a consortium of three institutions on this machine and play the whole job on it.") { once, directory, program, PrepareCommand.Prepare(host), PrepareCommand.Renew(host) }.Does(host, async (parsed, output, cancellationToken) =>
        {
            var files = PilotFiles.Create(parsed.GetValue(directory));
            var exitCode = ExitCodes.Failure;
            try
            {
                exitCode = await RunAsync(host, output, files, NodeProgram.Find(parsed.GetValue(program), host), parsed.GetValue(once), cancellationToken);
                return exitCode;
            }
            finally
            {
                // After a failure the logs are what is needed.
                if (exitCode == ExitCodes.Ok || cancellationToken.IsCancellationRequested) files.Leave();
                else output.Aside.Say($"The logs are in {files.Root}.");
            }
        });
    }

    private static async Task<int> RunAsync(CommandHost host, CommandOutput output, PilotFiles files, string program, bool once, CancellationToken cancellationToken)
    {
        var teller = new PilotTeller(output);
        var nodes = new List<PilotNode>();
        PilotStory? story = null;
        try
        {
            PilotConsortium? consortium = null;
            var here = new Uri("http://127.0.0.1");
            await teller.PlayAsync("keys_made", "Making keys, certificates and the trust list", here, () =>
            {
                var ports = FreePorts.Choose(PilotInstitution.All.Count);
                consortium = PilotConsortium.Create(files, PilotInstitution.All.Select((one, index) => (one, index)).ToDictionary(pair => pair.one, pair => ports[pair.index]), host.Clock.GetUtcNow());
                return Task.FromResult(new Told("Three institutions have keys, TLS certificates and seals of their own, and a coordinator signed the trust list that names them.",
                    new() { ["directory"] = files.Root, ["members"] = new JsonArray([.. PilotInstitution.All.Select(one => (JsonNode?)one.Organisation.Value)]), ["trustListSerial"] = consortium.TrustListSerial }));
            });
            await teller.PlayAsync("nodes_up", "Starting three nodes", here, () => StartAsync(host, files, program, nodes, cancellationToken));
            story = new PilotStory(consortium ?? throw new InvalidOperationException("No consortium was made."), nodes[0], nodes[1], nodes[2], teller, host.Clock);
            await story.PlayAsync(cancellationToken);
            teller.Summary(ok: true, story.Decisions);
            return once ? ExitCodes.Ok : await StayAsync(output, teller, nodes, cancellationToken);
        }
        catch (StoryBroken)
        {
            teller.Summary(ok: false, story?.Decisions ?? []);
            return ExitCodes.Failure;
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

    private static async Task<Told> StartAsync(CommandHost host, PilotFiles files, string program, List<PilotNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var institution in PilotInstitution.All) nodes.Add(PilotNode.Start(program, files, institution));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        await Task.WhenAll(nodes.Select(node => node.WaitUntilReadyAsync(http, host.Clock, cancellationToken)));
        return new("Three nodes are up, each a process of its own with its own database.", new()
        {
            ["nodes"] = new JsonArray([.. nodes.Select(node => new JsonObject
            {
                ["institution"] = node.Institution.Organisation.Value, ["staff"] = node.Client.Address.GetLeftPart(UriPartial.Authority), ["web"] = node.Web, ["signIn"] = node.SignIn, ["tokenFile"] = node.TokenFile,
            })]),
        });
    }

    private static async Task<int> StayAsync(CommandOutput output, PilotTeller teller, List<PilotNode> nodes, CancellationToken cancellationToken)
    {
        teller.Say("");
        teller.Say("The consoles, each with a link that signs you in once:");
        foreach (var node in nodes) teller.Say($"  {node.Institution.Organisation,-22} {node.SignIn}");
        teller.Say("");
        teller.Say("From another terminal, as the administrator of uni-roma.example:");
        teller.Say($"  export MCF_NODE={nodes[0].Client.Address.GetLeftPart(UriPartial.Authority)} MCF_TOKEN=$(cat {nodes[0].TokenFile})");
        teller.Say("  mcf case list");
        teller.Say("  mcf rule list");
        teller.Say("  mcf member echo uni-madrid.example");
        teller.Say("");
        teller.Say("Ctrl-C ends the pilot.");
        try
        {
            var ended = await await Task.WhenAny(nodes.Select(node => node.WaitForEndAsync(cancellationToken)));
            FailureReport.From(ended).Show(output);
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Ok;
        }
    }
}
