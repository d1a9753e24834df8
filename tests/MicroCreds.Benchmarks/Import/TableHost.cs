using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Credentials.Exporting;
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
using MicroCreds.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Benchmarks.Import;

/// <summary>The services of tables on a loopback port over a SQLite file on disk, with one administrator.</summary>
internal sealed class TableHost : IAsyncDisposable
{
    private static readonly OrganisationId Organisation = OrganisationId.Parse("uni.example");

    private readonly string _folder;
    private readonly WebApplication _application;
    private readonly InstitutionDatabase _database;
    private readonly GrpcChannel _channel;

    private TableHost(string folder, WebApplication application, InstitutionDatabase database, string token)
    {
        (_folder, _application, _database) = (folder, application, database);
        Headers = new() { { "authorization", $"Bearer {token}" } };
        _channel = GrpcChannel.ForAddress(application.Urls.Single(), new() { MaxReceiveMessageSize = TransportLimits.MaxResponseBytes });
        Invoker = _channel.CreateCallInvoker();
    }

    internal CallInvoker Invoker { get; }

    /// <summary>Headers of the administrator's calls.</summary>
    internal Metadata Headers { get; }

    /// <summary>Size of the store with its log, in bytes.</summary>
    internal long StoreBytes => new DirectoryInfo(_folder).GetFiles().Sum(file => file.Length);

    /// <summary>Starts the node.</summary>
    /// <param name="universities">Awarding bodies on the recognition track.</param>
    internal static async Task<TableHost> StartAsync(IEnumerable<OrganisationId> universities)
    {
        var folder = Directory.CreateTempSubdirectory("bench-import-").FullName;
        var clock = TimeProvider.System;
        var database = await InstitutionDatabase.OpenAsync(Path.Combine(folder, "institution.db"), Organisation, (_, _) => throw new NotSupportedException("Tables sign nothing."), clock);
        var published = new PublishedRules(database.Equivalences, clock);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var institution = new HostedInstitution
        {
            Organisation = Organisation, Name = Organisation.Value, Policy = new RecognitionPolicy { HigherEducationInstitutions = [Organisation, .. universities] },
            Cases = database.Cases, Statements = database.Statements, Tables = database.Equivalences, Agreements = database.Agreements, Grades = database.GradeTables, Adoptions = database.Adoptions,
            StatementKey = SigningKey.Generate(), TlsCertificate = new CertificateRequest($"CN={Organisation}", key, HashAlgorithmName.SHA256).CreateSelfSigned(clock.GetUtcNow().AddYears(-1), clock.GetUtcNow().AddYears(1)),
            LearnerSecret = new byte[32], Published = published, DecisionWriter = new DecisionWriter(new(Organisation, Organisation.Value, "", [], 25), null),
        };
        var tokens = new StaffTokens(SigningKey.Generate(), clock);
        var trust = new TrustList { Consortium = "bench", Serial = 1, IssuedAt = clock.GetUtcNow(), ExpiresAt = clock.GetUtcNow().AddDays(30), Members = [] };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = TransportLimits.MaxRequestBytes;
            options.MaxSendMessageSize = TransportLimits.MaxResponseBytes;
        });
        builder.Services.AddCheckedMethods();
        builder.Services
            .AddSingleton(new Hosting([institution])).AddSingleton(new TrustRegistry(new MemberDirectory(trust), ReadOnlyMemory<byte>.Empty)).AddSingleton(clock)
            .AddSingleton<IPartnerChannels>(new NoPartners()).AddSingleton(tokens).AddSingleton<CallerAuthentication>().AddSingleton<NodeMetrics>().AddTableServices();
        var application = builder.Build();
        application.MapTableServices();
        await application.StartAsync();
        return new(folder, application, database, tokens.Issue("ada", [StaffRole.Administrator], [Organisation], TimeSpan.FromHours(1)));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _application.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class NoPartners : IPartnerChannels
    {
        public CallInvoker For(HostedInstitution acting, OrganisationId partner) => throw new RpcException(new Status(StatusCode.Unavailable, "There is one node."));
    }
}
