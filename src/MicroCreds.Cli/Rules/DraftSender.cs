using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Rules;

/// <summary>Sends sheets to a node in chunks and shows people how far it is, on standard error.</summary>
internal static class DraftSender
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Sends the sheets with their contents and answers the result.</summary>
    public static async Task<ImportDraftResponse> SendAsync(NodeCall call, UploadDraftRequest first, IReadOnlyList<ByteString> contents, CancellationToken cancellationToken)
    {
        ImportDraftResponse? result = null;
        if (call.Output.Json) result = await ExchangeAsync(call, first, contents, _ => { }, cancellationToken);
        else
        {
            await call.Output.Aside.Progress().AutoClear(true).StartAsync(async progress =>
            {
                var total = contents.Sum(content => (long)content.Length);
                var task = progress.AddTask("sending", maxValue: total);
                result = await ExchangeAsync(call, first, contents, step => Show(task, step), cancellationToken);
            });
        }

        return result ?? throw CommandFailure.Of("The node ended the call without a result.", "Send the same again with the same --request-id.");
    }

    private static void Show(ProgressTask task, UploadProgress step)
    {
        task.Value = step.ReceivedBytes;
        task.IsIndeterminate = step.Phase != UploadProgress.Types.Phase.Receiving;
        task.Description = step.Phase == UploadProgress.Types.Phase.Receiving ? "sending" : $"{PlainText.Of(step.Phase)}: {step.ReadRows:N0} rows read";
    }

    private static async Task<ImportDraftResponse?> ExchangeAsync(NodeCall call, UploadDraftRequest first, IReadOnlyList<ByteString> contents, Action<UploadProgress> show, CancellationToken cancellationToken)
    {
        // As long as it takes: the node says how far it is.
        using var stream = call.Node.EquivalenceAdmin.UploadDraft(call.Node.Watch(cancellationToken));
        var answers = ReadAsync(stream.ResponseStream, show, cancellationToken);
        try
        {
            await stream.RequestStream.WriteAsync(first, cancellationToken);
            for (var i = 0; i < contents.Count; i++)
            {
                for (var at = 0; at < contents[i].Length; at += ChunkBytes)
                {
                    var chunk = contents[i].Memory.Slice(at, Math.Min(ChunkBytes, contents[i].Length - at));
                    await stream.RequestStream.WriteAsync(new() { Chunk = new() { SheetIndex = i, Content = UnsafeByteOperations.UnsafeWrap(chunk) } }, cancellationToken);
                }
            }

            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // A node that refuses says why in its answer, and takes no more.
        }

        return await answers;
    }

    private static async Task<ImportDraftResponse?> ReadAsync(IAsyncStreamReader<UploadDraftResponse> answers, Action<UploadProgress> show, CancellationToken cancellationToken)
    {
        ImportDraftResponse? result = null;
        while (await answers.MoveNext(cancellationToken))
        {
            if (answers.Current.StepCase == UploadDraftResponse.StepOneofCase.Progress) show(answers.Current.Progress);
            else result = answers.Current.Result;
        }

        return result;
    }
}
