using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>HAProxy with the configuration that is shipped, in which ports and addresses are put in and nothing else is changed.</summary>
internal sealed class TestHaproxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _file;

    /// <param name="replicas">Partner, staff and web port of each replica.</param>
    /// <param name="partner">Port for partners; 0 for any.</param>
    public TestHaproxy(IReadOnlyList<(int Partner, int Staff, int Web)> replicas, int partner = 0)
    {
        var ports = FreePorts.Choose(3);
        (Partner, Staff, Web) = (partner > 0 ? partner : ports[0], ports[1], ports[2]);
        var shipped = File.ReadAllText(Path.Combine(TestFederation.Repository, "compose", "haproxy.cfg"));
        var text = Regex.Replace(shipped, @"server node-(\d) node-\d:(\d+)", match =>
        {
            var of = replicas[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - 1];
            var port = match.Groups[2].Value switch { "7443" => of.Partner, "7080" => of.Staff, _ => of.Web };
            return string.Create(CultureInfo.InvariantCulture, $"server node-{match.Groups[1].Value} 127.0.0.1:{port} port {of.Web}");
        });
        text = text.Replace("bind :7443", $"bind 127.0.0.1:{Partner}", StringComparison.Ordinal)
            .Replace("bind 127.0.0.1:7080", $"bind 127.0.0.1:{Staff}", StringComparison.Ordinal).Replace("bind 127.0.0.1:7081", $"bind 127.0.0.1:{Web}", StringComparison.Ordinal);
        _file = Path.Combine(Path.GetTempPath(), $"mcf-haproxy-{Environment.ProcessId}-{Staff}.cfg");
        File.WriteAllText(_file, text);
        _process = Process.Start(new ProcessStartInfo(HaproxyFactAttribute.Haproxy, ["-db", "-f", _file]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("HAProxy was not started.");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Port for partners.</summary>
    public int Partner { get; }

    /// <summary>Port for staff.</summary>
    public int Staff { get; }

    /// <summary>Port for browsers.</summary>
    public int Web { get; }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_file);
    }
}
