using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// A call of one message each way as plain HTTP: the message is the body, a refusal is a JSON object with an HTTP status of its own.
/// Source: Connect protocol reference, "Unary-Request" and "Unary-Response".
/// </summary>
internal sealed class ConnectUnaryCall(HttpContext context, MethodDescriptor method, bool json) : TranslatedCall(context)
{
    private readonly ConvertingPipeWriter _writer = new(null, null);
    private PipeReader _reader = context.Request.BodyReader;

    /// <inheritdoc/>
    public override PipeReader Reader => _reader;

    /// <inheritdoc/>
    public override PipeWriter Writer => _writer;

    /// <summary>Nothing goes out before the status is known.</summary>
    public override Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async ValueTask<bool> BeginAsync()
    {
        if (ConnectRequest.Refusal(Context, "content-encoding") is { } refusal)
        {
            await ConnectError.WriteAsync(Context, refusal);
            return false;
        }

        if (await RequestBody.ReadAsync(Context, (problem, status) => ConnectError.WriteAsync(Context, problem, status)) is not { } body) return false;
        if (FrameOf(body).Failed(out var problem, out var frame))
        {
            await ConnectError.WriteAsync(Context, problem);
            return false;
        }

        _reader = PipeReader.Create(new ReadOnlySequence<byte>(frame));
        return true;
    }

    private Result<ReadOnlyMemory<byte>> FrameOf(RequestBody body)
    {
        using (body)
        {
            var message = body.Bytes;
            if (json)
            {
                if (JsonMessages.ToBinary(message, method.InputType).Failed(out var problem, out var binary)) return problem;
                message = binary;
            }

            var frame = new ArrayBufferWriter<byte>(Frame.HeaderLength + message.Length);
            Frame.WriteHeader(frame, 0, message.Length);
            frame.Write(message.Span);
            return frame.WrittenMemory;
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        var outcome = TakeOutcome();
        if (outcome.Code != StatusCode.OK)
        {
            await ConnectError.WriteAsync(Context, outcome);
            return;
        }

        var message = _writer.Written[Frame.HeaderLength..];
        var body = json ? JsonMessages.ToJson(message.Span, method.OutputType) : message;
        var response = Context.Response;
        response.ContentType = json ? "application/json" : "application/proto";
        await PatientAnswer.WriteAsync(Context, body);
    }
}
