using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>What an officer decides. What is left open comes from the proposal.</summary>
public sealed record OfficerDecision
{
    /// <summary>Outcome over all lines.</summary>
    public required DecisionOutcome Outcome { get; init; }
    /// <summary>Lines; empty for one line per credential as proposed.</summary>
    public ImmutableArray<OfficerLine> Lines { get; init; } = [];
    /// <summary>Reasons; needed unless the outcome is full.</summary>
    public ImmutableArray<DecisionReason> Reasons { get; init; } = [];
    /// <summary>Alternatives considered; needed unless the outcome is full.</summary>
    public ImmutableArray<ConsideredAlternative> Alternatives { get; init; } = [];
    /// <summary>Condition to be met; needed for a conditional outcome, empty for any other.</summary>
    public string Condition { get; init; } = "";
    /// <summary>Last day to meet it; null when open.</summary>
    public DateOnly? ConditionDueOn { get; init; }
    /// <summary>Explanation for the learner.</summary>
    public string Statement { get; init; } = "";
}

/// <summary>One line of an officer's decision.</summary>
public sealed record OfficerLine
{
    /// <summary>Credential the line is about; null for the first of the case.</summary>
    public Sha256Digest? Credential { get; init; }
    /// <summary>Outcome; null for that of the decision.</summary>
    public DecisionOutcome? Outcome { get; init; }
    /// <summary>Unit granted; null for the proposal's, else the one asked. Ignored when nothing is granted.</summary>
    public UnitCode? Unit { get; init; }
    /// <summary>Credits granted; null for the proposal's, and for a full grant that was not proposed all that was asked.</summary>
    public EctsCredits? Granted { get; init; }
    /// <summary>Credits recorded as extra-curricular; null for the proposal's where the credits are the proposal's too.</summary>
    public EctsCredits? ExtraCurricular { get; init; }
    /// <summary>Grade granted; empty for the converted one, or none.</summary>
    public string Grade { get; init; } = "";
}

/// <summary>What is asked for before a case can go on.</summary>
/// <param name="Items">Items; at least one.</param>
/// <param name="AskedOf">Who is asked: <c>applicant</c> or <see cref="Issuer"/>; the issuer, when it is a member, hears of it by a statement.</param>
/// <param name="DueOn">Last day to answer; null for the institution's usual period.</param>
public sealed record InformationRequest(ImmutableArray<InformationItem> Items, string AskedOf, DateOnly? DueOn)
{
    /// <summary>Value of <see cref="AskedOf"/> for the issuer of the credential.</summary>
    public const string Issuer = "issuer";
}
