using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroCreds.Cli.Pilot;
using Xunit.Abstractions;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>
/// A node as a process of its own under every attack, with honest callers beside it. Here all attacks are made at once and small; with
/// <c>MICROCREDS_HOSTILE=1</c> each is made whole and alone, and the table in <c>tests/hostile.md</c> is written anew.
/// </summary>
public sealed class HostileCallerTests(ITestOutputHelper output)
{
    private const int MostMebibytes = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    // The suite shares its machine with other tests, and the node with every attack at once.
    private static readonly TimeSpan PatienceAtOnce = TimeSpan.FromSeconds(70);

    // The server says it of connections that it cut off amid their answers; they are gone all the same.
    private const string NeverCompleted = "\"EventId\":23,";
    private readonly List<string> _faults = [];

    [Fact]
    public async Task honest_callers_keep_their_answers_and_hostile_ones_are_gone()
    {
        var whole = Environment.GetEnvironmentVariable("MICROCREDS_HOSTILE");
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        using var target = await HostileTarget.OfAsync(federation);
        await using var honest = new HonestCallers(target);
        await TestFederation.UntilAsync("honest callers are answered", TimeSpan.FromSeconds(10), () => Task.FromResult(honest.Answers > 50));

        var rows = new StringBuilder();
        if (whole is null) await AttackAsync(target, honest, 0.02, "all", [.. Attack.All]);
        foreach (var attack in Attack.All.Where(a => whole == "1" || whole is not null && whole.Split(';').Any(part => a.Name.Contains(part, StringComparison.Ordinal))))
        {
            var row = await AttackAsync(target, honest, 1, attack.Name, attack);
            output.WriteLine(row);
            rows.Append(CultureInfo.InvariantCulture, $"| {attack.Name} | {attack.Sent} | {row} |\n");
            if (whole is not null) await HostileTable.WriteAsync(rows.ToString());
        }

        Assert.True(_faults.Count == 0, string.Join("\n", _faults));
    }

    private static bool IsError(string line) =>
        (line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)) && !line.Contains(NeverCompleted, StringComparison.Ordinal);

    private async Task<string> AttackAsync(HostileTarget target, HonestCallers honest, double share, string name, params Attack[] attacks)
    {
        var patience = attacks.Length == 1 ? Patience : PatienceAtOnce;
        honest.Read();
        await Task.Delay(share < 1 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(3));
        var (before, connections, begin, most) = (honest.Read(), target.Connections, Stopwatch.GetTimestamp(), 0);
        var sieges = attacks.Select(_ => new Siege(target, share)).ToArray();
        try
        {
            var sending = Task.WhenAll(attacks.Zip(sieges, (attack, siege) => attack.RunAsync(siege)));
            var gone = TimeSpan.Zero;
            // A few honest connections come and go meanwhile.
            while (!sending.IsCompleted || sieges.Any(s => s.Open > 0) || target.Connections > connections + 4 || Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(3))
            {
                most = Math.Max(most, target.Mebibytes);
                gone = Stopwatch.GetElapsedTime(begin);
                if (gone > 2 * Patience) break;
                await Task.Delay(50);
            }

            var during = honest.Read();
            var left = string.Join("; ", attacks.Zip(sieges).Where(p => p.Second.Open > 0).Select(p => $"{p.First.Name}: {p.Second.Open} open"));
            foreach (var (attack, siege) in attacks.Zip(sieges)) output.WriteLine($"{attack.Name}: {siege.Saw}; longest {siege.Longest.TotalSeconds:0.0} s");
            if (!honest.Faults.IsEmpty) _faults.Add($"{name}: {honest.Faults.Count} honest calls failed: {string.Join("\n", honest.Faults.Take(5))}");
            var longest = sieges.Max(s => s.Longest);
            if (left.Length > 0 || longest > patience || gone > 2 * Patience)
                _faults.Add($"{name}: after {gone.TotalSeconds:0} s still there: {left}; the longest stayed {longest.TotalSeconds:0} s, the node holds {target.Connections - connections} connections more than before.");
            if (most >= MostMebibytes) _faults.Add($"{name}: the node used {most} MiB.");
            var errors = File.ReadLines(target.Log).Where(IsError).Take(3).ToArray();
            if (errors.Length > 0) _faults.Add($"{name}: the node logged errors of its own: {string.Join("\n", errors)}");
            _faults.AddRange(attacks.Zip(sieges).Where(p => p.Second.Saw.Length == 0).Select(p => $"{p.First.Name}: nothing came back."));
            honest.Faults.Clear();
            foreach (var siege in sieges) await siege.EndAsync();
            await sending;
            return string.Create(CultureInfo.InvariantCulture, $"{sieges[0].Saw} | {before.P99:0.0} | {during.P99:0.0} | {most} | {longest.TotalSeconds:0.0} s");
        }
        finally
        {
            foreach (var siege in sieges) siege.Dispose();
        }
    }
}
