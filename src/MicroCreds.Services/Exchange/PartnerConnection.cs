using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// Makes TLS 1.3 connections to a partner: tries its addresses in their order until one answers with a pinned key. An address that accepts and
/// says nothing more costs its share of the time and not the whole of it.
/// </summary>
internal sealed class PartnerConnection(HostedInstitution acting, Member partner, TimeProvider clock)
{
    /// <summary>Time for one connection, over all addresses.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>A connection on which the partner has proved its key.</summary>
    /// <exception cref="SocketException">No address could be reached.</exception>
    /// <exception cref="AuthenticationException">The last address tried did not prove a pinned key.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri[] addresses = [.. partner.Endpoints.Select(e => Uri.TryCreate(e, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri : null).OfType<Uri>()];
        Exception last = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            // A little less than the equal share, so that the last address is tried to its end before the whole time is over.
            share.CancelAfter(Timeout * 0.9 / addresses.Length);
            try
            {
                return await ConnectAsync(address, share.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                last = new SocketException((int)SocketError.TimedOut);
            }
            catch (Exception e) when (e is SocketException or AuthenticationException or IOException)
            {
                last = e;
            }
        }

        throw last;
    }

    private async Task<Stream> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(address.IdnHost.Trim('[', ']'), address.Port), cancellationToken);
            var refusal = "";
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            stream = tls;
            try
            {
                await tls.AuthenticateAsClientAsync(Options(why => refusal = why), cancellationToken);
            }
            catch (AuthenticationException e) when (refusal.Length > 0)
            {
                throw new AuthenticationException($"The node at {address.Authority} does not prove to be {partner.Organisation}: {refusal}", e);
            }

            stream = null;
            return tls;
        }
        finally
        {
            if (stream is not null) await stream.DisposeAsync();
            else if (!socket.Connected) socket.Dispose();
        }
    }

    private SslClientAuthenticationOptions Options(Action<string> refuse) => new()
    {
        TargetHost = partner.Organisation.Value,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = acting.TlsContext,
        CertificateChainPolicy = PinnedKeys.NoChain(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            var why = Refusal(certificate);
            refuse(why);
            return why.Length == 0;
        },
    };

    /// <summary>Why the partner's certificate is not taken; empty when it is.</summary>
    private string Refusal(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 shown) return "it shows no certificate";
        var now = clock.GetUtcNow().UtcDateTime;
        if (now > shown.NotAfter.ToUniversalTime() || now < shown.NotBefore.ToUniversalTime())
            return $"its certificate is valid from {shown.NotBefore.ToUniversalTime():u} to {shown.NotAfter.ToUniversalTime():u}, which is not now";
        return partner.TlsKeys.Contains(CallerAuthentication.KeyDigest(shown)) ? "" : "the trust list does not pin its key";
    }
}
