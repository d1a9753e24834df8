using MicroCreds.Console;
using MicroCreds.Domain.Verification;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Logging;
using MicroCreds.Node.Metrics;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Health;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Outside;
using MicroCreds.Services.Protocols;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;
using MicroCreds.Storage.Postgres;
using Microsoft.AspNetCore.Hosting.Server;

namespace MicroCreds.Node.Composition;

/// <summary>Puts the node together and runs it. Knows every project and no rule of the field.</summary>
internal static class NodeHost
{
    private const int ThreadsForServer = 64;
    private static readonly TimeSpan AdminTokenLifetime = TimeSpan.FromDays(30);

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        AddConfiguration(builder.Configuration, args);
        var clock = TimeProvider.System;
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(_ => new CutOffConnections(new JsonLines(System.Console.OpenStandardOutput(), clock), clock));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning)
            // It logs nothing that the line of each call does not say, and costs an activity and a scope for each request while it is listened to.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            // Only what callers do wrong is said there, and some of it as critical: whoever wanted to could fill the log.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        var options = NodeConfiguration.Read(builder.Configuration);

        var data = Path.GetFullPath(options.DataDirectory);
        KeyFiles.MakeDirectory(data);
        var keys = KeyFiles.SharedDirectory(options);
        var trustListFile = new TrustListFile(options.TrustList, clock);
        var registry = trustListFile.Open();
        await using var server = options.Store.Length > 0 ? PostgresServer.Of(StoreAddress.Read(options.Store)) : null;
        // A call to the server holds its thread until it is answered: a server that is slow must not leave the others without one.
        if (server is not null) ThreadPool.SetMinThreads(ThreadsForServer, Environment.ProcessorCount);
        await using var stores = new InstitutionStores(server);
        var institutions = new List<HostedInstitution>();
        foreach (var institution in options.Institutions) institutions.Add(await stores.OpenAsync(institution, data, registry, clock));
        var hosting = new Hosting(institutions);

        var tokens = new StaffTokens(KeyFiles.StaffKey(options), clock);
        var codes = new SignInCodes(clock);
        var administrator = new Caller.Staff("admin", [.. Enum.GetValues<StaffRole>()], []);
        var outside = OutsideComposition.Trust(options.Trust);
        var metricsDoor = options.Metrics.Enabled ? new MetricsDoor(options.Metrics) : null;
        using var telemetry = new Telemetry(options.Otlp, MemberService.SoftwareVersion);

        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = Listeners.Bind;
            // A few kilobytes for each connection, of which there are few, for one call of the system less for each time that something comes.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            sockets.MaxReadBufferSize = TransportLimits.ReceiveBufferBytes;
        });
        PacedListeners.Use(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options, hosting, SocketPath(data)));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddSingleton(clock).AddSingleton(hosting).AddSingleton(registry).AddSingleton(tokens)
            .AddSingleton<NodeMetrics>().AddSingleton<MetricsPage>().AddSingleton<CallerAuthentication>()
            .AddSingleton<ICredentialVerifier>(new RegistryCredentialVerifier(registry, options.PinnedAnchors, outside))
            .AddSingleton<IPartnerChannels, PartnerChannels>()
            .AddSingleton<ExchangeService>().AddSingleton<MemberService>()
            .AddSingleton<StatementExchange>().AddHostedService(s => s.GetRequiredService<StatementExchange>());
        if (server is not null) builder.Services.AddHostedService<PublicationFollower>();
        if (builder.Configuration["config"] is { Length: > 0 } file)
        {
            builder.Services.AddHostedService(provider => new JoiningInstitutions(
                file, () => NodeConfiguration.Read(ConfigurationOf(args)),
                async institution =>
                {
                    var opened = await stores.OpenAsync(institution, data, registry, clock);
                    await provider.GetRequiredService<StatementExchange>().PrepareAsync(opened, CancellationToken.None);
                    return opened;
                },
                hosting, clock, provider.GetRequiredService<ILogger<JoiningInstitutions>>()));
        }

        if (builder.Configuration.GetValue("exit-with-parent", false)) builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = TransportLimits.MaxRequestBytes;
            grpc.MaxSendMessageSize = TransportLimits.MaxResponseBytes;
        });
        builder.Services.AddCheckedMethods();

        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.Cors.Origins]).WithMethods(HttpMethods.Post).AllowAnyHeader()
            .WithExposedHeaders("grpc-status", "grpc-message", "grpc-status-details-bin").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        builder.Services.AddRecognitionServices();
        builder.Services.AddTableServices();
        builder.Services.AddOutside(options.Trust, outside, data);
        builder.Services.AddMicroCredsConsole(console =>
        {
            console.NodeSocketPath = SocketPath(data);
            console.Institutions = () => [.. hosting.All.Select(i => new ConsoleInstitution(i.Organisation.Value, i.Name))];
            console.Instance = options.Institutions[0].Organisation;
            console.KeysDirectory = Path.Combine(keys, "console");
            console.RedeemCode = (code, _) => Task.FromResult(codes.Redeem(code) is { } staff ? SignIn(staff, DateTimeOffset.MaxValue, tokens, hosting, clock) : null);
            console.ReadToken = token => tokens.Read(token) is { } staff && tokens.EndOf(token) is { } endsAt ? SignIn(staff, endsAt, tokens, hosting, clock) : null;
        });

        await using var app = builder.Build();
        app.Use(next => context => Doorway.CountAsync(context, next));
        // The web door speaks HTTP/1.1 alone.
        app.UseDirectCalls(static context => HttpProtocol.IsHttp2(context.Request.Protocol) || Listeners.DoorOf(context) != Door.Web);
        app.UseRouting();
        if (options.Cors.Origins.Count > 0) app.UseWhen(context => Listeners.DoorOf(context) == Door.Staff, staff => staff.UseCors());
        app.Use(next => context => Listeners.KeepApartAsync(context, next));
        // After the doors are kept apart, so that a page asked for at another door is not there, and not behind a sign-in.
        // Pages alone have sign-in cookies; the host would otherwise look for one in every call of the contract.
        foreach (var unasked in new[] { "__AuthenticationMiddlewareSet", "__AuthorizationMiddlewareSet" }) ((IApplicationBuilder)app).Properties[unasked] = true;
        app.UseWhen(context => Listeners.DoorOf(context) == Door.Web, web =>
        {
            web.UseAuthentication();
            web.Use(next => context =>
            {
                if (context.User.Identity is { IsAuthenticated: true }) Doorway.SignedIn(context);
                return next(context);
            });
            web.UseAuthorization();
        });
        app.UseCallSteps();
        app.MapGrpcService<ExchangeService>();
        app.MapGrpcService<MemberService>();
        app.MapGet(Listeners.OpenApiPath, (HttpContext context) =>
        {
            context.Response.ContentType = "application/json";
            return PatientAnswer.WriteAsync(context, OpenApiDocument.Bytes);
        });
        app.MapGet("/healthz", () => "ok");
        var page = app.Services.GetRequiredService<MetricsPage>();
        app.MapGet(MetricsDoor.Path, async (HttpContext context) => metricsDoor?.Opens(context) == true
            ? Results.Text(await page.WriteAsync(context.RequestAborted), MetricsPage.ContentType) : Results.NotFound());
        app.MapRecognitionServices();
        app.MapTableServices();
        app.MapGet("/readyz", (NodeHealth health) => health.Current is { Ready: false } state
            ? Results.Text(string.Join('\n', state.Reasons.Select(r => $"{r.Key}: {r.Value}")), statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text(string.Join('\n', hosting.All.SelectMany(HeldOf).Prepend("ready"))));
        app.MapMicroCredsConsole();

        app.Services.GetRequiredService<DocumentFetcher>().Load();
        if (OpenFiles.Most is { } files && files < OpenFiles.Enough) app.Logger.FewFiles(files, OpenFiles.Enough, OpenFiles.NewConnections(files), OpenFiles.Fewest);
        await app.StartAsync();
        var health = app.Services.GetRequiredService<NodeHealth>();
        KeyFiles.WriteSecret(Path.Combine(data, "admin.token"), tokens.Issue(administrator.Account, administrator.Roles, administrator.Institutions, AdminTokenLifetime));
        var ready = ReadyFile.Of(app.Services.GetRequiredService<IServer>(), options, codes.Make(administrator));
        ready.Write(Path.Combine(data, "node.json"));

        _ = trustListFile.WatchAsync(registry, app.Logger, app.Lifetime.ApplicationStopping);
        stores.Watch((institution, fault) =>
        {
            app.Logger.StoreBroken(institution.Value, fault.Message);
            health.Unwell("store", $"The store of {institution} takes no more writes.");
            Environment.ExitCode = 3;
            app.Lifetime.StopApplication();
        });
        if (server is not null) server.ReachableChanged += reached => ServerReached(reached, health, app);
        await WarmUp.RunAsync(data, clock);
        health.Well(NodeHealth.Starting);
        app.Logger.Ready(string.Join(",", hosting.All.Select(i => i.Organisation.Value)), ready.Partner, ready.Staff, ready.Web);
        // For the person at the terminal only; the log lines above are for machines and never hold the code.
        if (!System.Console.IsErrorRedirected) await System.Console.Error.WriteLineAsync($"Sign in once at {ready.SignIn}");
        var manager = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        ServiceNotice.Send(ServiceNotice.Ready, manager);
        app.Lifetime.ApplicationStopping.Register(() => ServiceNotice.Send(ServiceNotice.Stopping, manager));
        await app.WaitForShutdownAsync();
        File.Delete(Path.Combine(data, "node.json"));
    }

    // Ready all the same: everything but what would be signed in these streams goes on.
    private static IEnumerable<string> HeldOf(HostedInstitution institution) =>
        institution.HeldStreams.OrderBy(h => h.Key.Value, StringComparer.Ordinal).Select(h => $"held: nothing is signed by {institution.Organisation} to {h.Key} ({h.Value.ToString().ToLowerInvariant()})");

    private static void ServerReached(bool reached, NodeHealth health, WebApplication app)
    {
        if (reached) health.Well("server");
        else health.Unwell("server", "The database server cannot be reached.");
        app.Logger.ServerReached(reached);
    }

    private static StaffSignIn SignIn(Caller.Staff staff, DateTimeOffset endsAt, StaffTokens tokens, Hosting hosting, TimeProvider clock)
    {
        string[] institutions = staff.Institutions.IsEmpty ? ["*"] : [.. hosting.All.Where(i => staff.BelongsTo(i.Organisation)).Select(i => i.Organisation.Value)];
        var (now, lifetime) = (clock.GetUtcNow(), SignInCodes.Lifetime);
        if (endsAt - now < lifetime) lifetime = endsAt - now;
        return new StaffSignIn(
            staff.Account, tokens.Issue(staff.Account, staff.Roles, staff.Institutions, lifetime), [.. staff.Roles.Select(r => r.ToString().ToLowerInvariant())], [.. institutions], now + lifetime);
    }

    /// <summary>Adds the file given by <c>--config</c>, the environment and the command line, each over the one before.</summary>
    public static void AddConfiguration(ConfigurationManager configuration, string[] args)
    {
        configuration.Sources.Clear();
        var line = new ConfigurationBuilder().AddCommandLine(args).Build();
        if (line["config"] is { Length: > 0 } file)
        {
            if (!File.Exists(file)) throw new ConfigurationException($"The configuration file {file} given by --config is not there.");
            try
            {
                configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"The configuration file {file} cannot be read: {e.GetBaseException().Message}", e);
            }
        }

        configuration.AddEnvironmentVariables("MCF_");
        configuration.AddCommandLine(args);
    }

    private static ConfigurationManager ConfigurationOf(string[] args)
    {
        var configuration = new ConfigurationManager();
        AddConfiguration(configuration, args);
        return configuration;
    }

    private static string SocketPath(string data) => Path.Combine(data, "node.sock");
}
