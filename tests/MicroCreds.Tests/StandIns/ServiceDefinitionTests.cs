using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>How a service tells its methods.</summary>
public sealed class ServiceDefinitionTests
{
    [Fact]
    public void a_binder_is_told_the_methods_in_order()
    {
        var service = new EchoService(new EchoSignals());
        var definition = ServerServiceDefinition.CreateBuilder()
            .AddMethod(EchoMethods.Unary, service.Unary)
            .AddMethod(EchoMethods.ServerStreaming, service.ServerStreaming)
            .AddMethod(EchoMethods.ClientStreaming, service.ClientStreaming)
            .AddMethod(EchoMethods.DuplexStreaming, service.DuplexStreaming)
            .Build();
        var binder = new NamesBinder();

        definition.BindService(binder);

        Assert.Equal(["Unary", "ServerStreaming", "ClientStreaming", "DuplexStreaming"], binder.Names);
    }

    [Fact]
    public void a_method_is_defined_once_only()
    {
        var service = new EchoService(new EchoSignals());
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(EchoMethods.Unary, service.Unary);

        Assert.Throws<ArgumentException>(() => builder.AddMethod(EchoMethods.Unary, service.Unary));
    }

    [Fact]
    public void a_binder_refuses_the_kinds_it_does_not_know()
    {
        var binder = new ServiceBinderBase();

        Assert.Throws<NotImplementedException>(() => binder.AddMethod(EchoMethods.Unary, (UnaryServerMethod<byte[], byte[]>?)null));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(EchoMethods.ServerStreaming, (ServerStreamingServerMethod<byte[], byte[]>?)null));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(EchoMethods.ClientStreaming, (ClientStreamingServerMethod<byte[], byte[]>?)null));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(EchoMethods.DuplexStreaming, (DuplexStreamingServerMethod<byte[], byte[]>?)null));
    }

    private sealed class NamesBinder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);
    }
}
