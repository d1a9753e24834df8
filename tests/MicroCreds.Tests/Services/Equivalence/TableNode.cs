using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MicroCreds.Credentials.Exporting;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Services;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Health;
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

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>
/// A node with the services of tables alone, on a free loopback port, over a real SQLite file. Members are uni-a and uni-b; each node hosts one of
/// them. A partner's certificate is named in a header in place of a TLS handshake. Disposing fails on any Error log.
/// </summary>
internal sealed class TableNode : IAsyncDisposable, IPartnerChannels
{
    internal const string UniA = "uni-a.example";
    internal const string UniB = "uni-b.example";
    private const string CertificateHeader = "test-certificate";

    // Far ahead: a call that is passed on gets a deadline by this clock, and the client measures it by the system's.
    internal static readonly DateTimeOffset Now = new(2099, 9, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, X509Certificate2> Certificates = new[] { UniA, UniB, "stranger.example" }.ToDictionary(o => o, Certificate);

    private readonly string _folder = Directory.CreateTempSubdirectory("table-node-").FullName;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SigningKey _staffKey = SigningKey.Generate();
    private readonly FixedTime _clock = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly OrganisationId _organisation;
    private TableApproval _approval;
    private WebApplication? _application;
    private InstitutionDatabase? _database;

    private TableNode(string organisation) => _organisation = OrganisationId.Parse(organisation);

    /// <summary>The node that calls about the other member are passed on to.</summary>
    internal TableNode? Partner { get; set; }

    /// <summary>Days that have passed since <see cref="Now"/>.</summary>
    internal int Days { set => _clock.Days = value; }

    /// <summary>Makes the node look for adoptions now.</summary>
    internal void Look() => Application.Services.GetRequiredService<AdoptionFollower>().Wake();

    internal NodeHealth Health => Application.Services.GetRequiredService<NodeHealth>();

    internal Uri Address => new(Application.Urls.Single());

    private WebApplication Application => _application ?? throw new InvalidOperationException("The node was not started.");

    internal static async Task<TableNode> StartAsync(string organisation = UniA, TableApproval approval = TableApproval.None)
    {
        var node = new TableNode(organisation) { _approval = approval };
        await node.StartAsync();
        return node;
    }

    /// <summary>Calls as staff with these roles, or as anybody without one.</summary>
    internal CallInvoker As(params StaffRole[] roles) => roles.Length == 0 ? Invoker() : Account("anna", roles);

    /// <summary>Calls as an account of staff.</summary>
    internal CallInvoker Account(string account, params StaffRole[] roles) =>
        With("authorization", $"Bearer {new StaffTokens(_staffKey, _clock).Issue(account, roles, [_organisation], TimeSpan.FromHours(1))}");

    /// <summary>Calls as a partner.</summary>
    internal CallInvoker AsPartner(string organisation) => With(CertificateHeader, organisation);

    /// <summary>A channel of its own.</summary>
    internal CallInvoker Invoker(GrpcChannelOptions? options = null)
    {
        var channel = GrpcChannel.ForAddress(Address, options ?? new());
        _channels.Add(channel);
        return channel.CreateCallInvoker();
    }

    /// <inheritdoc/>
    public CallInvoker For(HostedInstitution acting, OrganisationId partner) =>
        (Partner ?? throw new RpcException(new Status(StatusCode.Unavailable, "No such node."))).AsPartner(acting.Organisation.Value);

    /// <summary>Stops serving, as the operator would; what is stored stays open.</summary>
    internal Task StopAsync() => Application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        if (_application is not null) await _application.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(_errors);
    }

    private async Task StartAsync()
    {
        _database = await InstitutionDatabase.OpenAsync(Path.Combine(_folder, "institution.db"), _organisation, (_, _) => throw new NotSupportedException("Tables sign nothing."), _clock);
        var published = new PublishedRules(_database.Equivalences, _clock);
        await published.ReloadAsync(CancellationToken.None);
        var institution = new HostedInstitution
        {
            Organisation = _organisation, Name = _organisation.Value, Policy = new RecognitionPolicy { HigherEducationInstitutions = [OrganisationId.Parse(UniA), OrganisationId.Parse(UniB)] },
            TableApproval = _approval, Cases = _database.Cases, Statements = _database.Statements, Tables = _database.Equivalences, Adoptions = _database.Adoptions, Agreements = _database.Agreements, Grades = _database.GradeTables,
            StatementKey = SigningKey.Generate(), TlsCertificate = Certificates[_organisation.Value], LearnerSecret = new byte[32], Published = published,
            DecisionWriter = new DecisionWriter(new(_organisation, _organisation.Value, "", [], 25), null),
        };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(_errors));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = TransportLimits.MaxRequestBytes;
        });
        builder.Services.AddCheckedMethods();
        var registry = new TrustRegistry(new MemberDirectory(Members()), ReadOnlyMemory<byte>.Empty);
        builder.Services
            .AddSingleton(new Hosting([institution])).AddSingleton(registry).AddSingleton<TimeProvider>(_clock).AddSingleton<IPartnerChannels>(this)
            .AddSingleton(new StaffTokens(_staffKey, _clock)).AddSingleton<CallerAuthentication>().AddSingleton<NodeMetrics>().AddTableServices();
        _application = builder.Build();
        _application.Use((context, next) =>
        {
            if (context.Request.Headers[CertificateHeader] is [{ } name]) context.Connection.ClientCertificate = Certificates[name];
            return next(context);
        });
        _application.UseCompressionRefusal();
        _application.MapTableServices();
        await _application.StartAsync();
    }

    private CallInvoker With(string header, string value) => Invoker().Intercept(metadata =>
    {
        metadata.Add(header, value);
        return metadata;
    });

    private static TrustList Members() => new()
    {
        Consortium = "test", Serial = 1, IssuedAt = Now, ExpiresAt = Now.AddDays(30),
        Members =
        [
            .. new[] { UniA, UniB }.Select(o => new Member
            {
                Organisation = OrganisationId.Parse(o), Name = o, Kind = MemberKind.HigherEducationInstitution, Status = MemberStatus.Active,
                Since = new DateOnly(2026, 1, 1), TlsKeys = [CallerAuthentication.KeyDigest(Certificates[o])],
            }),
        ],
    };

    private static X509Certificate2 Certificate(string organisation)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={organisation}", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    private sealed class FixedTime : TimeProvider
    {
        internal int Days { get; set; }

        public override DateTimeOffset GetUtcNow() => Now.AddDays(Days);
    }

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error) errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
