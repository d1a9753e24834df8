using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>The good rows of an import, where the wrong ones are left out. What stood in the draft in place of a wrong row stays.</summary>
public static class GoodRows
{
    /// <summary>Sheets to be taken into a draft that holds these units and rules: a wrong row changes nothing, and removes nothing.</summary>
    public static ImportedSheets Over(SheetReading reading, ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules)
    {
        var sheets = reading.Sheets;
        var wrong = reading.Rejected.Select(row => (row.Kind, Key(row))).ToHashSet();
        if (sheets.Units is { } sentUnits) sheets = sheets with { Units = [.. sentUnits, .. units.Where(u => wrong.Contains((SheetKind.Units, u.Code.Value)) && !reading.UnitPlaces.ContainsKey(u.Code))] };
        if (sheets.Rules is { } sentRules) sheets = sheets with { Rules = [.. sentRules, .. rules.Where(r => wrong.Contains((SheetKind.Rules, r.Id.Value)) && !reading.RulePlaces.ContainsKey(r.Id))] };
        sheets = WithSources(sheets, rules, wrong);
        if (sheets.Outcomes is not { } sent) return sheets;

        var codes = (sheets.Units ?? units).Select(u => u.Code).ToHashSet();
        var taken = sent.Where(o => codes.Contains(o.Unit)).ToList();
        var known = taken.Select(o => (o.Unit, o.Outcome.Code)).ToHashSet();
        var kept = units.Where(u => codes.Contains(u.Code)).SelectMany(u => u.Outcomes.Select(o => new SheetOutcome(u.Code, o, "")))
            .Where(o => wrong.Contains((SheetKind.Outcomes, $"{o.Unit} {o.Outcome.Code}")) && !known.Contains((o.Unit, o.Outcome.Code)));
        return sheets with { Outcomes = [.. taken, .. kept] };
    }

    // A rule that asks for fewer credentials than its author wrote would be laxer: with one wrong row its sources stay as they were.
    private static ImportedSheets WithSources(ImportedSheets sheets, ImmutableArray<EquivalenceRule> before, HashSet<(SheetKind Kind, string Key)> wrong)
    {
        if (sheets.Sources is not { } sources) return sheets;
        var homeless = SheetSources.Homeless(sources, sheets.Rules ?? before).Select(h => h.Row.Rule).ToHashSet();
        var kept = before.Where(r => wrong.Contains((SheetKind.Sources, r.Id.Value))).SelectMany(SheetSources.Rows).Select(s => s.Row);
        return sheets with { Sources = [.. sources.Where(s => !homeless.Contains(s.Rule) && !wrong.Contains((SheetKind.Sources, s.Rule.Value))), .. kept.Where(s => !homeless.Contains(s.Rule))] };
    }

    /// <summary>All rows that are not in the draft made of the good ones: those that cannot be read, outcomes of units that are not there, and sources of rules that are not.</summary>
    public static ImmutableArray<RejectedRow> Rejected(SheetReading reading, ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules)
    {
        var strays = SheetSources.Homeless(reading.Sheets.Sources ?? [], rules).Select(h => Rejected(SheetKind.Sources, h.Row.Cell, SheetWriter.Cells(h.Row), "rule", h.Row.Rule.Value, h.Fault));
        var codes = units.Select(u => u.Code).ToHashSet();
        var homeless = (reading.Sheets.Outcomes ?? []).Where(o => !codes.Contains(o.Unit)).Select(o =>
            Rejected(SheetKind.Outcomes, o.Cell, SheetWriter.Cells(o), "unit", o.Unit.Value, $"the unit {o.Unit} is not in the draft; import it with the units sheet"));
        return [.. reading.Rejected, .. homeless, .. strays];
    }

    private static RejectedRow Rejected(SheetKind kind, string cell, ImmutableArray<string> cells, string column, string value, string fault)
    {
        var parts = cell.Split(':');
        return new(kind, string.Join(':', parts[..^2]), int.Parse(parts[^2], System.Globalization.CultureInfo.InvariantCulture), SheetKinds.Layout(kind).Columns, cells, [new(column, value, fault)]);
    }

    private static string Key(RejectedRow row) => row.Kind switch
    {
        SheetKind.Units => Cell(row, "code"),
        SheetKind.Outcomes => $"{Cell(row, "unit")} {Cell(row, "code")}",
        _ => Cell(row, "rule"),
    };

    private static string Cell(RejectedRow row, string column) => row.Header.IndexOf(column) is var i and >= 0 && i < row.Cells.Length ? row.Cells[i] : "";
}
