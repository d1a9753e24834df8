using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Health.V1;
using MicroCreds.Node.Composition;
using MicroCreds.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Benchmarks.Wire;

/// <summary>One of the servers compared, as a process of its own that answers its standard input with what it has used so far.</summary>
internal static class WireServer
{
    /// <summary>Runs until the standard input ends.</summary>
    /// <param name="kind"><c>bare</c> or <c>stock</c> with a folder of keys for TLS, or <c>node</c> with its arguments.</param>
    internal static async Task<int> RunAsync(string[] kind)
    {
        switch (kind)
        {
            case ["bare", var keys]:
                await ServeAsync(Bare(keys));
                break;
            case ["stock", var keys]:
                await ServeAsync(Stock(keys));
                break;
            case ["node", .. var configuration]:
                // It says where it listens in its own file.
                _ = Task.Run(() => NodeHost.RunAsync(configuration));
                await AnswerAsync();
                break;
            default:
                return 2;
        }

        return 0;
    }

    /// <summary>What a server has used: bytes allocated, and time of the processor.</summary>
    internal static (long Bytes, double CpuMilliseconds) Read(string line)
    {
        var parts = line.Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static async Task ServeAsync(WebApplication application)
    {
        await application.StartAsync();
        await Console.Error.WriteLineAsync(string.Join(' ', application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []));
        // Waiting for the next line holds its thread, which must not be one of the server's.
        await Task.Factory.StartNew(AnswerAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await application.StopAsync();
    }

    private static async Task AnswerAsync()
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
            using var process = Process.GetCurrentProcess();
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {process.TotalProcessorTime.TotalMilliseconds}"));
        }
    }

    /// <summary>One port without TLS, and one with TLS 1.3 that asks for a client's certificate and takes any, both with as many calls at once on a connection as the node takes.</summary>
    private static WebApplicationBuilder Builder(string keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var made = X509Certificate2.CreateFromPemFile(Path.Combine(keys, "tls.crt"), Path.Combine(keys, "tls.key"));
        var certificate = SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null), null, offline: true);
        var tls = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ServerCertificateContext = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        };
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = TransportLimits.MaxStreamsPerConnection;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls) });
            });
        });
        return builder;
    }

    /// <summary>The limit: an endpoint that reads the request and writes a fixed frame and trailers.</summary>
    private static WebApplication Bare(string keys)
    {
        var application = Builder(keys).Build();
        byte[] frame = [0, 0, 0, 0, 2, 8, 1];
        application.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(frame);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        return application;
    }

    /// <summary>The stock server with a method that does nothing: no interceptor, no log, no sign-in.</summary>
    private static WebApplication Stock(string keys)
    {
        var builder = Builder(keys);
        builder.Services.AddGrpc();
        var application = builder.Build();
        application.MapGrpcService<Empty>();
        return application;
    }

    private sealed class Empty : Health.HealthBase
    {
        public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
            Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });

        public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
    }
}
