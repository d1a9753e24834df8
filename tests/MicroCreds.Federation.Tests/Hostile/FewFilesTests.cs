using System.Diagnostics;
using System.Net.Sockets;
using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>A node whose process may have no more files and connections open than it has.</summary>
public sealed class FewFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task a_node_that_lets_nobody_in_any_more_says_so_and_goes_on_when_it_can()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        using var target = await HostileTarget.OfAsync(federation, patiencePercent: 100);
        var open = Directory.EnumerateFileSystemEntries($"/proc/{target.Process}/fd").Max(f => int.Parse(Path.GetFileName(f), System.Globalization.CultureInfo.InvariantCulture)) + 1;
        await LimitAsync(target.Process, open + 20);
        var hostile = new List<Socket>();
        for (var i = 0; i < 60; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            hostile.Add(socket);
            await socket.ConnectAsync(target.Attacked.Staff);
        }

        await TestFederation.UntilAsync("the node says that nobody comes in", Patience, () => Task.FromResult(Told(target) > 0));
        foreach (var socket in hostile) socket.Dispose();
        await TestFederation.UntilAsync("who connects now is answered", Patience, async () =>
        {
            using var channel = Grpc.Net.Client.GrpcChannel.ForAddress($"http://{target.Attacked.Staff}");
            var answer = await new MemberService.MemberServiceClient(channel).EchoAsync(new EchoRequest { Message = "here" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
            return answer.Message == "here";
        });
        // Once a minute, however often it tried.
        Assert.Equal(1, Told(target));
    }

    private static int Told(HostileTarget target) => File.ReadLines(target.Log).Count(l => l.Contains("Nobody new comes in at", StringComparison.Ordinal));

    private static async Task LimitAsync(int process, int files)
    {
        using var limit = Process.Start("prlimit", ["--pid", $"{process}", $"--nofile={files}:"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }
}
