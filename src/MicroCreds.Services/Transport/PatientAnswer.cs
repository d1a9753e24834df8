using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>Writes an answer that is there as a whole, piece by piece, and ends the connection of a caller who does not take the next piece in time.</summary>
public static class PatientAnswer
{
    // Written whole, it would be kept once for everybody who asks and does not read.
    private const int Piece = 16 * 1024;

    /// <summary>Writes <paramref name="answer"/> as the body; its length is set here, its type before.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentLength = answer.Length;
        while (!answer.IsEmpty)
        {
            var piece = answer[..Math.Min(Piece, answer.Length)];
            answer = answer[piece.Length..];
            await TakenAsync(context, context.Response.BodyWriter.WriteAsync(piece, context.RequestAborted));
        }
    }

    /// <summary>Waits until what was written is taken, and no longer than a caller is waited for.</summary>
    internal static async ValueTask TakenAsync(HttpContext context, ValueTask<FlushResult> flush)
    {
        if (flush.IsCompleted)
        {
            await flush;
            return;
        }

        using var late = new CancellationTokenSource(TransportLimits.Stalled);
        using var ended = late.Token.UnsafeRegister(static context => End((HttpContext?)context), context);
        await flush;
    }

    private static void End(HttpContext? context)
    {
        if (context is null) return;
        Doorway.LetGo(context);
        context.Abort();
    }
}
