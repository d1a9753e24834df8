using System.Text;
using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Echoes; a few unary requests are commands.</summary>
internal sealed class EchoService(EchoSignals signals) : EchoServiceBase
{
    public override async Task<byte[]> Unary(byte[] request, ServerCallContext context)
    {
        switch (Encoding.UTF8.GetString(request))
        {
            case "refuse":
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, "già deciso: 100 %"),
                    new Metadata { { "reason", "DECIDED" }, { "grpc-status-details-bin", [0, 1, 254, 255] } });
            case "set status":
                context.Status = new Status(StatusCode.AlreadyExists, "twice");
                return [];
            case "break":
                throw new InvalidOperationException("secret");
            case "wait":
                await WaitAsync(context.CancellationToken);
                return [];
            case "describe":
                return Encoding.UTF8.GetBytes(string.Join(
                    '|',
                    context.Method,
                    context.Peer.Split(':')[0],
                    context.AuthContext.IsPeerAuthenticated,
                    context.Deadline.Kind,
                    context.RequestHeaders.GetValue("authorization"),
                    string.Join(",", context.RequestHeaders.GetAll(RecordingInterceptor.Key).Select(header => header.Value))));
            default:
                await context.WriteResponseHeadersAsync(
                    new Metadata { { "x-text", context.RequestHeaders.GetValue("X-Text") ?? "" }, { "x-bytes-bin", context.RequestHeaders.GetValueBytes("x-bytes-bin") ?? [] } });
                context.ResponseTrailers.Add("x-last", "trailer");
                return request;
        }
    }

    public override async Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context)
    {
        foreach (var part in request)
            await responseStream.WriteAsync([part], context.CancellationToken);
        if (request.Length == 0)
            await WaitAsync(context.CancellationToken);
    }

    public override async Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requestStream, ServerCallContext context) =>
        [.. (await requestStream.ReadAllAsync(context.CancellationToken).ToListAsync(context.CancellationToken)).SelectMany(message => message)];

    public override async Task DuplexStreaming(
        IAsyncStreamReader<byte[]> requestStream, IServerStreamWriter<byte[]> responseStream, ServerCallContext context)
    {
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(message);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        signals.Waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            signals.Cancelled.TrySetResult();
            throw;
        }
    }
}
