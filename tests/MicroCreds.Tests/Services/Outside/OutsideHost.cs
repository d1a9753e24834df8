using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Services.Outside;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>A real HTTPS server on loopback that answers as a test tells it, under the name uni.example and a certificate of an authority of its own.</summary>
internal sealed class OutsideHost : IAsyncDisposable
{
    public const string Name = "uni.example";

    private static readonly X509Certificate2 Authority = MakeAuthority();
    private static readonly X509Certificate2 Leaf = MakeLeaf();

    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();

    private OutsideHost(WebApplication application) => _application = application;

    /// <summary>The authority to trust.</summary>
    public static X509Certificate2Collection Authorities => [Authority];

    /// <summary>Every request, as method, path and query.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>The newest request's headers.</summary>
    public IHeaderDictionary Headers { get; private set; } = new HeaderDictionary();

    public int Port => new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public static async Task<OutsideHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Leaf)));
        var host = new OutsideHost(builder.Build());
        host._application.Run(host.AnswerAsync);
        await host._application.StartAsync();
        return host;
    }

    /// <summary>The address of a path.</summary>
    public string At(string path) => $"https://{Name}:{Port}{path}";

    /// <summary>Answers a path.</summary>
    public void Answer(string path, RequestDelegate answer) => _answers[path] = answer;

    /// <summary>Answers a path with a document.</summary>
    public void Answer(string path, byte[] content, string type = "application/vc+jwt", Action<HttpResponse>? more = null) => Answer(path, async context =>
    {
        context.Response.ContentType = type;
        more?.Invoke(context.Response);
        await context.Response.Body.WriteAsync(content);
    });

    /// <summary>A client that finds this host under its name, and may connect to it.</summary>
    public static OutsideClient Client(AllowedAddresses allowed, TimeProvider clock) => new(allowed, Authorities, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), clock);

    public Task StopAsync() => _application.StopAsync();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        _asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        Headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
        if (_answers.TryGetValue(context.Request.Path, out var answer)) return answer(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    // TLS looks at the machine's clock, so these are valid for long.
    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority for HTTPS", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var made = request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 MakeLeaf()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(Authority, new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero), [1, 2, 3]);
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
