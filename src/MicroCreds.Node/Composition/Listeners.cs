using System.Net;
using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using MicroCreds.Node.Configuration;
using MicroCreds.Services;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

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
    /// <summary>Where the OpenAPI document is, at every door.</summary>
    public const string OpenApiPath = "/openapi.json";

    public static void Configure(KestrelServerOptions kestrel, NodeOptions options, Hosting hosting, string socketPath)
    {
        TransportLimits.PatiencePercent = options.Endpoints.PatiencePercent;
        kestrel.AddServerHeader = false;
        PartnerDoor.Limit(kestrel);

        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Partner), listen =>
        {
            PartnerDoor.Open(listen, hosting);
            Mark(listen, Door.Partner);
        });
        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Staff), listen =>
        {
            StaffDoor.Open(listen);
            Mark(listen, Door.Staff);
        });
        kestrel.Listen(IPEndPoint.Parse(options.Endpoints.Web), listen =>
        {
            Doorway.Guard(listen);
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

    /// <summary>
    /// Listens at an address. What the system keeps of answers that nobody reads is bounded, in bytes and in time: the server counts as taken what the system has
    /// room for. Connections inherit both. Source: Linux, tcp(7), TCP_USER_TIMEOUT.
    /// </summary>
    public static Socket Bind(EndPoint address)
    {
        const int tcp = 6, userTimeout = 18;
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        if (address is not IPEndPoint) return socket;
        socket.SendBufferSize = TransportLimits.SendBufferBytes;
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(tcp, userTimeout, BitConverter.GetBytes((int)TransportLimits.Stalled.TotalMilliseconds));
        return socket;
    }

    /// <summary>Keeps pages off the doors of the contract, and calls of the contract off the web door.</summary>
    public static Task KeepApartAsync(HttpContext context, RequestDelegate next)
    {
        var call = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
            || context.Request.ContentType is { } type && (type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/connect+", StringComparison.OrdinalIgnoreCase));
        if (DoorOf(context) == Door.Web != call || context.Request.Path == OpenApiPath) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Door by which a request came in.</summary>
    public static Door? DoorOf(HttpContext context) => (context.Features[typeof(DoorFeature)] as DoorFeature)?.Door;

    private static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        connection.Features.Set(new DoorFeature(door));
        return next(connection);
    });
}
