using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MicroCreds.Services.Transport;

/// <summary>
/// Looks at what stands before each message of a call, as it comes: the flag, the length, whether the message is whole and the only one. The server itself takes
/// a wrong one for a failure of its own (UNKNOWN or INTERNAL, with an error logged); it is the caller's: INVALID_ARGUMENT, or RESOURCE_EXHAUSTED for a message that
/// claims to be larger than one may be. Source: gRPC over HTTP/2, "Length-Prefixed-Message".
/// </summary>
public sealed class MessageFraming : PipeReader, IRequestBodyPipeFeature
{
    private const int HeaderLength = 5;

    private readonly HttpContext _context;
    private readonly PipeReader _body;
    private readonly bool _one;
    private ReadOnlySequence<byte> _read;
    private UnfinishedRequest? _unfinished;
    private long _next;
    private int _messages;
    private bool _refused;

    private MessageFraming(HttpContext context, PipeReader body, bool one) => (_context, _body, _one) = (context, body, one);

    /// <summary>
    /// Puts the look between the body and everything that reads messages from it. A call of a method that is not there ends here too: the server would name no reason,
    /// and would take a path in another case, or with a slash at its end, for the method.
    /// </summary>
    public static IApplicationBuilder Use(IApplicationBuilder app) => app.Use(next => context =>
    {
        if (CallEndpoint.Of(context) is { } call)
        {
            CallTime.LeaveOutLongerDeadline(context.Request);
            context.Features[typeof(IRequestBodyPipeFeature)] = new MessageFraming(context, context.Request.BodyReader, call.TakesOneMessage);
        }
        else if (HttpMethods.IsPost(context.Request.Method) && context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            return TrailersOnly.WriteAsync(context, WireRefusal.NoSuchMethod());
        }

        return next(context);
    });

    /// <inheritdoc/>
    public PipeReader Reader => this;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            _unfinished?.Wait();
            // A fault of the body is reported by the wait alone; what has come is looked at at once.
            var read = _body.ReadAsync(cancellationToken);
            return read.IsCompletedSuccessfully ? new(Look(read.Result)) : LookAsync(read);
        }
        catch (Exception e) when (IsLeft(e))
        {
            throw Left();
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!_body.TryRead(out result)) return false;
        }
        catch (Exception e) when (IsLeft(e))
        {
            throw Left();
        }

        result = Look(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // What was refused has been given back.
        if (_refused) return;
        _next -= _read.Slice(0, consumed).Length;
        _read = default;
        try
        {
            _body.AdvanceTo(consumed, examined);
        }
        catch (Exception e) when (IsLeft(e))
        {
            throw Left();
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _body.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => _body.Complete(exception);

    private async ValueTask<ReadResult> LookAsync(ValueTask<ReadResult> read)
    {
        try
        {
            return Look(await read);
        }
        catch (BadHttpRequestException e)
        {
            _refused = true;
            throw WireRefusal.Of(e).ToRpcException();
        }
        catch (Exception e) when (IsLeft(e))
        {
            throw Left();
        }
    }

    // Whether the call's token says so by then is a matter of luck; without it the server takes it for a failure of its own.
    private static bool IsLeft(Exception e) => e is ConnectionAbortedException or (IOException and not BadHttpRequestException);

    private static RpcException Left() => new(new Status(StatusCode.Cancelled, "The caller took the call back."));

    private ReadResult Look(ReadResult result)
    {
        _read = result.Buffer;
        if (((result.IsCanceled ? null : Refusal(result)) ?? UnfinishedRequest.Refusal(ref _unfinished, _context, _body, result)) is { } refusal)
        {
            _refused = true;
            _body.AdvanceTo(_read.End);
            throw refusal.ToRpcException();
        }

        return result;
    }

    private Problem? Refusal(ReadResult result)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        while (_read.Length - _next >= HeaderLength)
        {
            _read.Slice(_next, HeaderLength).CopyTo(header);
            if (header[0] != 0) return WireRefusal.Malformed("A message carries a flag; this node takes uncompressed messages only.");
            var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
            if (length > TransportLimits.MaxRequestBytes) return WireRefusal.TooLarge();
            _messages++;
            _next += HeaderLength + length;
            if (_one) break;
        }

        // Whatever follows the one message, be it whole or not.
        if (_one && _messages > 0 && _read.Length > _next) return WireRefusal.Malformed("This method takes one message.");
        if (!result.IsCompleted) return null;
        if (_read.Length != _next) return WireRefusal.Malformed("The request ends within a message.");
        return _one && _messages == 0 ? WireRefusal.Malformed("The request has no message.") : null;
    }
}
