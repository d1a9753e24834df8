using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Takes a message as one array; the buffer writer is not offered.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private byte[]? _payload;

    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer did not complete.");

    public override void Complete(byte[] payload)
    {
        GrpcPreconditions.CheckState(_payload is null, "The serializer completed twice.");
        _payload = payload;
    }
}
