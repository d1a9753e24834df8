namespace Grpc.Core;

/// <summary>Context of a server call that can be handed to a client call. Opaque.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
