using System.Buffers;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Offers a message that lies in one array.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    private readonly byte[] _payload = GrpcPreconditions.CheckNotNull(payload, nameof(payload));

    public override int PayloadLength => _payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(_payload);
}
