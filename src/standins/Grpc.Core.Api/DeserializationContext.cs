using System.Buffers;

namespace Grpc.Core;

/// <summary>The bytes of one message, to be read once. What a transport does not override throws <see cref="NotImplementedException"/>.</summary>
public abstract class DeserializationContext
{
    /// <summary>Makes a context.</summary>
    protected DeserializationContext()
    {
    }

    /// <summary>Length of the message in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message in a new array that belongs to the caller.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw Unsupported.Member();

    /// <summary>The message in buffers of the transport, valid only until the deserializer returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw Unsupported.Member();
}
