using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>A service written without a .proto: messages are bytes.</summary>
internal static class EchoMethods
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(message => message, message => message);

    // As generated code does it: announce the length, write, complete.
    private static readonly Marshaller<byte[]> BufferedBytes = Marshallers.Create<byte[]>(
        (message, context) =>
        {
            context.SetPayloadLength(message.Length);
            var writer = context.GetBufferWriter();
            message.CopyTo(writer.GetSpan(message.Length));
            writer.Advance(message.Length);
            context.Complete();
        },
        context =>
        {
            var message = context.PayloadAsReadOnlySequence();
            Assert.Equal(context.PayloadLength, message.Length);
            var bytes = new byte[message.Length];
            System.Buffers.BuffersExtensions.CopyTo(message, bytes);
            return bytes;
        });

    public static Method<byte[], byte[]> Unary { get; } = new(MethodType.Unary, "test.Echo", nameof(Unary), Bytes, BufferedBytes);

    public static Method<byte[], byte[]> ServerStreaming { get; } =
        new(MethodType.ServerStreaming, "test.Echo", nameof(ServerStreaming), BufferedBytes, Bytes);

    public static Method<byte[], byte[]> ClientStreaming { get; } =
        new(MethodType.ClientStreaming, "test.Echo", nameof(ClientStreaming), Bytes, BufferedBytes);

    public static Method<byte[], byte[]> DuplexStreaming { get; } =
        new(MethodType.DuplexStreaming, "test.Echo", nameof(DuplexStreaming), BufferedBytes, BufferedBytes);
}
