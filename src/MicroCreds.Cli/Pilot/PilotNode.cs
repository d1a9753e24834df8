using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Operations;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Pilot;

/// <summary>
/// A node as a process of its own. It ends with this program: in order when it is disposed, and by the end of its standard input when this
/// program is killed.
/// </summary>
internal sealed class PilotNode : IAsyncDisposable
{
    private const int KeptLines = 15;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Queue<string> _lastLines = new();
    private readonly string _dataDirectory;
    private NodeClient? _client;

    private PilotNode(PilotInstitution institution, Process process, StreamWriter log, string dataDirectory) =>
        (Institution, _process, _log, _dataDirectory) = (institution, process, log, dataDirectory);

    /// <summary>Institution hosted.</summary>
    public PilotInstitution Institution { get; }

    /// <summary>Its gRPC services, called as the node's own administrator. Only when ready.</summary>
    public NodeClient Client => _client ?? throw new InvalidOperationException("The node is not ready.");

    /// <summary>Address of the console.</summary>
    public string Web { get; private set; } = "";

    /// <summary>Address that signs in once.</summary>
    public string SignIn { get; private set; } = "";

    /// <summary>File with the administrator's token.</summary>
    public string TokenFile => Path.Combine(_dataDirectory, "admin.token");

    /// <summary>The node's log.</summary>
    public string LogFile => Path.Combine(_dataDirectory, "node.log");

    /// <summary>Starts the process. It is not ready yet.</summary>
    /// <exception cref="CommandFailure">The program cannot be started.</exception>
    public static PilotNode Start(string program, PilotFiles files, PilotInstitution institution) =>
        Start(program, institution, PilotConsortium.ConfigurationOf(files, institution), files.DataOf(institution));

    /// <summary>The same, with a configuration and a data directory that need not be the institution's only ones.</summary>
    internal static PilotNode Start(string program, PilotInstitution institution, string configuration, string data)
    {
        Directory.CreateDirectory(data);
        var log = new StreamWriter(Path.Combine(data, "node.log")) { AutoFlush = true };
        var start = NodeProgram.Start(program);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError, start.CreateNoWindow, start.WorkingDirectory) = (true, true, true, true, data);
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(configuration);
        start.ArgumentList.Add("--exit-with-parent=true");
        // Three nodes start at once on few cores: quick code first, better code when it runs long.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var node = new PilotNode(institution, process, log, data);
        process.OutputDataReceived += (_, line) => node.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => node.Keep(line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw CommandFailure.Of($"The node cannot be started: {e.Message}", "Name the node's program with --node-program, and check that dotnet is in PATH.", program, e);
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Waits until the node says it is ready.</summary>
    /// <exception cref="CommandFailure">The node ended, or is not ready in time; its last log lines are in the message.</exception>
    public async Task WaitUntilReadyAsync(HttpClient http, TimeProvider clock, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + StartTimeout;
        while (!await TryConnectAsync(http, clock, cancellationToken))
        {
            if (_process.HasExited) throw Failed($"The node of {Institution.Organisation} ended with exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)} while it started.");
            if (clock.GetUtcNow() > deadline) throw Failed($"The node of {Institution.Organisation} is not ready after {StartTimeout.TotalSeconds:0} seconds.");
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Completes when the process ends, with the failure that says so.</summary>
    public async Task<CommandFailure> WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return Failed($"The node of {Institution.Organisation} ended with exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}.");
    }

    /// <summary>Ends the process: asks by closing its standard input, then kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopTimeout);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            Kill();
        }
        _process.Dispose();
        lock (_lastLines) _log.Dispose();
    }

    private async Task<bool> TryConnectAsync(HttpClient http, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            using var node = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_dataDirectory, "node.json"), cancellationToken));
            if (node.RootElement.GetProperty("pid").GetInt32() != _process.Id) return false;
            Web = node.RootElement.GetProperty("web").GetString() ?? "";
            using var ready = await http.GetAsync($"{Web}/readyz", cancellationToken);
            if (!ready.IsSuccessStatusCode) return false;
            SignIn = node.RootElement.GetProperty("signIn").GetString() ?? "";
            _client = new NodeClient(new Uri(node.RootElement.GetProperty("staff").GetString() ?? ""), (await File.ReadAllTextAsync(TokenFile, cancellationToken)).Trim(), clock);
            return true;
        }
        catch (Exception e) when (e is IOException or JsonException or HttpRequestException or UriFormatException or KeyNotFoundException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Not written yet, half written, or too busy to answer: it is asked again.
            return false;
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It never started, or ended in the meantime.
        }
    }

    private CommandFailure Failed(string what)
    {
        string[] lines;
        lock (_lastLines) lines = [.. _lastLines];
        return CommandFailure.Of(lines.Length == 0 ? what : $"{what} Its last words:\n{string.Join('\n', lines)}", "The whole log stands there.", LogFile);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            if (_log.BaseStream is null) return;
            _log.WriteLine(line);
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
        }
    }
}
