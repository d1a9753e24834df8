using System.Net;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>The door to partners of one institution on a loopback port: the product's listener, interceptor and services, without stores.</summary>
internal sealed class PartnerHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private PartnerHost(WebApplication application)
    {
        _application = application;
        application.Use(next => context =>
        {
            AcceptedEncoding = context.Request.Headers["grpc-accept-encoding"].ToString();
            return next(context);
        });
    }

    /// <summary>Encodings the last caller said it takes.</summary>
    public string AcceptedEncoding { get; private set; } = "";

    /// <summary>The trust list in force here.</summary>
    public TrustRegistry Registry => _application.Services.GetRequiredService<TrustRegistry>();

    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public int Port => new Uri(Address).Port;

    public static async Task<PartnerHost> StartAsync(OrganisationId organisation, X509Certificate2 certificate, TrustList list, int port = 0)
    {
        var hosting = new Hosting([Institution(organisation, certificate)]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            PartnerDoor.Limit(kestrel);
            kestrel.Listen(IPAddress.Loopback, port, listen => PartnerDoor.Open(listen, hosting));
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(hosting).AddSingleton(new TrustRegistry(new MemberDirectory(list), ReadOnlyMemory<byte>.Empty))
            .AddSingleton(new StaffTokens(SigningKey.Generate(), TimeProvider.System)).AddSingleton<CallerAuthentication>().AddSingleton<NodeMetrics>()
            .AddSingleton<IPartnerChannels, PartnerChannels>().AddSingleton<StatementExchange>().AddSingleton<ExchangeService>().AddSingleton<MemberService>()
            .AddNothingOutside(Path.Combine(Path.GetTempPath(), "mcf-test-nothing-outside")).RemoveAll<Microsoft.Extensions.Hosting.IHostedService>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = TransportLimits.MaxRequestBytes;
        });
        builder.Services.AddCheckedMethods();
        var application = builder.Build();
        var host = new PartnerHost(application);
        application.MapGrpcService<MemberService>();
        application.MapGrpcService<ExchangeService>();
        await application.StartAsync();
        return host;
    }

    /// <summary>An institution that is known by its certificate alone.</summary>
    public static HostedInstitution Institution(OrganisationId organisation, X509Certificate2 certificate) => new()
    {
        Organisation = organisation,
        Name = organisation.Value,
        Policy = new RecognitionPolicy(),
        Cases = null!,
        Statements = null!,
        Tables = null!,
        Adoptions = null!,
        Agreements = null!,
        Grades = null!,
        DecisionWriter = null!,
        StatementKey = SigningKey.Generate(),
        TlsCertificate = certificate,
        LearnerSecret = new byte[32],
        Published = null!,
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
