using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// Turns messages of one type into bytes and back. Made either from functions over arrays or from functions over contexts;
/// the form that was not given is emulated.
/// </summary>
public class Marshaller<T>
{
    /// <summary>Makes a marshaller from functions over arrays.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        Serializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        Deserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Makes a marshaller from functions over contexts.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ContextualSerializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        ContextualDeserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        Serializer = message =>
        {
            var context = new ArraySerializationContext();
            serializer(message, context);
            return context.Payload;
        };
        Deserializer = bytes => deserializer(new ArrayDeserializationContext(bytes));
    }

    /// <summary>
    /// Serializes into an array. Of a marshaller made from contexts this works only if its serializer ends with
    /// <see cref="SerializationContext.Complete(byte[])"/>; with the buffer writer it throws <see cref="NotImplementedException"/>.
    /// </summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Deserializes from an array.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Serializes into a context.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Deserializes from a context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
