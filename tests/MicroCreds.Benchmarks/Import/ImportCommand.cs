using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Benchmarks.Rules;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Sheets;
using EquivalenceRule = MicroCreds.Domain.Rules.EquivalenceRule;

namespace MicroCreds.Benchmarks.Import;

/// <summary>A large table through a running node: uploaded as CSV and as a workbook, published and exported, with what it costs in the store.</summary>
internal static class ImportCommand
{
    private const int ChunkBytes = 256 * 1024;
    private const int Publications = 3;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    internal static async Task<int> RunAsync(string[] args)
    {
        var count = args is ["--rules", var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : args.Length == 0 ? SheetReader.MaxRows : 0;
        if (count < 100)
        {
            Console.Error.WriteLine("Options: --rules N (100 or more).");
            return 2;
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"`import {string.Join(' ', args)}`; seconds of wall time at the client, the node in the same process; durable commits.");
        Console.WriteLine();
        var generated = new GeneratedTable(count, 1);
        // As tables are that can be published: nothing automatic for whoever asks for no awarding body, nothing that has ended.
        ImmutableArray<EquivalenceRule> rules = [.. generated.Rules.Select(r => r with { Automatic = r.Rank != RuleRank.Generic && r.Automatic, ValidUntil = null })];
        Sheet[] csv = [.. Enum.GetValues<SheetKind>().Select(kind => new Sheet { Kind = KindOf(kind), FileName = $"{kind}.csv", Content = UnsafeByteOperations.UnsafeWrap(SheetTable.Csv(kind, generated.Units, rules)) })];
        Sheet workbook = new() { Kind = Sheet.Types.Kind.Workbook, FileName = "table.xlsx", Content = UnsafeByteOperations.UnsafeWrap(SheetTable.Workbook(generated.Units, rules)) };
        await using var node = await TableHost.StartAsync(rules.SelectMany(r => r.Conditions).OfType<MicroCreds.Domain.Rules.RuleCondition.AwardingBody>().Select(c => c.Organisation).Distinct());
        Console.WriteLine("| what | MiB sent | receiving | reading | keeping | checking | in all | CPU | findings | store grows by MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, sheets) in new[] { ("CSV", csv), ("XLSX", [workbook]), ("CSV again, warm", csv), ("XLSX again, warm", [workbook]) }) await UploadAsync(node, name, sheets, count);
        await PublishAsync(node);
        await ExportAsync(node);
        await AskAsync(node, generated, [workbook]);
        return 0;
    }

    private static async Task UploadAsync(TableHost node, string name, Sheet[] sheets, int count)
    {
        var before = node.StoreBytes;
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var starts = new Dictionary<UploadProgress.Types.Phase, TimeSpan>();
        using var stream = new EquivalenceAdminService.EquivalenceAdminServiceClient(node.Invoker).UploadDraft(node.Headers);
        var sending = SendAsync(stream.RequestStream, sheets);
        ImportDraftResponse? result = null;
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (stream.ResponseStream.Current is { Progress: { } progress }) starts.TryAdd(progress.Phase, clock.Elapsed);
            else result = stream.ResponseStream.Current.Result;
        }

        await sending;
        var end = clock.Elapsed;
        if (result?.Draft.RuleCount != count) throw new InvalidOperationException($"{result?.Draft.RuleCount} rules were taken of {count}.");
        TimeSpan[] marks = [TimeSpan.Zero, starts[UploadProgress.Types.Phase.Reading], starts[UploadProgress.Types.Phase.Keeping], starts[UploadProgress.Types.Phase.Checking], end];
        var phases = string.Join(" | ", marks.Zip(marks.Skip(1), (from, to) => Seconds(to - from)));
        Console.WriteLine($"| {name} | {Mebibytes(sheets.Sum(s => (long)s.Content.Length))} | {phases} | {Seconds(end)} | {Seconds(Environment.CpuUsage.TotalTime - cpu)} | {result.FindingCount} | {Mebibytes(node.StoreBytes - before)} |");
    }

    private static async Task SendAsync(IClientStreamWriter<UploadDraftRequest> to, Sheet[] sheets)
    {
        await to.WriteAsync(new() { RequestId = RequestId.New().Value, TableId = "bench", Sheets = { sheets.Select(s => new Sheet { Kind = s.Kind, FileName = s.FileName }) } });
        for (var i = 0; i < sheets.Length; i++)
        {
            for (var at = 0; at < sheets[i].Content.Length; at += ChunkBytes)
                await to.WriteAsync(new() { Chunk = new() { SheetIndex = i, Content = UnsafeByteOperations.UnsafeWrap(sheets[i].Content.Memory.Slice(at, Math.Min(ChunkBytes, sheets[i].Content.Length - at))) } });
        }

        await to.CompleteAsync();
    }

    private static async Task PublishAsync(TableHost node)
    {
        var admin = new EquivalenceAdminService.EquivalenceAdminServiceClient(node.Invoker);
        var before = node.StoreBytes;
        var clock = Stopwatch.StartNew();
        try
        {
            var answer = await admin.PublishDraftAsync(Publication(), node.Headers);
            Console.WriteLine();
            Console.WriteLine($"Published {answer.Table.RuleCount} rules in {Seconds(clock.Elapsed)} s; the store grew by {Mebibytes(node.StoreBytes - before)} MiB to {Mebibytes(node.StoreBytes)} MiB.");
        }
        catch (RpcException e)
        {
            Console.WriteLine($"Not published after {Seconds(clock.Elapsed)} s: {e.Status.Detail}");
        }
    }

    private static PublishDraftRequest Publication() => new() { RequestId = RequestId.New().Value, TableId = "bench", Reasons = { new WarningReason { Reason = "Generated." } } };

    private static async Task ExportAsync(TableHost node)
    {
        foreach (var kind in (Sheet.Types.Kind[])[Sheet.Types.Kind.Rules, Sheet.Types.Kind.Workbook])
        {
            var clock = Stopwatch.StartNew();
            using var download = new EquivalenceAdminService.EquivalenceAdminServiceClient(node.Invoker).DownloadTable(new() { TableId = "bench", Version = 1, Kind = kind }, node.Headers);
            var bytes = 0;
            await foreach (var message in download.ResponseStream.ReadAllAsync()) bytes += message.Content.Length;
            Console.WriteLine($"Exported {kind} in {Seconds(clock.Elapsed)} s: {Mebibytes(bytes)} MiB.");
        }
    }

    // Partners ask one after the other while nothing else happens, and then while the table is uploaded and published again and again.
    private static async Task AskAsync(TableHost node, GeneratedTable generated, Sheet[] sheets)
    {
        var idle = await LatenciesAsync(node, generated, Task.Delay(Idle));
        var busy = await LatenciesAsync(node, generated, PublishAgainAsync(node, sheets));
        Console.WriteLine();
        Console.WriteLine("| a question to the node | answered | median ms | p99 ms | longest ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, times) in new[] { ("at rest", idle), ("while tables are uploaded and published", busy) })
            Console.WriteLine($"| {name} | {times.Count} | {Milliseconds(times[times.Count / 2])} | {Milliseconds(times[times.Count * 99 / 100])} | {Milliseconds(times[^1])} |");
        Console.WriteLine($"Ratios: median {busy[busy.Count / 2] / idle[idle.Count / 2]:0.0}, p99 {busy[busy.Count * 99 / 100] / idle[idle.Count * 99 / 100]:0.0}.");
    }

    private static async Task PublishAgainAsync(TableHost node, Sheet[] sheets)
    {
        for (var i = 0; i < Publications; i++)
        {
            using var stream = new EquivalenceAdminService.EquivalenceAdminServiceClient(node.Invoker).UploadDraft(node.Headers);
            var sending = SendAsync(stream.RequestStream, sheets);
            while (await stream.ResponseStream.MoveNext(CancellationToken.None))
            {
            }

            await sending;
            await new EquivalenceAdminService.EquivalenceAdminServiceClient(node.Invoker).PublishDraftAsync(Publication(), node.Headers);
        }
    }

    private static async Task<List<TimeSpan>> LatenciesAsync(TableHost node, GeneratedTable generated, Task until)
    {
        var client = new EquivalenceService.EquivalenceServiceClient(node.Invoker);
        var times = new List<TimeSpan>();
        for (var i = 0; !until.IsCompleted || times.Count < 100; i++)
        {
            var input = generated.Inputs[i % generated.Inputs.Length];
            var start = Stopwatch.GetTimestamp();
            await client.FindEquivalencesAsync(new() { Achievement = new() { AwardingBody = input.AwardingBody.Value, Code = input.Achievement.Codes[0], AwardedDate = "2025-06-01" } }, node.Headers);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        await until;
        times.Sort();
        return times;
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);

    private static Sheet.Types.Kind KindOf(SheetKind kind) => Enum.Parse<Sheet.Types.Kind>(kind.ToString());

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
