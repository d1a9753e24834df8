using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Output;
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
    private readonly Task<CommandFailure>?[] _ends = new Task<CommandFailure>?[Replicas];
    private readonly Func<int, string> _storeOf;
    private readonly TestBalancer? _balancer;

    private ReplicatedNode(PilotConsortium consortium, PilotFiles files, TestPostgres postgres, Func<int, string> storeOf, IReadOnlyList<int> ports, int partners, bool behindHaproxy)
    {
        (Consortium, _files, Postgres, _storeOf) = (consortium, files, postgres, storeOf);
        Ports = [.. ports.Chunk(3).Select(p => (p[0], p[1], p[2]))];
        if (behindHaproxy) Haproxy = new TestHaproxy(Ports, partners);
        else _balancer = new TestBalancer(partners, () => [.. Enumerable.Range(0, Replicas).Where(i => _replicas[i] is not null).Select(i => new IPEndPoint(IPAddress.Loopback, Ports[i].Partner))]);
    }

    public TestPostgres Postgres { get; }

    /// <summary>What partners' calls come through; null when that is a stand-in.</summary>
    public TestHaproxy? Haproxy { get; }

    /// <summary>Partner, staff and web port of each replica.</summary>
    public IReadOnlyList<(int Partner, int Staff, int Web)> Ports { get; }

    public PilotConsortium Consortium { get; }

    /// <summary>The partner.</summary>
    public PilotNode Madrid { get; private set; } = null!;

    /// <summary>A replica; the next one that is up when it is not.</summary>
    public PilotNode this[int replica] => Enumerable.Range(replica, Replicas).Select(i => _replicas[i % Replicas]).First(node => node is not null)!;

    /// <summary>Starts everything, with a server of its own.</summary>
    public static Task<ReplicatedNode> StartAsync()
    {
        var postgres = new TestPostgres();
        return StartAsync(postgres, _ => postgres.Address, behindHaproxy: false);
    }

    /// <summary>Starts everything; a replica reaches the server by an address of its own.</summary>
    public static async Task<ReplicatedNode> StartAsync(TestPostgres postgres, Func<int, string> storeOf, bool behindHaproxy)
    {
        var (files, ports) = (PilotFiles.Create(null), FreePorts.Choose(PilotInstitution.All.Count + (3 * Replicas)));
        var partners = PilotInstitution.All.Zip(ports).ToDictionary(p => p.First, p => p.Second);
        var consortium = PilotConsortium.Create(files, partners, TimeProvider.System.GetUtcNow());
        var node = new ReplicatedNode(consortium, files, postgres, storeOf, ports[PilotInstitution.All.Count..], partners[PilotInstitution.Roma], behindHaproxy);
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
        settings["Store"] = _storeOf(replica);
        settings["KeysDirectory"] = Path.Combine(shared, "keys");
        var (partner, staff, web) = Ports[replica];
        foreach (var (door, port) in new[] { ("Partner", partner), ("Staff", staff), ("Web", web) }) settings["Endpoints"]![door] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var keys = Path.Combine(shared, PilotInstitution.Roma.Organisation.Value, "keys");
        settings["Institutions"]![0]!["KeysDirectory"] = keys;
        if (!File.Exists(Path.Combine(keys, "learner.secret"))) PilotFiles.WriteSecret(Path.Combine(keys, "learner.secret"), Convert.ToBase64String(new byte[32]));
        var file = $"{DataOf(replica)}.json";
        await File.WriteAllTextAsync(file, configuration.ToJsonString());
        var node = PilotNode.Start(TestFederation.Program(), PilotInstitution.Roma, file, DataOf(replica));
        await node.WaitUntilReadyAsync(_http, TimeProvider.System, CancellationToken.None);
        (_replicas[replica], _ends[replica]) = (node, node.WaitForEndAsync(CancellationToken.None));
    }

    /// <summary>Starts the replicas that are away.</summary>
    public Task WholeAsync() => Task.WhenAll(Enumerable.Range(0, Replicas).Where(i => _replicas[i] is null).Select(StartAsync));

    /// <summary>Throws when a replica ended by itself, with what its log says of errors.</summary>
    public async Task NoneEndedByItselfAsync()
    {
        for (var i = 0; i < Replicas; i++)
        {
            if (_replicas[i] is not { } node || _ends[i] is not { IsCompleted: true } end) continue;
            var errors = File.ReadLines(node.LogFile).Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal));
            throw new InvalidOperationException($"Replica {i}: {(await end).Message} Errors in its log:\n{string.Join('\n', errors.TakeLast(20))}");
        }
    }

    /// <summary>Ends a replica's process with SIGKILL, at once and without a chance to write anything.</summary>
    public async Task KillAsync(int replica)
    {
        using var process = Process.GetProcessById(ProcessOf(replica));
        var node = _replicas[replica]!;
        _replicas[replica] = null;
        process.Kill();
        await process.WaitForExitAsync();
        await node.DisposeAsync();
    }

    /// <summary>Stops a replica's process without ending it, for as long as <paramref name="pause"/>.</summary>
    public async Task PauseAsync(int replica, TimeSpan pause)
    {
        var process = ProcessOf(replica).ToString(CultureInfo.InvariantCulture);
        await SignalAsync("-STOP");
        try
        {
            await Task.Delay(pause);
        }
        finally
        {
            await SignalAsync("-CONT");
        }

        async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [signal, process]);
            await kill.WaitForExitAsync();
            Assert.Equal(0, kill.ExitCode);
        }
    }

    /// <summary>Configuration file of a replica, or of the partner's node, for the program's operations.</summary>
    public string ConfigurationOf(int? replica) => replica is { } one ? $"{DataOf(one)}.json" : PilotConsortium.ConfigurationOf(_files, PilotInstitution.Madrid);

    /// <summary>Token of the first replica's administrator.</summary>
    public string AdministratorToken() => File.ReadAllText(Path.Combine(DataOf(0), "admin.token")).Trim();

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas.Append(Madrid))
            if (replica is not null) await replica.DisposeAsync();
        if (_balancer is not null) await _balancer.DisposeAsync();
        if (Haproxy is not null) await Haproxy.DisposeAsync();
        Postgres.Dispose();
        _http.Dispose();
        _files.Leave();
    }

    private string DataOf(int replica) => Path.Combine(_files.Root, string.Create(CultureInfo.InvariantCulture, $"replica-{replica}"));

    private int ProcessOf(int replica)
    {
        using var ready = JsonDocument.Parse(File.ReadAllText(Path.Combine(DataOf(replica), "node.json")));
        return ready.RootElement.GetProperty("pid").GetInt32();
    }
}
