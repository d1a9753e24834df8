using Grpc.Core;
using MicroCreds.Services;
using MicroCreds.Services.Transport;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>A stream waits for its caller for so long and no longer, in both directions.</summary>
public sealed class TimedStreamTests
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private readonly TestClock _clock = new(TestNode.Start);
    private readonly Stream _stream = new();
    private int _late;

    [Fact]
    public async Task an_answer_that_is_not_taken_ends_the_stream()
    {
        var answers = new TimedResponseStream<string>(_stream, _clock, () => _late++);
        var write = answers.WriteAsync("answer", CancellationToken.None);
        await LateAsync(write, TransportLimits.Stalled, "answer");
    }

    [Fact]
    public async Task an_answer_that_is_taken_does_not()
    {
        var answers = new TimedResponseStream<string>(_stream, _clock, () => _late++);
        var write = answers.WriteAsync("answer", CancellationToken.None);
        _clock.Advance(TransportLimits.Stalled - Instant);
        _stream.Taken.SetResult();
        await write;
        _clock.Advance(TransportLimits.Stalled);
        await answers.WriteAsync("taken at once");
        Assert.Equal(0, _late);
    }

    [Fact]
    public async Task a_call_does_not_end_under_an_answer_that_the_server_still_holds()
    {
        using var left = new CancellationTokenSource();
        var write = new TimedResponseStream<string>(_stream, _clock, () => _late++).WriteAsync("answer", left.Token);
        await left.CancelAsync();
        Assert.False(write.IsCompleted);
        _stream.Taken.SetCanceled();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(0, _late);
    }

    [Fact]
    public Task a_question_that_does_not_come_ends_the_stream() =>
        LateAsync(new TimedRequestStream<string>(_stream, _clock, () => _late++).MoveNext(CancellationToken.None), TransportLimits.NextMessage, "next_message");

    [Fact]
    public async Task a_caller_that_leaves_amid_its_questions_is_no_failure_of_the_node()
    {
        _stream.Questions.SetException(new IOException("The client reset the request stream."));
        var failure = await Assert.ThrowsAsync<RpcException>(() => new TimedRequestStream<string>(_stream, _clock, () => _late++).MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.Cancelled, 0), (failure.StatusCode, _late));
    }

    private async Task LateAsync(Task waits, TimeSpan limit, string name)
    {
        _clock.Advance(limit - Instant);
        Assert.False(waits.IsCompleted);
        _clock.Advance(Instant);
        var refusal = await RpcRefusal.Expect(StatusCode.DeadlineExceeded, "TIME_EXCEEDED", ["limit", "limit_value"], () => waits);
        Assert.Equal((name, $"{limit.TotalMilliseconds}", 1), (refusal["limit"], refusal["limit_value"], _late));
    }

    private sealed class Stream : IServerStreamWriter<string>, IAsyncStreamReader<string>
    {
        public TaskCompletionSource Taken { get; } = new();

        public TaskCompletionSource<bool> Questions { get; } = new();

        public WriteOptions? WriteOptions { get; set; }

        public string Current => "";

        public Task WriteAsync(string message) => Taken.Task;

        public Task WriteAsync(string message, CancellationToken cancellationToken) => Taken.Task;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Questions.Task;
    }
}
