using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// Base of clients generated with the option <c>lite_client</c>: only an invoker, configured by what is put before it.
/// </summary>
public abstract class LiteClientBase
{
    /// <summary>For test doubles: every call that is not overridden throws <see cref="NotImplementedException"/>.</summary>
    protected LiteClientBase()
        : this(new AbsentCallInvoker())
    {
    }

    /// <summary>Makes a client over an invoker.</summary>
    public LiteClientBase(CallInvoker callInvoker) => CallInvoker = GrpcPreconditions.CheckNotNull(callInvoker, nameof(callInvoker));

    /// <summary>Starts the calls of this client.</summary>
    protected CallInvoker CallInvoker { get; }
}
