namespace Grpc.Core;

/// <summary>Wishes about how messages are written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message need not be sent at once; it may wait for the next.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not to be compressed, even if the call is.</summary>
    NoCompress = 0x2,
}

/// <summary>Options of write operations.</summary>
public class WriteOptions
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>Makes options.</summary>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>Flags of the write.</summary>
    public WriteFlags Flags { get; }
}
