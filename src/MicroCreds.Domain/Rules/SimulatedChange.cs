using MicroCreds.Domain.Documents;

namespace MicroCreds.Domain.Rules;

/// <summary>What would have changed for a learner under other rules.</summary>
public enum SimulatedChange
{
    /// <summary>Nothing.</summary>
    Same,
    /// <summary>More credits.</summary>
    More,
    /// <summary>Fewer credits.</summary>
    Less,
    /// <summary>As many credits, by another rule or unit, or with another outcome.</summary>
    Otherwise,
}

/// <summary>Compares two assessments of one case.</summary>
public static class AssessmentComparison
{
    /// <summary>What the second changes for the learner.</summary>
    public static SimulatedChange Change(Assessment before, Assessment after) =>
        after.Granted > before.Granted ? SimulatedChange.More
        : after.Granted < before.Granted ? SimulatedChange.Less
        : (before.ProposedOutcome, before.Unit, before.Rule, before.Proposal, before.ExtraCurricular) == (after.ProposedOutcome, after.Unit, after.Rule, after.Proposal, after.ExtraCurricular) ? SimulatedChange.Same
        : SimulatedChange.Otherwise;

    /// <summary>Whether two assessments are the same to the byte, the sentences about the choice of versions aside.</summary>
    public static bool Same(Assessment one, Assessment other) =>
        DomainJson.Write(one with { Explanation = [] }).AsSpan().SequenceEqual(DomainJson.Write(other with { Explanation = [] }));
}
