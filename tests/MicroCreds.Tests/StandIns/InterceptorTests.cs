using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MicroCreds.Tests.StandIns;

/// <summary>Interceptors before an invoker.</summary>
public sealed class InterceptorTests
{
    private readonly RecordingCallInvoker _behind = new();

    [Fact]
    public void interceptors_of_one_list_are_passed_in_its_order()
    {
        CallAllKinds(_behind.Intercept(new RecordingInterceptor("1"), new RecordingInterceptor("2"), new RecordingInterceptor("3")));

        Assert.Equal(
            [
                "blocking at channel with 1,2,3", "unary at channel with 1,2,3", "server streaming at channel with 1,2,3",
                "client streaming at channel with 1,2,3", "duplex streaming at channel with 1,2,3",
            ],
            _behind.Calls);
    }

    [Fact]
    public void of_chained_interceptors_the_last_added_is_passed_first()
    {
        Call(_behind.Intercept(new RecordingInterceptor("1")).Intercept(new RecordingInterceptor("2")).Intercept(new RecordingInterceptor("3")));

        Assert.Equal(["unary at channel with 3,2,1"], _behind.Calls);
    }

    [Fact]
    public void a_function_changes_headers()
    {
        var invoker = _behind.Intercept(headers => [.. headers, new Metadata.Entry("k", "added")]);

        CallAllKinds(invoker);
        invoker.BlockingUnaryCall(EchoMethods.Unary, null, new CallOptions(new Metadata { { "k", "given" } }), []);

        Assert.All(_behind.Calls.SkipLast(1), call => Assert.EndsWith(" with added", call, StringComparison.Ordinal));
        Assert.EndsWith(" with given,added", _behind.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void a_channel_is_intercepted_like_its_invoker()
    {
        var channel = new InvokerChannel(_behind);

        Call(channel.Intercept(new RecordingInterceptor("1")));
        Call(channel.Intercept(new RecordingInterceptor("1"), new RecordingInterceptor("2")));
        Call(channel.Intercept(_ => new Metadata { { "k", "function" } }));

        Assert.Equal(["unary at channel with 1", "unary at channel with 1,2", "unary at channel with function"], _behind.Calls);
    }

    [Fact]
    public void an_interceptor_that_overrides_nothing_changes_nothing()
    {
        CallAllKinds(_behind.Intercept(new Transparent()));

        Assert.Equal(5, _behind.Calls.Count);
        Assert.All(_behind.Calls, call => Assert.EndsWith(" at channel with ", call, StringComparison.Ordinal));
    }

    [Fact]
    public void refuses_null()
    {
        Assert.Throws<ArgumentNullException>(() => _behind.Intercept((Interceptor)null!));
        Assert.Throws<ArgumentNullException>(() => _behind.Intercept((Interceptor[])null!));
        Assert.Throws<ArgumentNullException>(() => ((CallInvoker)null!).Intercept(new Transparent()));
    }

    private static void Call(CallInvoker invoker) => invoker.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), []).Dispose();

    private static void CallAllKinds(CallInvoker invoker)
    {
        invoker.BlockingUnaryCall(EchoMethods.Unary, null, new CallOptions(), []);
        Call(invoker);
        invoker.AsyncServerStreamingCall(EchoMethods.ServerStreaming, null, new CallOptions(), []).Dispose();
        invoker.AsyncClientStreamingCall(EchoMethods.ClientStreaming, null, new CallOptions()).Dispose();
        invoker.AsyncDuplexStreamingCall(EchoMethods.DuplexStreaming, null, new CallOptions()).Dispose();
    }

    private sealed class Transparent : Interceptor;
}
