using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using MicroCreds.Cli.Connection;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>Replicas behind HAProxy as <c>compose/haproxy.cfg</c> sets it up.</summary>
[Collection(RunningReplicas.Name)]
public sealed class HaproxyTests(RunningReplicas running)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [HaproxyFact]
    public async Task passes_calls_to_whichever_replica_is_ready_and_partners_through_untouched()
    {
        var node = await running.WholeAsync();
        await using var haproxy = new TestHaproxy(node.Ports);
        using var patience = new CancellationTokenSource(Patience);
        using var http = new HttpClient();
        using var client = new NodeClient(new Uri($"http://127.0.0.1:{haproxy.Staff}"), node.AdministratorToken(), TimeProvider.System);
        await TestFederation.UntilAsync("the balancer has found a replica", Patience, () => AnswersAsync(client, patience.Token));
        for (var call = 0; call < 30; call++) await client.Recognition.ListCasesAsync(new(), client.Call(patience.Token));
        await FloodAsync(haproxy.Partner, patience.Token);
        Assert.True(await IsLetInAsync(IPAddress.Loopback, haproxy.Partner, patience.Token));

        // The administrator of the first replica is known at all of them, and two of them may go.
        await node.KillAsync(0);
        await node.KillAsync(1);
        await TestFederation.UntilAsync("the balancer has noticed", Patience, async () =>
        {
            for (var call = 0; call < 30; call++)
                if (!await AnswersAsync(client, patience.Token)) return false;
            return true;
        });

        using var page = await http.GetAsync(new Uri($"http://127.0.0.1:{haproxy.Web}/readyz"), patience.Token);
        Assert.Equal("ready", await page.Content.ReadAsStringAsync(patience.Token));
        Assert.Contains(page.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("mcf-node=3", StringComparison.Ordinal));

        Assert.True(await IsLetInAsync(IPAddress.Loopback, haproxy.Partner, patience.Token));
    }

    /// <summary>Somebody elsewhere opens connections until the balancer takes none of them any more.</summary>
    private static async Task FloodAsync(int port, CancellationToken cancellationToken)
    {
        var elsewhere = new IPAddress([127, 0, 0, 2]);
        Assert.True(await IsLetInAsync(elsewhere, port, cancellationToken));
        // Twice what is allowed: the rate is weighed between two periods.
        for (var opened = 0; opened < 400; opened++) (await ConnectAsync(elsewhere, port, cancellationToken))?.Dispose();
        Assert.False(await IsLetInAsync(elsewhere, port, cancellationToken));
    }

    /// <summary>Whether a node is reached, which says who it is with its certificate.</summary>
    private static async Task<bool> IsLetInAsync(IPAddress from, int port, CancellationToken cancellationToken)
    {
        using var partner = await ConnectAsync(from, port, cancellationToken);
        if (partner is null) return false;
        await using var tls = new SslStream(new NetworkStream(partner), false, (_, shown, _, _) => shown!.Subject == "CN=uni-roma.example");
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "uni-roma.example", EnabledSslProtocols = SslProtocols.Tls13 }, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<Socket?> ConnectAsync(IPAddress from, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task<bool> AnswersAsync(NodeClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.Recognition.ListCasesAsync(new(), client.Call(cancellationToken));
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }
}
