using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Storage;

/// <summary>A process that writes is killed again and again; what it acknowledged is there, and nothing is there in part (exchange reference B.1, row 1).</summary>
public sealed class SqliteCrashTests : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task keeps_what_was_acknowledged_by_a_process_that_is_killed()
    {
        var path = _directory.File("a.db");
        var cases = new Dictionary<CaseId, int>();
        var received = new Dictionary<long, string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            // Each time a little later in the writer's life, so that the kills meet different moments.
            foreach (var line in await AcknowledgedAsync(path, linesBeforeKill: 1 + (kill * 37)))
            {
                if (line is ["case", var id, var count, "."]) cases[CaseId.Parse(id)] = Math.Max(int.Parse(count, CultureInfo.InvariantCulture), cases.GetValueOrDefault(CaseId.Parse(id)));
                if (line is ["received", var digest, var sequence, "."]) received[long.Parse(sequence, CultureInfo.InvariantCulture)] = digest;
            }

            await using var database = await CrashWriter.OpenAsync(path);
            Assert.Empty(await database.CheckAsync(CancellationToken.None));
            foreach (var (id, count) in cases) Assert.InRange((await database.Cases.FindAsync(id, CancellationToken.None))?.EventCount ?? 0, count, int.MaxValue);
            var stream = await database.Statements.IncomingStreamAsync(CrashWriter.Partner, CancellationToken.None);
            Assert.InRange(stream.Head.Sequence, received.Keys.DefaultIfEmpty().Max(), long.MaxValue);
            Assert.All(received.Where(r => r.Key == stream.Head.Sequence), r => Assert.Equal(r.Value, stream.Head.Head?.Value));
        }
        Assert.NotEmpty(cases);
        Assert.NotEmpty(received);
    }

    private static async Task<List<string[]>> AcknowledgedAsync(string path, int linesBeforeKill)
    {
        using var writer = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(CrashWriter).Assembly.Location, CrashWriter.Mode, path]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("The writer did not start.");
        var errors = writer.StandardError.ReadToEndAsync();
        var lines = new List<string[]>();
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line.Split(' '));
            if (lines.Count == linesBeforeKill) writer.Kill();
        }
        await writer.WaitForExitAsync();
        Assert.True(lines.Count >= linesBeforeKill, await errors);
        return lines;
    }
}
