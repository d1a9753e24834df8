using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts one message: either the whole of it with <see cref="Complete(byte[])"/>, or piece by piece with
/// <see cref="GetBufferWriter"/> followed by <see cref="Complete()"/>. A transport overrides what it supports; what it does
/// not override throws <see cref="NotImplementedException"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Makes a context.</summary>
    protected SerializationContext()
    {
    }

    /// <summary>Hands over the serialized message and ends the serialization.</summary>
    public virtual void Complete(byte[] payload) => throw Unsupported.Member();

    /// <summary>The writer to serialize into; <see cref="Complete()"/> must follow.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw Unsupported.Member();

    /// <summary>Announces the length of the message in bytes before it is written, so that nothing need be buffered.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw Unsupported.Member();

    /// <summary>Ends the serialization of what was written to the buffer writer.</summary>
    public virtual void Complete() => throw Unsupported.Member();
}
