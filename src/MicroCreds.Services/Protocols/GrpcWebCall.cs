using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// A call of gRPC-Web: the frames of gRPC, the trailers as a last frame of their own, and in the text form everything in base64.
/// Source: gRPC-Web protocol, "Protocol differences vs gRPC over HTTP2".
/// </summary>
internal sealed class GrpcWebCall : TranslatedCall
{
    private const byte TrailersFlag = 0x80;

    private readonly bool _text;
    private readonly string _type;
    private readonly PipeWriter _writer;
    private PipeReader _reader;

    internal GrpcWebCall(HttpContext context, bool text)
        : base(context)
    {
        (_text, _reader) = (text, context.Request.BodyReader);
        _type = text ? "application/grpc-web-text+proto" : "application/grpc-web+proto";
        _writer = text ? new ConvertingPipeWriter(Connection.Writer, ToBase64) : Connection.Writer;
    }

    /// <inheritdoc/>
    public override PipeReader Reader => _reader;

    /// <inheritdoc/>
    public override PipeWriter Writer => _writer;

    /// <inheritdoc/>
    protected override async ValueTask<bool> BeginAsync()
    {
        if (_text && !await DecodeAsync()) return false;
        Context.Response.OnStarting(() =>
        {
            Context.Response.ContentType = _type;
            return Task.CompletedTask;
        });
        return true;
    }

    /// <summary>Puts the frames in the place of their text; false when the text is none, which has been answered then.</summary>
    private async ValueTask<bool> DecodeAsync()
    {
        if (await RequestBody.ReadAsync(Context, (problem, _) => TrailersOnly.WriteAsync(Context, problem, _type)) is not { } body) return false;
        if (FromBase64(body) is not { } frames)
        {
            await TrailersOnly.WriteAsync(Context, WireRefusal.Malformed("The body is not base64."), _type);
            return false;
        }

        _reader = PipeReader.Create(new ReadOnlySequence<byte>(frames));
        return true;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        // The status of a call without a message stands among the headers already, which the protocol allows.
        if (Trailers.Count == 0)
        {
            await Connection.CompleteAsync();
            return;
        }

        var text = new StringBuilder();
        foreach (var (name, values) in Trailers)
            foreach (var value in values) text.Append(name.ToLowerInvariant()).Append(": ").Append(value).Append("\r\n");
        var block = Encoding.ASCII.GetBytes(text.ToString());
        Frame.WriteHeader(_writer, TrailersFlag, block.Length);
        _writer.Write(block);
        await PatientAnswer.TakenAsync(Context, _writer.FlushAsync(Context.RequestAborted));
        await Connection.CompleteAsync();
    }

    private static ReadOnlySequence<byte> ToBase64(ReadOnlySequence<byte> written, IBufferWriter<byte> output)
    {
        var bytes = written.ToArray();
        var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out var length);
        output.Advance(length);
        return written.Slice(written.End);
    }

    /// <summary>Bytes of a text of base64 pieces, each of which may end with padding; null when it is none.</summary>
    private static byte[]? FromBase64(RequestBody body)
    {
        using (body) return FromBase64(body.Bytes.Span);
    }

    private static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        var (read, written) = (0, 0);
        while (read < text.Length)
        {
            var padding = text[read..].IndexOf((byte)'=');
            var end = padding < 0 ? text.Length : Math.Min(text.Length, read + ((padding + 4) / 4 * 4));
            if (Base64.DecodeFromUtf8(text[read..end], bytes.AsSpan(written), out var consumed, out var decoded) != OperationStatus.Done || consumed == 0) return null;
            (read, written) = (end, written + decoded);
        }

        return bytes[..written];
    }
}
