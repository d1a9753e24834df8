using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Issuing;
using MicroCreds.Cli.Pilot;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests;

/// <summary>The institutions of the pilot as real processes, with the pilot's keys, trust list and published tables, to be called and killed by a test.</summary>
internal sealed class TestFederation : IAsyncDisposable
{
    private readonly PilotFiles _files;
    private readonly PilotConsortium _consortium;
    private readonly ConcurrentDictionary<PilotInstitution, PilotNode> _nodes = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private TestFederation(PilotFiles files, PilotConsortium consortium) => (_files, _consortium) = (files, consortium);

    /// <summary>Root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Folder with everything; goes away with the federation.</summary>
    public PilotFiles Files => _files;

    public PilotNode this[PilotInstitution institution] => _nodes[institution];

    /// <summary>Starts the nodes of <paramref name="institutions"/>; the first has its tables published and grade tables put.</summary>
    public static Task<TestFederation> StartAsync(params PilotInstitution[] institutions) => StartAsync(_ => { }, institutions);

    /// <summary>The same with nodes whose configuration is changed first.</summary>
    public static async Task<TestFederation> StartAsync(Action<JsonObject> configure, params PilotInstitution[] institutions)
    {
        var files = PilotFiles.Create(null);
        var ports = FreePorts.Choose(PilotInstitution.All.Count);
        var consortium = PilotConsortium.Create(files, PilotInstitution.All.Zip(ports).ToDictionary(p => p.First, p => p.Second), TimeProvider.System.GetUtcNow());
        var federation = new TestFederation(files, consortium);
        foreach (var file in institutions.Select(i => PilotConsortium.ConfigurationOf(files, i)))
        {
            var configuration = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
            configure(configuration);
            await File.WriteAllTextAsync(file, configuration.ToJsonString());
        }

        await Task.WhenAll(institutions.Select(federation.StartAsync));
        await PublishAsync(federation[institutions[0]].Client);
        return federation;
    }

    /// <summary>Starts a node and waits until it is ready.</summary>
    public async Task StartAsync(PilotInstitution institution)
    {
        var node = PilotNode.Start(Program(), _files, institution);
        _nodes[institution] = node;
        await node.WaitUntilReadyAsync(_http, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Ends a node's process with SIGKILL, at once and without a chance to write anything.</summary>
    public async Task KillAsync(PilotInstitution institution)
    {
        using (var ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_files.DataOf(institution), "node.json"))))
        using (var process = Process.GetProcessById(ready.RootElement.GetProperty("pid").GetInt32()))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await _nodes[institution].DisposeAsync();
    }

    /// <summary>Ends a node in order.</summary>
    public async Task StopAsync(PilotInstitution institution) => await _nodes[institution].DisposeAsync();

    /// <summary>A credential of the pilot's university that its published rule grants automatically, of a learner of its own.</summary>
    public byte[] StatisticsOf(string learner) => StatisticsOf(_consortium, learner);

    /// <summary>A credential of the pilot's volunteering organisation that goes before an officer, of a learner of its own.</summary>
    public byte[] VolunteeringOf(string learner) => VolunteeringOf(_consortium, learner);

    /// <summary>See <see cref="StatisticsOf(string)"/>.</summary>
    public static byte[] StatisticsOf(PilotConsortium consortium, string learner) => Issue("statistics.claims.json", consortium.SealOf(PilotInstitution.Madrid), learner);

    /// <summary>See <see cref="VolunteeringOf(string)"/>.</summary>
    public static byte[] VolunteeringOf(PilotConsortium consortium, string learner) => Issue("volunteering.claims.json", consortium.SealOf(PilotInstitution.Voluntariado), learner);

    /// <summary>A request that submits to <c>uni-roma.example</c>.</summary>
    public static SubmitCredentialRequest Submission(byte[] credential, string unit) => new()
    {
        RequestId = RequestId.New().Value,
        Institution = PilotInstitution.Roma.Organisation.Value,
        Credential = ByteString.CopyFrom(credential),
        Target = new() { Programme = "L-19", Unit = unit },
    };

    /// <summary>Submits to <c>uni-roma.example</c> through a node, again with the same request id while a node is away.</summary>
    public async Task<RecognitionCase> SubmitAsync(PilotInstitution through, byte[] credential, CancellationToken cancellationToken, string unit = "STAT")
    {
        var request = Submission(credential, unit);
        return (await RetryAsync(() => this[through], node => node.Client.Recognition.SubmitCredentialAsync(request, node.Client.Call(cancellationToken)).ResponseAsync, cancellationToken)).RecognitionCase;
    }

    /// <summary>Calls until the node answers; a node that is being started again has another address.</summary>
    public static async Task<T> RetryAsync<T>(Func<PilotNode> node, Func<PilotNode, Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call(node());
            }
            catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException
                || e is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Aborted or StatusCode.Unauthenticated })
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task UntilAsync(string what, TimeSpan patience, Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < patience, $"After {patience.TotalSeconds} s it still does not hold that {what}.");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values) await node.DisposeAsync();
        _http.Dispose();
        _files.Leave();
    }

    private static byte[] Issue(string shipped, SealingCertificate seal, string learner)
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped(shipped))!.AsObject();
        claims["credential_id"] = $"urn:credential:{learner}";
        claims["holder"]!["identifier"] = $"urn:schac:personalUniqueCode:int:esi:uni-roma.example:{learner}";
        claims["awarded_on"] = "2026-06-30";
        return IssueCommand.Issue(IssueCommand.ReadClaims(claims.ToJsonString(), learner), seal, TimeProvider.System.GetUtcNow(), learner);
    }

    /// <summary>Publishes the pilot's tables at a node and puts the grade tables.</summary>
    public static async Task PublishAsync(NodeClient client)
    {
        foreach (var grades in new[] { "uni-roma.grades.json", "uni-madrid.grades.json" })
            await client.Grades.PutGradeTableAsync(new() { RequestId = RequestId.New().Value, Table = JsonParser.Default.Parse<GradeTable>(PilotFiles.Shipped(grades)) }, client.Call(CancellationToken.None));
        var import = new ImportDraftRequest { RequestId = RequestId.New().Value, TableId = "micro-credentials" };
        foreach (var (kind, name) in new[] { (Sheet.Types.Kind.Units, "units.csv"), (Sheet.Types.Kind.Outcomes, "outcomes.csv"), (Sheet.Types.Kind.Rules, "rules.csv") })
            import.Sheets.Add(new Sheet { Kind = kind, FileName = name, Content = ByteString.CopyFromUtf8(PilotFiles.Shipped(name)) });
        await client.EquivalenceAdmin.ImportDraftAsync(import, client.Call(CancellationToken.None));
        await client.EquivalenceAdmin.PublishDraftAsync(new() { RequestId = RequestId.New().Value, TableId = "micro-credentials" }, client.Call(CancellationToken.None));
    }

    /// <summary>The node's program.</summary>
    // artifacts/bin/MicroCreds.Federation.Tests/<configuration>/ stands beside artifacts/bin/MicroCreds.Node/<configuration>/.
    public static string Program()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", "MicroCreds.Node", Path.GetFileName(here), "MicroCreds.Node.dll"));
    }

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "MicroCredsFederation.sln"))) return directory.FullName;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
