using System.Buffers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// A message that a request has as text or in another frame, the only one or one of a stream, in memory that is lent for as long as it is looked at: large ones of many callers at
/// once would otherwise each cost new memory, and everybody the pause in which that is collected.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private readonly int _length;
    private byte[] _lent;

    /// <summary>What has come whole.</summary>
    internal RequestBody(ReadOnlySequence<byte> bytes)
    {
        _length = checked((int)bytes.Length);
        _lent = ArrayPool<byte>.Shared.Rent(_length);
        bytes.CopyTo(_lent);
    }

    /// <summary>The bytes, until disposed.</summary>
    internal ReadOnlyMemory<byte> Bytes => _lent.AsMemory(0, _length);

    /// <summary>Gives the memory back: before anything is waited for.</summary>
    public void Dispose()
    {
        if (_lent is []) return;
        ArrayPool<byte>.Shared.Return(_lent);
        _lent = [];
    }

    /// <summary>The whole body, to be disposed; null when it is not whole, which has been answered then: too large, too slow, malformed, or the caller is gone.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refuse">Answers with why it could not be read, and the HTTP status when it is not that of the reason.</param>
    internal static async ValueTask<RequestBody?> ReadAsync(HttpContext context, Func<Problem, int?, Task> refuse)
    {
        var reader = context.Request.BodyReader;
        UnfinishedRequest? unfinished = null;
        try
        {
            while (true)
            {
                unfinished?.Wait();
                var read = await reader.ReadAsync(context.RequestAborted);
                if (UnfinishedRequest.Refusal(ref unfinished, context, reader, read) is { } refusal)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    await refuse(refusal, null);
                    return null;
                }

                if (read.IsCompleted)
                {
                    var body = new RequestBody(read.Buffer);
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                // It stays where the server put it, in memory that connections are lent in turn as well.
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e)
        {
            await refuse(WireRefusal.Of(e), e.StatusCode);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            return null;
        }
    }
}
