using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// One HTTP/2 connection pool per pair of institutions, over TLS 1.3. Both sides show certificates whose keys the trust list pins; names and
/// chains of certificates are not looked at. The partner's addresses and keys are read from the list in force at each connect.
/// </summary>
public sealed class PartnerChannels(TrustRegistry registry) : IPartnerChannels, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(OrganisationId Acting, OrganisationId Partner), Lazy<GrpcChannel>> _channels = new();

    /// <inheritdoc/>
    public CallInvoker For(HostedInstitution acting, OrganisationId partner)
    {
        if (registry.Current.Find(partner) is not { Status: MemberStatus.Active, Endpoints.IsEmpty: false } member) throw Hosting.Unknown(partner.Value).ToRpcException();
        return _channels.GetOrAdd((acting.Organisation, member.Organisation), key => new(() => Make(acting, key.Partner))).Value.CreateCallInvoker();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(c => c.IsValueCreated)) channel.Value.Dispose();
    }

    private GrpcChannel Make(HostedInstitution acting, OrganisationId partner)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            ConnectCallback = (_, cancellationToken) => ConnectAsync(partner, cancellationToken),
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = partner.Value,
                EnabledSslProtocols = SslProtocols.Tls13,
                // Made once: loading the key costs more than the handshake.
                ClientCertificateContext = SslStreamCertificateContext.Create(acting.TlsCertificate, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(partner, certificate),
            },
        };
        return GrpcChannel.ForAddress($"https://{partner}", new GrpcChannelOptions
        {
            HttpHandler = new IdentityOnlyHandler(handler),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = TransportLimits.MaxResponseBytes,
        });
    }

    private bool IsPinned(OrganisationId partner, X509Certificate? certificate) =>
        certificate is X509Certificate2 shown && registry.Current.FindByTlsKey(CallerAuthentication.KeyDigest(shown))?.Organisation == partner;

    private async ValueTask<Stream> ConnectAsync(OrganisationId partner, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var endpoint in registry.Current.Find(partner)?.Endpoints ?? [])
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps) continue;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
