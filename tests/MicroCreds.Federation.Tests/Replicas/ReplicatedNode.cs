using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Pilot;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>The pilot's first university as several processes over one PostgreSQL server, behind one address, and a partner university on SQLite.</summary>
internal sealed class ReplicatedNode : IAsyncDisposable
{
    private const int Replicas = 3;
    private readonly PilotFiles _files;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly PilotNode?[] _replicas = new PilotNode?[Replicas];
    private readonly TestBalancer _balancer;

    private ReplicatedNode(PilotConsortium consortium, PilotFiles files, int port)
    {
        (Consortium, _files) = (consortium, files);
        _balancer = new TestBalancer(port, () => [.. Enumerable.Range(0, Replicas).Where(i => _replicas[i] is not null).Select(i => IPEndPoint.Parse(new Uri(Ready(i, "partner")).Authority))]);
    }

    public TestPostgres Postgres { get; } = new();

    public PilotConsortium Consortium { get; }

    /// <summary>The partner.</summary>
    public PilotNode Madrid { get; private set; } = null!;

    /// <summary>A replica; the next one that is up when it is not.</summary>
    public PilotNode this[int replica] => Enumerable.Range(replica, Replicas).Select(i => _replicas[i % Replicas]).First(node => node is not null)!;

    public static async Task<ReplicatedNode> StartAsync()
    {
        var (files, ports) = (PilotFiles.Create(null), FreePorts.Choose(PilotInstitution.All.Count));
        var consortium = PilotConsortium.Create(files, PilotInstitution.All.Zip(ports).ToDictionary(p => p.First, p => p.Second), TimeProvider.System.GetUtcNow());
        var node = new ReplicatedNode(consortium, files, ports[PilotInstitution.All.ToList().IndexOf(PilotInstitution.Roma)]);
        try
        {
            node.Madrid = PilotNode.Start(TestFederation.Program(), files, PilotInstitution.Madrid);
            // The first makes the keys they share.
            await node.StartAsync(0);
            await Task.WhenAll(node.Madrid.WaitUntilReadyAsync(node._http, TimeProvider.System, CancellationToken.None), node.StartAsync(1), node.StartAsync(2));
            await TestFederation.PublishAsync(node[0].Client);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a replica and waits until it is ready.</summary>
    public async Task StartAsync(int replica)
    {
        var shared = _files.DataOf(PilotInstitution.Roma);
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(PilotConsortium.ConfigurationOf(_files, PilotInstitution.Roma)))!.AsObject();
        var settings = configuration["Node"]!.AsObject();
        settings["DataDirectory"] = DataOf(replica);
        settings["Store"] = Postgres.Address;
        settings["KeysDirectory"] = Path.Combine(shared, "keys");
        settings["Endpoints"]!["Partner"] = "127.0.0.1:0";
        var keys = Path.Combine(shared, PilotInstitution.Roma.Organisation.Value, "keys");
        settings["Institutions"]![0]!["KeysDirectory"] = keys;
        if (!File.Exists(Path.Combine(keys, "learner.secret"))) PilotFiles.WriteSecret(Path.Combine(keys, "learner.secret"), Convert.ToBase64String(new byte[32]));
        var file = $"{DataOf(replica)}.json";
        await File.WriteAllTextAsync(file, configuration.ToJsonString());
        var node = PilotNode.Start(TestFederation.Program(), PilotInstitution.Roma, file, DataOf(replica));
        await node.WaitUntilReadyAsync(_http, TimeProvider.System, CancellationToken.None);
        _replicas[replica] = node;
    }

    /// <summary>Starts the replicas that are away.</summary>
    public Task WholeAsync() => Task.WhenAll(Enumerable.Range(0, Replicas).Where(i => _replicas[i] is null).Select(StartAsync));

    /// <summary>Ends a replica's process with SIGKILL, at once and without a chance to write anything.</summary>
    public async Task KillAsync(int replica)
    {
        using var process = Process.GetProcessById(int.Parse(Ready(replica, "pid"), CultureInfo.InvariantCulture));
        var node = _replicas[replica]!;
        _replicas[replica] = null;
        process.Kill();
        await process.WaitForExitAsync();
        await node.DisposeAsync();
    }

    /// <summary>Partner, staff and web port of each replica.</summary>
    public IReadOnlyList<(int Partner, int Staff, int Web)> Ports() =>
        [.. Enumerable.Range(0, Replicas).Select(i => (new Uri(Ready(i, "partner")).Port, new Uri(Ready(i, "staff")).Port, new Uri(Ready(i, "web")).Port))];

    /// <summary>Token of the first replica's administrator.</summary>
    public string AdministratorToken() => File.ReadAllText(Path.Combine(DataOf(0), "admin.token")).Trim();

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas.Append(Madrid))
            if (replica is not null) await replica.DisposeAsync();
        await _balancer.DisposeAsync();
        Postgres.Dispose();
        _http.Dispose();
        _files.Leave();
    }

    private string DataOf(int replica) => Path.Combine(_files.Root, string.Create(CultureInfo.InvariantCulture, $"replica-{replica}"));

    private string Ready(int replica, string what)
    {
        using var ready = JsonDocument.Parse(File.ReadAllText(Path.Combine(DataOf(replica), "node.json")));
        return ready.RootElement.GetProperty(what).ToString();
    }
}
