using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroCreds.Benchmarks.Wire;

/// <summary>A server in a process of its own, and what a load of calls by <c>h2load</c> makes of it.</summary>
internal sealed partial class MeasuredServer : IDisposable
{
    /// <summary>A call that does nothing.</summary>
    internal const string Empty = "/grpc.health.v1.Health/Check";

    private readonly Process _process;

    private MeasuredServer(string name, Process process, string address, string partner, string token) => (Name, _process, Address, Partner, Token) = (name, process, address, partner, token);

    internal string Name { get; }

    /// <summary>Where it is called without TLS.</summary>
    internal string Address { get; }

    /// <summary>Where it is called by TLS 1.3 with a client's certificate.</summary>
    internal string Partner { get; }

    internal string Token { get; }

    /// <summary>Starts a server of its kind; its log goes to a file, as an operator's would.</summary>
    internal static MeasuredServer Start(string name, string folder, string[] kind, string? dataDirectory)
    {
        var self = Environment.ProcessPath ?? "dotnet";
        string[] arguments = [.. Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(MeasuredServer).Assembly.Location] : Array.Empty<string>(), "wire-server", .. kind];
        var line = $"exec '{self}' {string.Join(' ', arguments.Select(a => $"'{a}'"))} > '{Path.Combine(folder, $"{name.Replace(' ', '-')}.log")}'";
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", line]) 
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            // The collector that servers are shipped with.
            Environment = { ["DOTNET_gcServer"] = "1", ["DOTNET_gcConcurrent"] = "1" },
        }) ?? throw new InvalidOperationException("bash does not start.");
        if (dataDirectory is null)
        {
            var addresses = (process.StandardError.ReadLine() ?? "").Split(' ');
            return new(name, process, addresses[0], addresses[^1], "");
        }

        var ready = Path.Combine(dataDirectory, "node.json");
        while (!File.Exists(ready))
        {
            if (process.HasExited) throw new InvalidOperationException(process.StandardError.ReadToEnd());
            Thread.Sleep(50);
        }

        using var places = JsonDocument.Parse(File.ReadAllText(ready));
        return new(name, process, places.RootElement.GetProperty("staff").GetString() ?? "", places.RootElement.GetProperty("partner").GetString() ?? "", File.ReadAllText(Path.Combine(dataDirectory, "admin.token")).Trim());
    }

    /// <summary>Calls as often as it goes, over one connection for each 32 calls at once, as many as the node takes on one, and answers calls per second and what each cost the server.</summary>
    internal Load Run(bool json, string token, int calls, int atOnce, string folder)
    {
        var body = Path.Combine(folder, json ? "empty.json" : "empty.bin");
        File.WriteAllBytes(body, json ? "{}"u8.ToArray() : new byte[5]);
        var before = Used();
        using var load = Start(Empty, body, json, token, atOnce, "-n", $"{calls}");
        var text = load.StandardOutput.ReadToEnd();
        load.WaitForExit();
        var after = Used();
        if (!text.Contains($"{calls} succeeded", StringComparison.Ordinal) || !text.Contains("0 4xx, 0 5xx", StringComparison.Ordinal)) throw new InvalidOperationException($"{Name} did not answer every call:\n{text}");
        return Load.Of(double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), calls, before, after);
    }

    /// <summary>The same by a partner: <c>nghttp</c>, since h2load shows no certificate, for each connection, with as many calls at once as the server takes on one.</summary>
    /// <param name="keys">Folder with the partner's <c>tls.crt</c> and <c>tls.key</c>.</param>
    /// <param name="calls">Calls in all.</param>
    /// <param name="connections">Connections, with a process each.</param>
    /// <param name="folder">Where the body of a call is put.</param>
    internal Load RunByPartner(string keys, int calls, int connections, string folder)
    {
        var body = Path.Combine(folder, "empty.bin");
        File.WriteAllBytes(body, new byte[5]);
        var before = Used();
        var begin = Stopwatch.GetTimestamp();
        // It believes in a hundred calls at once until the server has told it otherwise.
        string[] arguments =
        [
            "-n", "-y", "--no-dep", "-M", "32", "-m", $"{calls / connections}", "--cert", Path.Combine(keys, "tls.crt"), "--key", Path.Combine(keys, "tls.key"),
            "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers", Partner + Empty,
        ];
        var partners = Enumerable.Range(0, connections).Select(_ => Process.Start(new ProcessStartInfo("nghttp", arguments) { RedirectStandardError = true }) ?? throw new InvalidOperationException("nghttp does not start.")).ToList();
        foreach (var partner in partners)
        {
            var text = partner.StandardError.ReadToEnd();
            partner.WaitForExit();
            if (partner.ExitCode != 0 || text.Length > 0) throw new InvalidOperationException($"{Name} did not answer every call:\n{text}");
            partner.Dispose();
        }

        var time = Stopwatch.GetElapsedTime(begin);
        return Load.Of(calls / time.TotalSeconds, calls, before, Used());
    }

    /// <summary>Calls a method for some time, and answers calls per second once it is over.</summary>
    internal async Task<double> FloodAsync(string method, string body, int atOnce, TimeSpan time)
    {
        using var load = Start(method, body, json: false, Token, atOnce, "-D", string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}"));
        var text = await load.StandardOutput.ReadToEndAsync();
        await load.WaitForExitAsync();
        return double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private Process Start(string method, string body, bool json, string token, int atOnce, params string[] howLong)
    {
        string[] headers = json ? ["content-type: application/json"] : ["content-type: application/grpc", "te: trailers"];
        if (token.Length > 0) headers = [.. headers, $"authorization: Bearer {token}"];
        string[] arguments = [.. howLong, "-c", $"{Math.Max(1, atOnce / 32)}", "-m", $"{Math.Min(32, atOnce)}", "-t", "1", "-d", body, .. headers.SelectMany(h => new[] { "-H", h }), Address + method];
        return Process.Start(new ProcessStartInfo("h2load", arguments) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("h2load does not start.");
    }

    private (long Bytes, double CpuMilliseconds) Used()
    {
        _process.StandardInput.WriteLine();
        while (_process.StandardError.ReadLine() is { } line)
            if (Answer().IsMatch(line)) return WireServer.Read(line);
        throw new InvalidOperationException($"{Name} has ended.");
    }

    [GeneratedRegex(@"([0-9.]+) req/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"^\d+ [0-9.]+$")]
    private static partial Regex Answer();
}

/// <summary>What a load of calls made of a server.</summary>
/// <param name="PerSecond">Calls per second.</param>
/// <param name="CpuMicroseconds">Time of the server's processor for each call.</param>
/// <param name="Bytes">Bytes the server allocated for each call.</param>
internal sealed record Load(double PerSecond, double CpuMicroseconds, double Bytes)
{
    /// <summary>From what the server had used before and after.</summary>
    internal static Load Of(double perSecond, int calls, (long Bytes, double CpuMilliseconds) before, (long Bytes, double CpuMilliseconds) after) =>
        new(perSecond, (after.CpuMilliseconds - before.CpuMilliseconds) * 1000 / calls, (double)(after.Bytes - before.Bytes) / calls);
}
