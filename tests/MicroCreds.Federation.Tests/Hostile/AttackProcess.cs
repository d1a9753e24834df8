using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Cli.Operations;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>The attackers' process as the test sees it.</summary>
internal sealed class AttackProcess : IAsyncDisposable
{
    private readonly Process _process;
    private volatile AttackState[] _states = [];

    private AttackProcess(Process process) => _process = process;

    /// <summary>How the attacks stand; empty before they have begun and after they have ended.</summary>
    public AttackState[] States => _states;

    /// <summary>Starts it.</summary>
    /// <param name="target">The node.</param>
    /// <param name="idle">Whether it gets only the processor's time that nobody else wants: the attackers of a node have machines of their own.</param>
    public static AttackProcess Start(AttackTarget target, bool idle)
    {
        var program = NodeProgram.Start(typeof(AttackProcess).Assembly.Location);
        string[] command = [.. idle ? ["chrt", "--idle", "0"] : Array.Empty<string>(), program.FileName, .. program.ArgumentList, Attackers.Mode, .. target.Arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var process = new Process { StartInfo = start };
        var attackers = new AttackProcess(process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) attackers._states = JsonSerializer.Deserialize<AttackState[]>(text) ?? [];
        };
        process.Start();
        process.BeginOutputReadLine();
        return attackers;
    }

    /// <summary>Begins attacks on the node or on the decoy, each made again and again for so many seconds, and waits until they have begun.</summary>
    public async Task BeginAsync(bool decoy, double share, double seconds, params Attack[] attacks)
    {
        await TellAsync(string.Create(CultureInfo.InvariantCulture, $"begin {(decoy ? "decoy" : "node")} {share} {seconds} {string.Join('|', attacks.Select(a => a.Name))}"));
        await TestFederation.UntilAsync("the attacks have begun", TimeSpan.FromSeconds(30), () => Task.FromResult(_states.Length == attacks.Length));
    }

    /// <summary>Ends them from the attackers' side.</summary>
    public async Task EndAsync()
    {
        await TellAsync("end");
        await TestFederation.UntilAsync("the attacks have ended", TimeSpan.FromSeconds(60), () => Task.FromResult(_states.Length == 0));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }
}
