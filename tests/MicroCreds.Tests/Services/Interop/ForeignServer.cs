using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Vectors;

namespace MicroCreds.Tests.Services.Interop;

/// <summary>A server written by others that plays a partner: a script of <c>tests/interop</c> as a process. It ends when its input does, in whatever way this process ends.</summary>
internal sealed class ForeignServer : IAsyncDisposable
{
    public const string ConnectNode = "@connectrpc/connect-node";
    public const string PythonGrpcio = "Python grpcio (Debian)";
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Scripts = Path.Combine(VectorDataAttribute.Root, "..", "interop");

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly string _folder;

    private ForeignServer(Process process, string folder) => (_process, _error, _folder) = (process, process.StandardError.ReadToEndAsync(), folder);

    /// <summary>Loopback port it listens at.</summary>
    public int Port { get; private set; }

    /// <summary>Why a server cannot be started here; null when it can.</summary>
    public static string? Missing(string server) => server switch
    {
        ConnectNode when !Directory.Exists(Path.Combine(Scripts, "node_modules", "@connectrpc", "connect-node")) => "npm ci was not run in tests/interop",
        ConnectNode when !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "node"))) => "Node.js is not on the path",
        PythonGrpcio when !File.Exists(Python) || !Directory.Exists("/usr/lib/python3/dist-packages/grpc") => "Debian's package python3-grpcio is not installed",
        _ => null,
    };

    /// <summary>Starts a server with its own certificate, which takes callers with one certificate alone.</summary>
    public static async Task<ForeignServer> StartAsync(string server, X509Certificate2 own, X509Certificate2 caller)
    {
        var folder = Directory.CreateTempSubdirectory("mcf-test-server-").FullName;
        string[] files = [.. ((string[])["key.pem", "certificate.pem", "caller.pem", "contract.binpb"]).Select(name => Path.Combine(folder, name))];
        using (var key = own.GetECDsaPrivateKey()!) await File.WriteAllTextAsync(files[0], key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(files[1], own.ExportCertificatePem());
        await File.WriteAllTextAsync(files[2], caller.ExportCertificatePem());
        await using (var contract = typeof(ErrorReason).Assembly.GetManifestResourceStream("contract.binpb")!)
        await using (var file = File.Create(files[3])) await contract.CopyToAsync(file);

        var (program, script) = server == ConnectNode ? ("node", "server.mjs") : (Python, "server.py");
        var process = Process.Start(new ProcessStartInfo(program, [Path.Combine(Scripts, script), .. files])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} could not be started.");
        var started = new ForeignServer(process, folder);
        started.Port = (int)(await started.SaidAsync("port"))["port"]!;
        return started;
    }

    /// <summary>The next thing that it says it saw, which must be of this kind.</summary>
    public async Task<JsonObject> SaidAsync(string kind)
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException(await _error);
        var said = JsonNode.Parse(line)!.AsObject();
        Assert.True(said.ContainsKey(kind), line);
        return said;
    }

    /// <summary>Ends its process with SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
