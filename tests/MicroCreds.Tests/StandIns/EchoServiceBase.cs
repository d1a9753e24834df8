using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>What generated code would be: the base class with its binder.</summary>
[BindServiceMethod(typeof(EchoServiceBase), nameof(BindService))]
internal abstract class EchoServiceBase
{
    public static void BindService(ServiceBinderBase binder, EchoServiceBase? service)
    {
        binder.AddMethod(EchoMethods.Unary, service is null ? null : service.Unary);
        binder.AddMethod(EchoMethods.ServerStreaming, service is null ? null : service.ServerStreaming);
        binder.AddMethod(EchoMethods.ClientStreaming, service is null ? null : service.ClientStreaming);
        binder.AddMethod(EchoMethods.DuplexStreaming, service is null ? null : service.DuplexStreaming);
    }

    public abstract Task<byte[]> Unary(byte[] request, ServerCallContext context);

    public abstract Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context);

    public abstract Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requestStream, ServerCallContext context);

    public abstract Task DuplexStreaming(IAsyncStreamReader<byte[]> requestStream, IServerStreamWriter<byte[]> responseStream, ServerCallContext context);
}
