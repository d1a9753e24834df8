using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>A channel over a given invoker.</summary>
internal sealed class InvokerChannel(CallInvoker invoker) : ChannelBase("memory")
{
    public override CallInvoker CreateCallInvoker() => invoker;
}
