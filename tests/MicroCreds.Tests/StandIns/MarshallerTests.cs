using System.Buffers;
using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Messages to bytes and back, in both forms of function.</summary>
public sealed class MarshallerTests
{
    [Fact]
    public void functions_over_arrays_serve_contexts()
    {
        var marshaller = Marshallers.StringMarshaller;
        var written = new ArrayContext();

        marshaller.ContextualSerializer("perché", written);

        Assert.Equal("perché"u8.ToArray(), written.Payload);
        Assert.Equal("perché", marshaller.ContextualDeserializer(new GivenContext("perché"u8.ToArray())));
        Assert.Equal("perché", marshaller.Deserializer(marshaller.Serializer("perché")));
    }

    [Fact]
    public void functions_over_contexts_serve_arrays()
    {
        var marshaller = Marshallers.Create<byte[]>(
            (message, context) => context.Complete(message),
            context => [(byte)context.PayloadLength, .. context.PayloadAsNewBuffer()]);

        Assert.Equal([7, 8], marshaller.Serializer([7, 8]));
        Assert.Equal([2, 7, 8], marshaller.Deserializer([7, 8]));
    }

    [Fact]
    public void only_a_whole_array_can_be_completed_when_a_context_is_emulated()
    {
        Assert.Throws<NotImplementedException>(() => Serialize((_, context) => context.SetPayloadLength(1)));
        Assert.Throws<NotImplementedException>(() => Serialize((_, context) => context.GetBufferWriter()));
        Assert.Throws<NotImplementedException>(() => Serialize((_, context) => context.Complete()));
        Assert.Throws<InvalidOperationException>(() => Serialize((message, context) =>
        {
            context.Complete(message);
            context.Complete(message);
        }));
    }

    [Fact]
    public void refuses_null_functions()
    {
        Assert.Throws<ArgumentNullException>(() => new Marshaller<byte[]>(null!, bytes => bytes));
        Assert.Throws<ArgumentNullException>(() => new Marshaller<byte[]>(bytes => bytes, null!));
        Assert.Throws<ArgumentNullException>(() => new Marshaller<byte[]>(null!, (DeserializationContext _) => []));
    }

    [Fact]
    public void a_method_knows_its_path()
    {
        var method = new Method<string, string>(
            MethodType.ServerStreaming, "p.Service", "Do", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        Assert.Equal("/p.Service/Do", method.FullName);
        Assert.Equal((MethodType.ServerStreaming, "p.Service", "Do"), (method.Type, method.ServiceName, method.Name));
        Assert.Throws<ArgumentNullException>(() => new Method<string, string>(
            MethodType.Unary, null!, "Do", Marshallers.StringMarshaller, Marshallers.StringMarshaller));
    }

    private static void Serialize(Action<byte[], SerializationContext> serializer) =>
        Marshallers.Create(serializer, context => context.PayloadAsNewBuffer()).Serializer([1]);

    private sealed class ArrayContext : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    private sealed class GivenContext(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}
