using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>A stream of answers inside one process. The writer waits for the reader, as over a wire; the reader may leave early.</summary>
internal sealed class InProcessStream<T>(int cutAfter) : IServerStreamWriter<T>, IAsyncStreamReader<T>, IDisposable where T : class, IMessage<T>
{
    private readonly Channel<T> _messages = Channel.CreateBounded<T>(1);
    private readonly CancellationTokenSource _left = new();
    private int _read;

    public WriteOptions? WriteOptions { get; set; }

    public T Current { get; private set; } = null!;

    /// <summary>Runs the answering side until it ends or the reader leaves.</summary>
    public void Run(Func<CancellationToken, Task> answer, CancellationToken cancellationToken)
    {
        _ = RunAsync();

        async Task RunAsync()
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _left.Token);
            try
            {
                await answer(either.Token);
                _messages.Writer.TryComplete();
            }
            catch (Exception e)
            {
                _messages.Writer.TryComplete(e);
            }
        }
    }

    public Task WriteAsync(T message) => _messages.Writer.WriteAsync(message.Clone(), _left.Token).AsTask();

    public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_read++ == cutAfter) throw new RpcException(new Status(StatusCode.Unavailable, "the connection ended"));
        if (!await _messages.Reader.WaitToReadAsync(cancellationToken)) return false;
        Current = await _messages.Reader.ReadAsync(cancellationToken);
        return true;
    }

    public void Dispose() => _left.Cancel();
}
