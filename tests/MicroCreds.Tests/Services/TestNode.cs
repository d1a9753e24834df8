using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Exporting;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Domain.Verification;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;
using MicroCreds.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RecognitionPolicy = MicroCreds.Domain.Rules.RecognitionPolicy;

namespace MicroCreds.Tests.Services;

/// <summary>
/// A node inside the test's process: the stock gRPC server with the node's own interceptor, real stores in a folder of its own, one loopback
/// port for staff (h2c) and one for partners (TLS 1.3 with client certificates), and a clock moved by hand. Disposing fails the test when
/// the node logged an error nobody announced, or when a check of a store finds something.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    /// <summary>Today of the scenarios.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly List<GrpcChannel> _channels = [];
    private readonly List<InstitutionDatabase> _stores = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("mcf-test-").FullName;
    private WebApplication? _application;

    private TestNode(TestConsortium consortium, TestClock clock)
    {
        (Consortium, Clock, Registry) = (consortium, clock, consortium.Join());
        Tokens = new StaffTokens(SigningKey.Generate(), clock);
        Verifier = new CountingVerifier(new CredentialVerifier([.. Registry.Current.TrustedIssuers()]));
    }

    public TestConsortium Consortium { get; }
    public TestClock Clock { get; }
    public TrustRegistry Registry { get; }
    public StaffTokens Tokens { get; }
    public CountingVerifier Verifier { get; }
    public ErrorLog Log { get; } = new();
    public Hosting Hosting { get; private set; } = new([]);

    /// <summary>The institution hosted here, or the first of several.</summary>
    public HostedInstitution Institution => Hosting.All[0];

    public IServiceProvider Services => _application!.Services;

    /// <summary>Where its stores are.</summary>
    public string Folder => _folder;

    /// <summary>Starts a node.</summary>
    /// <param name="hosted">Institutions it hosts; uni-roma.example when none is given.</param>
    /// <param name="consortium">Federation it joins; a new one when null.</param>
    /// <param name="clock">Clock it shares; a new one at <see cref="Start"/> when null.</param>
    /// <param name="adjust">Changes an institution's rules of procedure.</param>
    /// <param name="services">Adds to or replaces what the node is made of, last.</param>
    /// <param name="map">Maps further services.</param>
    /// <param name="statusLists">Whether exported decisions point to status lists.</param>
    public static async Task<TestNode> StartAsync(
        OrganisationId[]? hosted = null, TestConsortium? consortium = null, TestClock? clock = null,
        Func<RecognitionPolicy, RecognitionPolicy>? adjust = null,
        Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, bool statusLists = false)
    {
        clock ??= new TestClock(Start);
        var node = new TestNode(consortium ?? new TestConsortium(clock.GetUtcNow()), clock);
        try
        {
            var institutions = new List<HostedInstitution>();
            foreach (var organisation in hosted ?? [TestConsortium.Roma]) institutions.Add(await node.HostAsync(organisation, adjust ?? (p => p), statusLists));
            node.Hosting = new Hosting(institutions);
            await node.ServeAsync(services, map);
            foreach (var institution in institutions) node.Consortium.Announce(institution.Organisation, node.Address("https"));
            return node;
        }
        catch
        {
            node.Log.Expect();
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls as a member of staff of every institution hosted here.</summary>
    public CallInvoker Staff(string account, params StaffRole[] roles) => StaffOf([], account, roles);

    /// <summary>Calls as a member of staff of some institutions.</summary>
    public CallInvoker StaffOf(OrganisationId[] institutions, string account, params StaffRole[] roles) =>
        WithToken(Tokens.Issue(account, roles, institutions, TimeSpan.FromDays(3650)));

    /// <summary>Calls with a bearer token.</summary>
    public CallInvoker WithToken(string token) =>
        Anonymous().Intercept(metadata =>
        {
            metadata.Add("authorization", $"Bearer {token}");
            return metadata;
        });

    /// <summary>Calls the staff port without a token.</summary>
    public CallInvoker Anonymous() => Open(Address("http"), null);

    /// <summary>Calls the partner port with a member's certificate.</summary>
    public CallInvoker Partner(OrganisationId partner) => Open(Address("https"), Consortium[partner].TlsCertificate);

    /// <summary>Calls the partner port with any certificate.</summary>
    public CallInvoker WithCertificate(X509Certificate2 certificate) => Open(Address("https"), certificate);

    /// <summary>Where the node listens.</summary>
    public string Address(string scheme) =>
        Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(a => a.StartsWith($"{scheme}://", StringComparison.Ordinal));

    /// <summary>Takes a table from the store of one institution until the answer is disposed: whatever needs it fails.</summary>
    public IDisposable TakeTable(OrganisationId organisation, string table) => new TakenTable(Path.Combine(_folder, $"{organisation}.db"), table);

    /// <summary>Stops serving; what is stored stays open.</summary>
    public Task StopAsync() => _application!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        if (_application is not null) await _application.DisposeAsync();
        var findings = new List<string>();
        foreach (var store in _stores)
        {
            findings.AddRange((await store.CheckAsync(CancellationToken.None)).Select(f => f.ToString()));
            await store.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        Assert.Empty(findings);
        Log.Check();
    }

    private async Task<HostedInstitution> HostAsync(OrganisationId organisation, Func<RecognitionPolicy, RecognitionPolicy> adjust, bool statusLists)
    {
        var member = Consortium[organisation];
        var store = await InstitutionDatabase.OpenAsync(
            Path.Combine(_folder, $"{organisation}.db"), organisation, StatementCodec.SignerFor(organisation, Registry.Current.List.Consortium, member.StatementKey), Clock);
        _stores.Add(store);
        return new HostedInstitution
        {
            Organisation = organisation,
            Name = member.Name,
            Policy = adjust(new() { Authority = "Recognition office", AppealBody = "Rector", CriteriaUrl = "https://recognition.example/criteria" }),
            Cases = store.Cases,
            Statements = store.Statements,
            Tables = store.Equivalences,
            Adoptions = store.Adoptions,
            Agreements = store.Agreements,
            Grades = store.GradeTables,
            StatementKey = member.StatementKey,
            TlsCertificate = member.TlsCertificate,
            LearnerSecret = RandomNumberGenerator.GetBytes(32),
            DecisionWriter = new DecisionWriter(new(organisation, member.Name, $"https://{organisation}/", [new("urn:qa:1", "Institutional Quality Assurance", "Institutional evaluation", "Agency")], 25) { StatusLists = statusLists ? $"https://{organisation}/status/{organisation}/" : "" }, member.Seal),
            Published = new PublishedRules(store.Equivalences, Clock),
        };
    }

    private async Task ServeAsync(Action<IServiceCollection>? services, Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Error).AddFilter("Grpc", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            PartnerDoor.Limit(kestrel);
            kestrel.Listen(IPAddress.Loopback, 0, StaffDoor.Open);
            kestrel.Listen(IPAddress.Loopback, 0, listen => PartnerDoor.Open(listen, Hosting));
        });
        builder.Services.AddSingleton<TimeProvider>(Clock).AddSingleton(Hosting).AddSingleton(Registry).AddSingleton(Tokens)
            .AddSingleton<CallerAuthentication>().AddSingleton<NodeMetrics>().AddSingleton<ICredentialVerifier>(Verifier)
            .AddSingleton<IPartnerChannels, PartnerChannels>().AddRecognitionServices().AddTableServices()
            .AddNothingOutside(Path.Combine(_folder, "outside"));
        // Walks by the clock are run by the tests that are about them.
        builder.Services.RemoveAll<Microsoft.Extensions.Hosting.IHostedService>();
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = TransportLimits.MaxRequestBytes;
        });
        builder.Services.AddCheckedMethods();
        services?.Invoke(builder.Services);
        _application = builder.Build();
        _application.Use(next => context => Doorway.CountAsync(context, next));
        _application.UseDirectCalls(static _ => true);
        _application.UseCallSteps();
        _application.MapRecognitionServices();
        _application.MapTableServices();
        _application.MapGrpcService<MemberService>();
        map?.Invoke(_application);
        await _application.StartAsync();
    }

    private CallInvoker Open(string address, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (certificate is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = Institution.Organisation.Value,
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 own && Hosting.All.Any(i => i.TlsCertificate.Thumbprint == own.Thumbprint),
            };
        }

        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel.CreateCallInvoker();
    }

    private sealed class TakenTable : IDisposable
    {
        private readonly string _store;
        private readonly string _table;

        public TakenTable(string store, string table)
        {
            (_store, _table) = (store, table);
            Rename(_table, $"{_table}_taken");
        }

        public void Dispose() => Rename($"{_table}_taken", _table);

        private void Rename(string from, string to)
        {
            using var connection = new SqliteConnection($"Data Source={_store};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
            command.CommandText = $"ALTER TABLE {from} RENAME TO {to}";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The real verifier, counting what it is asked.</summary>
    internal sealed class CountingVerifier(ICredentialVerifier inner) : ICredentialVerifier
    {
        private int _count;

        public int Count => _count;

        public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at)
        {
            Interlocked.Increment(ref _count);
            return inner.Verify(file, at);
        }
    }
}
