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

        using var partner = new TcpClient();
        await partner.ConnectAsync("127.0.0.1", haproxy.Partner, patience.Token);
        await using var tls = new SslStream(partner.GetStream(), false, (_, shown, _, _) => shown!.Subject == "CN=uni-roma.example");
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "uni-roma.example", EnabledSslProtocols = SslProtocols.Tls13 }, patience.Token);
        Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
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
