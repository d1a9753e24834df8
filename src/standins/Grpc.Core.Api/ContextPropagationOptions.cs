namespace Grpc.Core;

/// <summary>What a call made on behalf of a server call takes over from it.</summary>
public class ContextPropagationOptions
{
    /// <summary>Deadline and cancellation.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Makes options.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Whether the deadline is taken over.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Whether cancellation is taken over.</summary>
    public bool IsPropagateCancellation { get; }
}
