using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Grpc.Net.Client;
using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>A node whose process may have fewer files and connections open than callers would have it open.</summary>
public sealed class FewFilesTests
{
    private const int Files = 2700;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [LinuxFact]
    public async Task a_node_that_may_open_few_files_lets_fewer_wait_and_lives()
    {
        var (files, port) = (PilotFiles.Create(null), FreePorts.Choose(1)[0]);
        var hostile = new List<Socket>();
        try
        {
            PilotConsortium.Create(files, new Dictionary<PilotInstitution, int> { [PilotInstitution.Roma] = port }, TimeProvider.System.GetUtcNow());
            var program = Path.Combine(files.DataOf(PilotInstitution.Roma), "with-few-files");
            var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            await File.WriteAllTextAsync(program, $"#!/bin/sh\nulimit -n {Files} && exec '{dotnet}' '{TestFederation.Program()}' \"$@\"\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            await using var node = PilotNode.Start(program, files, PilotInstitution.Roma);
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            await node.WaitUntilReadyAsync(http, TimeProvider.System, CancellationToken.None);
            // What a node says goes through a queue and a pipe to its log.
            await TestFederation.UntilAsync("the node says how many may wait", Patience, async () =>
                (await File.ReadAllTextAsync(node.LogFile)).Contains("66 new connections may wait at each port", StringComparison.Ordinal));

            using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(files.DataOf(PilotInstitution.Roma), "node.json")));
            IPEndPoint[] doors = [.. new[] { "staff", "web", "partner" }.Select(d => IPEndPoint.Parse(new Uri(ready.RootElement.GetProperty(d).GetString() ?? "").Authority))];
            for (var i = 0; i < Files + 300; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                hostile.Add(socket);
                RawConnection.ComeFromElsewhere(socket);
                await socket.ConnectAsync(doors[i % doors.Length]);
            }

            using var channel = GrpcChannel.ForAddress($"http://{doors[0]}");
            var answer = await new MemberService.MemberServiceClient(channel).EchoAsync(new EchoRequest { Message = "here" }, deadline: (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime);
            Assert.Equal("here", answer.Message);
        }
        finally
        {
            foreach (var socket in hostile) socket.Dispose();
            files.Leave();
        }
    }
}
