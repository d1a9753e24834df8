using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>The base of generated clients.</summary>
public sealed class ClientBaseTests
{
    private readonly RecordingCallInvoker _invoker = new();

    [Fact]
    public void a_client_calls_over_its_invoker_or_channel()
    {
        new Client(_invoker).Call();
        new Client(new InvokerChannel(_invoker)).Call();

        Assert.Equal(["unary at channel with ", "unary at channel with "], _invoker.Calls);
    }

    [Fact]
    public void a_client_with_a_host_names_it_in_every_call()
    {
        var client = new Client(_invoker);

        var other = client.WithHost("one.example").WithHost("two.example");
        other.Call();
        client.Call();

        Assert.Equal(["unary at two.example with ", "unary at channel with "], _invoker.Calls);
    }

    [Fact]
    public void a_client_without_invoker_is_for_overriding_only() => Assert.Throws<NotImplementedException>(() => new Client().Call());

    [Fact]
    public void a_lite_client_has_an_invoker_and_nothing_else()
    {
        new LiteClient(_invoker).Call();

        Assert.Equal(["unary at channel with "], _invoker.Calls);
        Assert.Throws<NotImplementedException>(() => new LiteClient().Call());
    }

    [Fact]
    public void refuses_null() => Assert.Throws<ArgumentNullException>(() => new Client((CallInvoker)null!));

    [Fact]
    public async Task a_channel_has_a_target_and_shuts_down()
    {
        var channel = new InvokerChannel(_invoker);

        await channel.ShutdownAsync();

        Assert.Equal("memory", channel.Target);
    }

    private sealed class Client : ClientBase<Client>
    {
        public Client()
        {
        }

        public Client(CallInvoker invoker)
            : base(invoker)
        {
        }

        public Client(ChannelBase channel)
            : base(channel)
        {
        }

        private Client(ClientBaseConfiguration configuration)
            : base(configuration)
        {
        }

        public void Call() => CallInvoker.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), []).Dispose();

        protected override Client NewInstance(ClientBaseConfiguration configuration) => new(configuration);
    }

    private sealed class LiteClient : LiteClientBase
    {
        public LiteClient()
        {
        }

        public LiteClient(CallInvoker invoker)
            : base(invoker)
        {
        }

        public void Call() => CallInvoker.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), []).Dispose();
    }
}
