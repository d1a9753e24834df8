namespace MicroCreds.Domain.Cases;

/// <summary>Who did something.</summary>
public enum ActorKind
{
    /// <summary>The node itself, by a published rule or a clock.</summary>
    Node,
    /// <summary>A member of staff of the institution.</summary>
    Staff,
    /// <summary>A partner institution, on the learner's behalf.</summary>
    Partner,
}

/// <summary>Who did something, as it is kept in the history.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Account name of staff, organisation id of a partner, or <c>node</c>.</param>
public sealed record Actor(ActorKind Kind, string Name)
{
    /// <summary>The node itself.</summary>
    public static Actor Node { get; } = new(ActorKind.Node, "node");
}
