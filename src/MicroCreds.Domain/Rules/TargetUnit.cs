using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>What kind of place a unit fills in a programme.</summary>
public enum UnitKind
{
    /// <summary>A course or module with content of its own.</summary>
    Course,
    /// <summary>An elective slot without fixed content.</summary>
    Elective,
    /// <summary>Further activities (IT: "altre attività"; ES: "actividades universitarias").</summary>
    OtherActivities,
    /// <summary>A bachelor's or master's thesis: never granted by recognition of a micro-credential.</summary>
    Thesis,
}

/// <summary>An educational component of the receiving institution for which a credential can count (EWP: LOS).</summary>
public sealed record TargetUnit
{
    /// <summary>Code in the institution's catalogue.</summary>
    public required UnitCode Code { get; init; }
    /// <summary>Title.</summary>
    public required LocalisedText Title { get; init; }
    /// <summary>Programme the unit belongs to.</summary>
    public required ProgrammeCode Programme { get; init; }
    /// <summary>Credits of the unit.</summary>
    public required EctsCredits Credits { get; init; }
    /// <summary>EQF level of the programme, 1 to 8.</summary>
    public required int EqfLevel { get; init; }
    /// <summary>Kind of place.</summary>
    public required UnitKind Kind { get; init; }
    /// <summary>Whether the unit carries a grade in the institution's scale.</summary>
    public required bool Graded { get; init; }
    /// <summary>Target learning outcomes.</summary>
    public required ImmutableArray<TargetOutcome> Outcomes { get; init; }
}

/// <summary>A learning outcome of a target unit.</summary>
/// <param name="Code">Code, unique in the unit, e.g. <c>LO4</c>.</param>
/// <param name="Title">The outcome's text.</param>
/// <param name="Essential">Whether the unit cannot be granted in full without it (EAR manual, chapter 10).</param>
/// <param name="CoveredBy">What covers it: absolute skill IRIs, identifiers or titles of source outcomes (titles compare without case and surplus space).</param>
public sealed record TargetOutcome(string Code, LocalisedText Title, bool Essential, ImmutableArray<string> CoveredBy);
