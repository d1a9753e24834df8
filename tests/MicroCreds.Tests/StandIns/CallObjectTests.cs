using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Call objects hand every question to the transport, in both forms of construction.</summary>
public sealed class CallObjectTests
{
    private static readonly Metadata Headers = new() { { "k", "header" } };
    private static readonly Metadata Trailers = new() { { "k", "trailer" } };
    private static readonly Status Ended = new(StatusCode.DataLoss, "lost");

    private readonly FakeStream _stream = new();
    private int _disposals;

    [Fact]
    public async Task a_unary_call_is_awaited_for_its_response()
    {
        foreach (var call in new[]
        {
            new AsyncUnaryCall<string>(Task.FromResult("r"), Task.FromResult(Headers), () => Ended, () => Trailers, () => _disposals++),
            new AsyncUnaryCall<string>(Task.FromResult("r"), HeadersOf, StatusOf, TrailersOf, DisposeOf, this),
        })
        {
            Assert.Equal("r", await call);
            Assert.Equal("r", await call.ConfigureAwait(true));
            Assert.Equal("r", await call.ResponseAsync);
            await AnswersAsync(call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call);
        }
        Assert.Equal(2, _disposals);
    }

    [Fact]
    public async Task a_client_streaming_call_is_awaited_for_its_response()
    {
        foreach (var call in new[]
        {
            new AsyncClientStreamingCall<string, string>(_stream, Task.FromResult("r"), Task.FromResult(Headers), () => Ended, () => Trailers, () => _disposals++),
            new AsyncClientStreamingCall<string, string>(_stream, Task.FromResult("r"), HeadersOf, StatusOf, TrailersOf, DisposeOf, this),
        })
        {
            Assert.Equal("r", await call);
            Assert.Equal("r", await call.ConfigureAwait(true));
            Assert.Same(_stream, call.RequestStream);
            await AnswersAsync(call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call);
        }
        Assert.Equal(2, _disposals);
    }

    [Fact]
    public async Task streaming_calls_offer_their_streams()
    {
        foreach (var call in new[]
        {
            new AsyncServerStreamingCall<string>(_stream, Task.FromResult(Headers), () => Ended, () => Trailers, () => _disposals++),
            new AsyncServerStreamingCall<string>(_stream, HeadersOf, StatusOf, TrailersOf, DisposeOf, this),
        })
        {
            Assert.Same(_stream, call.ResponseStream);
            await AnswersAsync(call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call);
        }
        foreach (var call in new[]
        {
            new AsyncDuplexStreamingCall<string, string>(_stream, _stream, Task.FromResult(Headers), () => Ended, () => Trailers, () => _disposals++),
            new AsyncDuplexStreamingCall<string, string>(_stream, _stream, HeadersOf, StatusOf, TrailersOf, DisposeOf, this),
        })
        {
            Assert.Same(_stream, call.RequestStream);
            Assert.Same(_stream, call.ResponseStream);
            await AnswersAsync(call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call);
        }
        Assert.Equal(4, _disposals);
    }

    [Fact]
    public async Task a_stream_is_read_to_its_end()
    {
        Assert.Equal(["a", "b"], await new FakeStream("a", "b").ReadAllAsync(CancellationToken.None).ToListAsync());

        IAsyncStreamReader<string> reader = new FakeStream("a");
        Assert.True(await reader.MoveNext());
        Assert.Equal("a", reader.Current);
        Assert.False(await reader.MoveNext());
    }

    [Fact]
    public async Task the_token_of_a_loop_reaches_the_reader()
    {
        using var source = new CancellationTokenSource();
        var stream = new FakeStream("a");

        await foreach (var _ in stream.ReadAllAsync(CancellationToken.None).WithCancellation(source.Token))
            Assert.Equal(source.Token, stream.LastToken);
    }

    [Fact]
    public void a_missing_stream_is_refused_before_the_loop() =>
        Assert.Throws<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync(CancellationToken.None));

    [Fact]
    public async Task a_writer_that_knows_no_cancellation_refuses_a_token_that_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        IAsyncStreamWriter<string> writer = _stream;

        await writer.WriteAsync("a", CancellationToken.None);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await writer.WriteAsync("b", source.Token));

        Assert.Equal(["a"], _stream.Written);
    }

    private static async Task AnswersAsync(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, IDisposable call)
    {
        Assert.Same(Headers, await headers);
        Assert.Equal(Ended, status());
        Assert.Same(Trailers, trailers());
        call.Dispose();
    }

    private static Task<Metadata> HeadersOf(object state) => Task.FromResult(Headers);

    private static Status StatusOf(object state) => Ended;

    private static Metadata TrailersOf(object state) => Trailers;

    private static void DisposeOf(object state) => ((CallObjectTests)state)._disposals++;

    private sealed class FakeStream(params string[] messages) : IClientStreamWriter<string>, IAsyncStreamReader<string>
    {
        private int _read;

        public List<string> Written { get; } = [];

        public CancellationToken LastToken { get; private set; }

        public WriteOptions? WriteOptions { get; set; }

        public string Current => messages[_read - 1];

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            LastToken = cancellationToken;
            return Task.FromResult(++_read <= messages.Length);
        }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
