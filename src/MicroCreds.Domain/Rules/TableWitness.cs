using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>An example that shows a finding: a credential and a day on which it is applied for. It was judged by the rules before it was reported.</summary>
/// <param name="AwardingBody">Member that is the awarding body; null for any that is no member.</param>
/// <param name="Achievement">What the credential says. Whatever the finding does not need is not stated.</param>
/// <param name="AppliedOn">Day of application.</param>
public sealed record TableWitness(OrganisationId? AwardingBody, Achievement Achievement, DateOnly AppliedOn)
{
    /// <summary>Share of the awarding body's passing grades that are the grade or worse, in percent; 0 when the finding does not need it.</summary>
    public int GradePercentile { get; init; }
    /// <summary>Grades of the institution's own table that the converted grade reaches; empty when the finding does not need any.</summary>
    public ImmutableArray<string> ConvertedGrades { get; init; } = [];
    /// <summary>Last day on which the credential is valid; null for no end.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>What conditions look at.</summary>
    internal SourceFacts Facts() => new(Achievement, AwardingBody, AppliedOn, GradeTableSet.Empty)
    {
        ValidUntil = ValidUntil,
        Given = new(GradePercentile, ConvertedGrades),
    };
}
