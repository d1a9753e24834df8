using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Who asks about equivalences.</summary>
public enum RuleAudience
{
    /// <summary>Anybody: sees public rules.</summary>
    Everybody,
    /// <summary>A partner of the consortium: sees public rules and those for partners.</summary>
    Partner,
}

/// <summary>Answer to "what does this count for?". "Not evaluated", "evaluated and not equivalent" and "expired" are three different answers (field reference, fact 9).</summary>
public enum EquivalenceStatus
{
    /// <summary>A rule in force grants the unit.</summary>
    Equivalent,
    /// <summary>A rule in force grants the unit once something is met or known; see the reason.</summary>
    Conditional,
    /// <summary>A rule in force grants part of the unit.</summary>
    Partial,
    /// <summary>The institution has looked at it and does not grant the unit.</summary>
    EvaluatedNotEquivalent,
    /// <summary>The institution has published nothing about it. This says nothing about a single application.</summary>
    NotEvaluated,
    /// <summary>A rule granted it until a day that has passed, or for awards younger than this one.</summary>
    Expired,
}

/// <summary>What an institution's published rules say about one source and one unit as of a day. Holds no personal data.</summary>
public sealed record EquivalenceAnswer
{
    /// <summary>Answer.</summary>
    public required EquivalenceStatus Status { get; init; }
    /// <summary>Day for which it holds.</summary>
    public required DateOnly AsOf { get; init; }
    /// <summary>Unit; null when nothing is published about any unit.</summary>
    public UnitCode? Unit { get; init; }
    /// <summary>Table that publishes it.</summary>
    public TableId? Table { get; init; }
    /// <summary>Version of the table; 0 without a table.</summary>
    public int TableVersion { get; init; }
    /// <summary>Digest of the table's version.</summary>
    public Sha256Digest? TableDigest { get; init; }
    /// <summary>Rule that answers, without the institution's private note; null when none does.</summary>
    public EquivalenceRule? Rule { get; init; }
    /// <summary>Credits granted; null when they depend on what will be earned.</summary>
    public EctsCredits? Granted { get; init; }
    /// <summary>What happens to the grade.</summary>
    public GradeTreatment Grade { get; init; }
    /// <summary>Last day the rule is or was in force; null for an open end.</summary>
    public DateOnly? LastValidOn { get; init; }
    /// <summary>Whether the answer comes from a generic rule and is therefore weaker than one about this very achievement.</summary>
    public bool Generic { get; init; }
    /// <summary>Why the answer is not a plain yes; empty when it is.</summary>
    public string Reason { get; init; } = "";
}
