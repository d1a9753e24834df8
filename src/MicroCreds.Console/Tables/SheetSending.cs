using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Tables;

/// <summary>Sends the sheets of an import to the node in chunks, since they may be larger than one message.</summary>
internal static class SheetSending
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>What the node answers once it has every sheet.</summary>
    /// <exception cref="RpcException">The node refuses, or is away.</exception>
    public static async Task<ImportDraftResponse> SendAsync(this NodeClient node, ImportDraftRequest import, CancellationToken cancellationToken)
    {
        using var stream = node.EquivalenceAdmin.UploadDraft(node.LongCall(cancellationToken));
        try
        {
            await stream.RequestStream.WriteAsync(
                new UploadDraftRequest
                {
                    RequestId = import.RequestId, Institution = import.Institution, TableId = import.TableId, Etag = import.Etag, ValidateOnly = import.ValidateOnly, Mode = import.Mode,
                    Sheets = { import.Sheets.Select(s => new Sheet { Kind = s.Kind, FileName = s.FileName }) },
                },
                cancellationToken);
            for (var i = 0; i < import.Sheets.Count; i++)
            {
                var content = import.Sheets[i].Content.Memory;
                for (var at = 0; at < content.Length; at += ChunkBytes)
                {
                    var chunk = UnsafeByteOperations.UnsafeWrap(content.Slice(at, Math.Min(ChunkBytes, content.Length - at)));
                    await stream.RequestStream.WriteAsync(new UploadDraftRequest { Chunk = new SheetChunk { SheetIndex = i, Content = chunk } }, cancellationToken);
                }
            }

            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // A node that refuses says why in its answer, and takes no more.
        }

        // Progress is for callers that can show it: a page without script is answered once.
        await foreach (var answer in stream.ResponseStream.ReadAllAsync(cancellationToken))
        {
            if (answer.Result is { } result) return result;
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "The node ended the call without a result."));
    }
}
