using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Answer of a virtual member that a transport did not override.</summary>
internal static class Unsupported
{
    // The type of this exception is part of the API that is implemented here: callers may catch it.
    public static NotImplementedException Member([CallerMemberName] string name = "") =>
        new($"{name} is not supported by this gRPC implementation.");
}
