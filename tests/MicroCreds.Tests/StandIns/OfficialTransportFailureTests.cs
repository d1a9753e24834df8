using Grpc.Core;
using Grpc.Net.Client;

namespace MicroCreds.Tests.StandIns;

/// <summary>The official client and server run on the stand-ins: how calls end early.</summary>
public sealed class OfficialTransportFailureTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private EchoServer _server = null!;
    private CallInvoker _client = null!;

    public async Task InitializeAsync()
    {
        _server = await EchoServer.StartAsync();
        _client = _server.Connect();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task a_refusal_arrives_with_status_detail_and_trailers()
    {
        var failure = await FailureOfAsync("refuse"u8.ToArray());

        Assert.Equal((StatusCode.FailedPrecondition, "già deciso: 100 %"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("DECIDED", failure.Trailers.GetValue("reason"));
        Assert.Equal([0, 1, 254, 255], failure.Trailers.GetValueBytes("grpc-status-details-bin"));
    }

    [Fact]
    public async Task a_status_set_by_the_handler_arrives() =>
        Assert.Equal(StatusCode.AlreadyExists, (await FailureOfAsync("set status"u8.ToArray())).StatusCode);

    [Fact]
    public async Task an_exception_of_the_handler_arrives_without_its_message()
    {
        var failure = await FailureOfAsync("break"u8.ToArray());

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_deadline_ends_the_call_on_both_sides()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);

        var failure = await FailureOfAsync("wait"u8.ToArray(), new CallOptions(deadline: deadline));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await _server.Signals.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task a_deadline_in_the_past_ends_the_call_at_once()
    {
        var failure = await FailureOfAsync([1], new CallOptions(deadline: DateTime.UnixEpoch));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task cancelling_the_client_cancels_the_handler()
    {
        using var source = new CancellationTokenSource();
        using var call = _client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(cancellationToken: source.Token), "wait"u8.ToArray());
        await _server.Signals.Waiting.Task.WaitAsync(Patience);

        await source.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await _server.Signals.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task disposing_a_stream_cancels_the_handler()
    {
        var call = _client.AsyncServerStreamingCall(EchoMethods.ServerStreaming, null, new CallOptions(), []);
        await _server.Signals.Waiting.Task.WaitAsync(Patience);

        call.Dispose();

        await _server.Signals.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task status_and_trailers_cannot_be_read_before_the_end()
    {
        using var call = _client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), "wait"u8.ToArray());
        await _server.Signals.Waiting.Task.WaitAsync(Patience);

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(call.GetTrailers);
    }

    [Fact]
    public async Task the_server_refuses_a_message_over_its_limit()
    {
        Assert.Equal(StatusCode.ResourceExhausted, (await FailureOfAsync(new byte[EchoServer.LargestMessage + 1])).StatusCode);

        var largest = new byte[EchoServer.LargestMessage];
        Assert.Equal(largest, await _client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), largest));
    }

    [Fact]
    public async Task the_client_refuses_a_message_over_its_limit()
    {
        var client = _server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 100 });

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), new byte[101]));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task an_unknown_method_is_unimplemented()
    {
        var unknown = new Method<byte[], byte[]>(
            MethodType.Unary, "test.Echo", "Absent", EchoMethods.Unary.RequestMarshaller, EchoMethods.Unary.ResponseMarshaller);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.AsyncUnaryCall(unknown, null, new CallOptions(), []));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    private async Task<RpcException> FailureOfAsync(byte[] request, CallOptions options = default) =>
        await Assert.ThrowsAsync<RpcException>(async () => await _client.AsyncUnaryCall(EchoMethods.Unary, null, options, request));
}
