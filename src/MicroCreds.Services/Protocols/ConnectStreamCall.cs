using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// A call that streams: messages in the frames of gRPC, JSON or binary, and a last frame that says how the call ended. The HTTP status is 200 in
/// any case. Source: Connect protocol reference, "Streaming-Request" and "Streaming-Response".
/// </summary>
internal sealed class ConnectStreamCall : TranslatedCall
{
    private const byte EndFlag = 0x02;

    private readonly bool _json;
    private readonly MethodDescriptor _method;
    private readonly PipeWriter _writer;
    private readonly Pipe _messages = new();
    private Task _pump = Task.CompletedTask;

    internal ConnectStreamCall(HttpContext context, MethodDescriptor method, bool json)
        : base(context)
    {
        (_json, _method) = (json, method);
        _writer = json ? new ConvertingPipeWriter(Connection.Writer, ToJson) : Connection.Writer;
        context.Response.OnStarting(() =>
        {
            context.Response.ContentType = json ? "application/connect+json" : "application/connect+proto";
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public override PipeReader Reader => _messages.Reader;

    /// <inheritdoc/>
    public override PipeWriter Writer => _writer;

    /// <inheritdoc/>
    protected override async ValueTask<bool> BeginAsync()
    {
        if (ConnectRequest.Refusal(Context, "connect-content-encoding") is { } refusal)
        {
            await EndAsync(RpcOutcome.Of(refusal));
            return false;
        }

        _pump = PumpAsync(Context.Request.BodyReader);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        await _messages.Reader.CompleteAsync();
        var outcome = TakeOutcome();
        await EndAsync(outcome);
        // The rest of the request is nobody's any more.
        Context.Request.BodyReader.CancelPendingRead();
        await _pump;
    }

    private async Task EndAsync(RpcOutcome outcome)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            if (outcome.Code != StatusCode.OK)
            {
                json.WritePropertyName("error");
                ConnectError.Write(json, outcome);
            }

            json.WriteEndObject();
        }

        Frame.WriteHeader(Connection.Writer, EndFlag, body.WrittenCount);
        Connection.Writer.Write(body.WrittenSpan);
        await PatientAnswer.TakenAsync(Context, Connection.Writer.FlushAsync(Context.RequestAborted));
        await Connection.CompleteAsync();
    }

    /// <summary>Turns the frames of the request into those of gRPC as they come. A frame that cannot be taken ends the call where gRPC reads it.</summary>
    private async Task PumpAsync(PipeReader source)
    {
        Exception? fault = null;
        UnfinishedRequest? unfinished = null;
        try
        {
            while (true)
            {
                unfinished?.Wait();
                var read = await source.ReadAsync(Context.RequestAborted);
                var rest = read.Buffer;
                try
                {
                    if (UnfinishedRequest.Refusal(ref unfinished, Context, source, read) is { } unread) throw unread.ToRpcException();
                    while (Frame.TryTake(ref rest, out var flags, out var message)) Take(flags, message);
                    if (Frame.LengthOf(rest, out _) > TransportLimits.MaxRequestBytes) throw WireRefusal.TooLarge().ToRpcException();
                    if (UnfinishedRequest.Refusal(ref unfinished, Context, source, new ReadResult(rest, read.IsCanceled, read.IsCompleted)) is { } refusal) throw refusal.ToRpcException();
                }
                finally
                {
                    source.AdvanceTo(rest.Start, read.Buffer.End);
                }

                var taken = await _messages.Writer.FlushAsync(Context.RequestAborted);
                if (read.IsCanceled || taken.IsCompleted) break;
                if (!read.IsCompleted) continue;
                if (!rest.IsEmpty) throw WireRefusal.Malformed("The request ends within a message.").ToRpcException();
                break;
            }
        }
        catch (BadHttpRequestException e)
        {
            // A stream is bounded as a whole here.
            fault = WireRefusal.Of(e).ToRpcException();
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or IOException)
        {
            fault = e;
        }

        await _messages.Writer.CompleteAsync(fault);
    }

    private void Take(byte flags, ReadOnlySequence<byte> message)
    {
        if (flags != 0) throw WireRefusal.Malformed("A message of the request carries a flag; this node takes uncompressed messages only.").ToRpcException();
        if (!_json)
        {
            Frame.WriteHeader(_messages.Writer, 0, checked((int)message.Length));
            foreach (var part in message) _messages.Writer.Write(part.Span);
            return;
        }

        using var json = new RequestBody(message);
        if (JsonMessages.ToBinary(json.Bytes, _method.InputType).Failed(out var problem, out var binary)) throw problem.ToRpcException();
        Frame.WriteHeader(_messages.Writer, 0, binary.Length);
        _messages.Writer.Write(binary);
    }

    private ReadOnlySequence<byte> ToJson(ReadOnlySequence<byte> written, IBufferWriter<byte> output)
    {
        while (Frame.TryTake(ref written, out _, out var message))
        {
            var json = JsonMessages.ToJson(message.ToArray(), _method.OutputType);
            Frame.WriteHeader(output, 0, json.Length);
            output.Write(json);
        }

        return written;
    }
}
