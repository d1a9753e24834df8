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
}

/// <summary>A sheet as it was sent.</summary>
/// <param name="Kind">What its rows are; null for an XLSX workbook of which every sheet is known by its name.</param>
/// <param name="Name">Name of the file, by which errors name its cells.</param>
/// <param name="Content">The file: CSV in UTF-8 or Windows-1252, or an XLSX workbook.</param>
public sealed record SheetFile(SheetKind? Kind, string Name, ReadOnlyMemory<byte> Content);

/// <summary>What the sheets of one import hold. A kind that was not sent is null, one that was sent without rows is empty.</summary>
/// <param name="Units">Units without their outcomes.</param>
/// <param name="Outcomes">Outcomes with the units they belong to.</param>
/// <param name="Rules">Rules.</param>
public sealed record ImportedSheets(ImmutableArray<TargetUnit>? Units, ImmutableArray<SheetOutcome>? Outcomes, ImmutableArray<EquivalenceRule>? Rules);

/// <summary>An outcome as a row of a sheet gives it.</summary>
/// <param name="Unit">Unit it belongs to.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Cell">Cell that names the unit, as <c>sheet:row:column</c>.</param>
public sealed record SheetOutcome(UnitCode Unit, TargetOutcome Outcome, string Cell);
