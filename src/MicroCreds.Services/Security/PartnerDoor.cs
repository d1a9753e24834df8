using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MicroCreds.Services.Security;

/// <summary>How a node listens to partners: HTTP/2 or HTTP/1.1 over TLS 1.3 with client certificates, within the limits of the wire.</summary>
public static class PartnerDoor
{
    /// <summary>Sets the limits that hold for every door. Source: exchange reference C.12.</summary>
    public static void Limit(KestrelServerOptions kestrel)
    {
        // The scheme of a request on the staff door is http although the server takes its connection for TLS; nothing depends on it.
        kestrel.AllowAlternateSchemes = true;
        var limits = kestrel.Limits;
        limits.KeepAliveTimeout = TransportLimits.KeepAlive;
        limits.RequestHeadersTimeout = TransportLimits.HeadersTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(TransportLimits.LeastRequestBytesPerSecond, TransportLimits.Patience);
        limits.MinResponseDataRate = new MinDataRate(TransportLimits.LeastAnswerBytesPerSecond, TransportLimits.Patience);
        limits.MaxRequestHeadersTotalSize = TransportLimits.MaxHeaderBytes;
        limits.MaxRequestBodySize = TransportLimits.MaxRequestBytes + (64 * 1024);
        limits.Http2.MaxStreamsPerConnection = TransportLimits.MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = TransportLimits.MaxHeaderBytes;
        limits.Http2.KeepAlivePingDelay = TransportLimits.PingDelay;
        limits.Http2.KeepAlivePingTimeout = TransportLimits.PingTimeout;
    }

    /// <summary>Makes a listener the partners' door.</summary>
    public static void Open(ListenOptions listen, Hosting hosting)
    {
        Doorway.Guard(listen);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        // Made once for each institution, so that what OpenSSL prepares for it is used again: a chain and a context for each connection cost more than the handshake.
        var handshakes = new ConditionalWeakTable<HostedInstitution, SslServerAuthenticationOptions>();
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TransportLimits.HandshakeTimeout,
            // The name asked for is the institution's: each has a certificate of its own.
            OnConnection = connection => ValueTask.FromResult(
                handshakes.GetValue(hosting.All.FirstOrDefault(i => i.Organisation.Value == connection.ClientHelloInfo.ServerName) ?? hosting.All[0], Handshake)),
        });
    }

    private static SslServerAuthenticationOptions Handshake(HostedInstitution institution) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ServerCertificateContext = institution.TlsContext,
        ClientCertificateRequired = true,
        CertificateChainPolicy = PinnedKeys.NoChain(),
        // Any certificate opens the connection, since a refusal in words helps more than a TLS alert; every call on it is then
        // refused unless the trust list pins its key.
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
