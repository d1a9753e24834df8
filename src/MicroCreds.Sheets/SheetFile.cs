using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>What the rows of a sheet are.</summary>
public enum SheetKind
{
    /// <summary>Target units.</summary>
    Units,
    /// <summary>Learning outcomes of target units.</summary>
    Outcomes,
    /// <summary>Rules.</summary>
    Rules,
    /// <summary>Sources of rules about several credentials.</summary>
    Sources,
}

/// <summary>A sheet as it was sent.</summary>
/// <param name="Kind">What its rows are; null for an XLSX workbook of which every sheet is known by its name.</param>
/// <param name="Name">Name of the file, by which errors name its cells.</param>
/// <param name="Content">The file: CSV in UTF-8 or Windows-1252, or an XLSX workbook.</param>
public sealed record SheetFile(SheetKind? Kind, string Name, ReadOnlyMemory<byte> Content);

/// <summary>What the sheets of one import hold. A kind that was not sent is null, one that was sent without rows is empty.</summary>
/// <param name="Units">Units without their outcomes.</param>
/// <param name="Outcomes">Outcomes with the units they belong to.</param>
/// <param name="Rules">Rules; one about several credentials without its sources (<see cref="SheetSources.ToBeFilled"/>).</param>
public sealed record ImportedSheets(ImmutableArray<TargetUnit>? Units, ImmutableArray<SheetOutcome>? Outcomes, ImmutableArray<EquivalenceRule>? Rules)
{
    /// <summary>Sources with the rules they belong to; null when they were not sent.</summary>
    public ImmutableArray<SheetRuleSource>? Sources { get; init; }
}

/// <summary>A source as a row of a sheet gives it.</summary>
/// <param name="Rule">Rule it belongs to.</param>
/// <param name="Group">Number of its group in the rule, from 1.</param>
/// <param name="Needed">How many sources of the group are needed; null for all.</param>
/// <param name="Source">The source.</param>
/// <param name="Cell">Cell that names the rule, as <c>sheet:row:column</c>.</param>
public sealed record SheetRuleSource(RuleId Rule, int Group, int? Needed, RuleSource Source, string Cell);

/// <summary>An outcome as a row of a sheet gives it.</summary>
/// <param name="Unit">Unit it belongs to.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Cell">Cell that names the unit, as <c>sheet:row:column</c>.</param>
public sealed record SheetOutcome(UnitCode Unit, TargetOutcome Outcome, string Cell);
