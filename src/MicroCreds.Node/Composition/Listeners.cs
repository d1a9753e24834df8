using System.Net;
using System.Security.Authentication;
using MicroCreds.Node.Configuration;
using MicroCreds.Services;
using MicroCreds.Services.Institutions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MicroCreds.Node.Composition;

/// <summary>Which door a connection came in by.</summary>
internal enum Door
{
    /// <summary>Partners: TLS 1.3, client certificate.</summary>
    Partner,
    /// <summary>Staff and student systems: bearer token.</summary>
    Staff,
    /// <summary>Browsers and probes.</summary>
    Web,
    /// <summary>The console inside this process.</summary>
    Socket,
}

/// <summary>Marks a connection with its door; requests on it carry the mark.</summary>
internal sealed record DoorFeature(Door Door);

/// <summary>Opens the node's doors with the limits of the wire.</summary>
internal static class Listeners
{
    public static void Configure(KestrelServerOptions kestrel, NodeOptions options, Hosting hosting, string socketPath)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = TransportLimits.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxRequestHeadersTotalSize = TransportLimits.MaxHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = TransportLimits.MaxRequestBytes + (64 * 1024);
        kestrel.Limits.Http2.MaxStreamsPerConnection = TransportLimits.MaxStreamsPerConnection;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = TransportLimits.MaxHeaderBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Partner), listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.SslProtocols = SslProtocols.Tls13;
                https.HandshakeTimeout = TimeSpan.FromSeconds(5);
                // The name asked for is the institution's: each has a certificate of its own.
                https.ServerCertificateSelector = (_, name) => hosting.All.FirstOrDefault(i => i.Organisation.Value == name)?.TlsCertificate ?? hosting.All[0].TlsCertificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                // Any certificate opens the connection, since a refusal in words helps more than a TLS alert; every call on it is then
                // refused unless the trust list pins its key.
                https.ClientCertificateValidation = (_, _, _) => true;
            });
            Mark(listen, Door.Partner);
        });
        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Staff), listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            Mark(listen, Door.Staff);
        });
        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Web), listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            Mark(listen, Door.Web);
        });
        File.Delete(socketPath);
        kestrel.ListenUnixSocket(socketPath, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            Mark(listen, Door.Socket);
        });
    }

    /// <summary>Keeps pages off the gRPC doors and gRPC off the web door.</summary>
    public static Task KeepApartAsync(HttpContext context, RequestDelegate next)
    {
        var web = context.Features.Get<DoorFeature>()?.Door == Door.Web;
        var grpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;
        if (web != grpc) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        connection.Features.Set(new DoorFeature(door));
        return next(connection);
    });
}
