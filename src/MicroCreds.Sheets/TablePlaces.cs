using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>A row that a finding is about.</summary>
/// <param name="Kind">Kind of the sheet.</param>
/// <param name="Key">Identifier of the rule, or code of the unit.</param>
/// <param name="Place">Where it stands.</param>
public sealed record FindingPlace(SheetKind Kind, string Key, SheetPlace Place);

/// <summary>Where the units and rules of a table stand in its sheets, so that a finding can be looked up and mended.</summary>
public sealed class TablePlaces
{
    private readonly IReadOnlyDictionary<UnitCode, SheetPlace> _units;
    private readonly IReadOnlyDictionary<RuleId, SheetPlace> _rules;

    private TablePlaces(IReadOnlyDictionary<UnitCode, SheetPlace> units, IReadOnlyDictionary<RuleId, SheetPlace> rules) => (_units, _rules) = (units, rules);

    /// <summary>Rows of the sheets that were sent. What was kept from the draft has none.</summary>
    public static TablePlaces Sent(SheetReading reading) => new(reading.UnitPlaces, reading.RulePlaces);

    /// <summary>Rows of the sheets as an export writes them.</summary>
    public static TablePlaces Exported(IEnumerable<TargetUnit> units, IEnumerable<EquivalenceRule> rules) =>
        new(InOrder(SheetKind.Units, units.Select(u => u.Code), code => code.Value), InOrder(SheetKind.Rules, rules.Select(r => r.Id), id => id.Value));

    /// <summary>The rows a finding is about: those of its rules, the one at fault first, or that of its unit.</summary>
    public ImmutableArray<FindingPlace> Of(TableFinding finding) => finding is { Rule: { } rule }
        ? [.. finding.OtherRules.Prepend(rule).Where(_rules.ContainsKey).Select(id => new FindingPlace(SheetKind.Rules, id.Value, _rules[id]))]
        : finding.Unit is { } unit && _units.TryGetValue(unit, out var place) ? [new(SheetKind.Units, unit.Value, place)] : [];

    // The header is row 1; of two rows with one key the export has one.
    private static Dictionary<T, SheetPlace> InOrder<T>(SheetKind kind, IEnumerable<T> keys, Func<T, string> text) where T : notnull =>
        keys.Distinct().OrderBy(text, StringComparer.Ordinal).Select((key, i) => (key, place: new SheetPlace($"{SheetKinds.Name(kind)}.csv", i + 2))).ToDictionary(p => p.key, p => p.place);
}
