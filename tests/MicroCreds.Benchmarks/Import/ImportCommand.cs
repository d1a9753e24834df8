using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Benchmarks.Rules;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Sheets;

namespace MicroCreds.Benchmarks.Import;

/// <summary>A large table through a running node: uploaded as CSV and as a workbook, published and exported, with what it costs in the store.</summary>
internal static class ImportCommand
{
    private const int ChunkBytes = 256 * 1024;

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
        Sheet[] csv = [.. Enum.GetValues<SheetKind>().Select(kind => new Sheet { Kind = KindOf(kind), FileName = $"{kind}.csv", Content = UnsafeByteOperations.UnsafeWrap(SheetTable.Csv(kind, generated.Units, generated.Rules)) })];
        Sheet workbook = new() { Kind = Sheet.Types.Kind.Workbook, FileName = "table.xlsx", Content = UnsafeByteOperations.UnsafeWrap(SheetTable.Workbook(generated.Units, generated.Rules)) };
        await using var node = await TableHost.StartAsync();
        Console.WriteLine("| what | MiB sent | receiving | reading | keeping | checking | in all | findings | store grows by MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, sheets) in new[] { ("CSV", csv), ("XLSX", [workbook]), ("CSV again, warm", csv), ("XLSX again, warm", [workbook]) }) await UploadAsync(node, name, sheets, count);
        await PublishAsync(node);
        return 0;
    }

    private static async Task UploadAsync(TableHost node, string name, Sheet[] sheets, int count)
    {
        var before = node.StoreBytes;
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
        Console.WriteLine($"| {name} | {Mebibytes(sheets.Sum(s => (long)s.Content.Length))} | {phases} | {Seconds(end)} | {result.FindingCount} | {Mebibytes(node.StoreBytes - before)} |");
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
            var answer = await admin.PublishDraftAsync(new() { RequestId = RequestId.New().Value, TableId = "bench" }, node.Headers);
            Console.WriteLine();
            Console.WriteLine($"Published {answer.Table.RuleCount} rules in {Seconds(clock.Elapsed)} s; the store grew by {Mebibytes(node.StoreBytes - before)} MiB to {Mebibytes(node.StoreBytes)} MiB.");
        }
        catch (RpcException e)
        {
            Console.WriteLine($"Not published after {Seconds(clock.Elapsed)} s: {e.Status.Detail}");
        }
    }

    private static Sheet.Types.Kind KindOf(SheetKind kind) => Enum.Parse<Sheet.Types.Kind>(kind.ToString());

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
