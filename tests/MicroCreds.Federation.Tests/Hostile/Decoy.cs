using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>
/// What attacks are made on for comparison: it takes all that comes and answers nothing, in the attackers' own process. What honest callers of the node lose meanwhile they lose to
/// the attackers' share of the machine, and not to the node's work for them.
/// </summary>
internal sealed class Decoy : IDisposable
{
    private readonly TcpListener _plain = new(IPAddress.Loopback, 0);
    private readonly TcpListener _tls = new(IPAddress.Loopback, 0);

    public Decoy(AttackTarget node)
    {
        foreach (var listener in new[] { _plain, _tls }) listener.Start(backlog: 4096);
        Target = node with { Staff = (IPEndPoint)_plain.LocalEndpoint, Web = (IPEndPoint)_plain.LocalEndpoint, Partner = (IPEndPoint)_tls.LocalEndpoint };
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(node.Member, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        };
        _ = AcceptAsync(_plain, null);
        _ = AcceptAsync(_tls, options);
    }

    /// <summary>The decoy as attackers see it.</summary>
    public AttackTarget Target { get; }

    public void Dispose()
    {
        _plain.Dispose();
        _tls.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener, SslServerAuthenticationOptions? tls)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => TakeAsync(socket, tls));
        }
    }

    private static async Task TakeAsync(Socket socket, SslServerAuthenticationOptions? tls)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsServerAsync(tls);
            }

            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer) > 0)
            {
                // Nothing is done with it.
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The attacker broke off.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
