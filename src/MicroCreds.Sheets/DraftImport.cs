using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>Takes the rows of sheets into a draft: what a sheet holds replaces what the draft held of that kind.</summary>
public static class DraftImport
{
    /// <summary>
    /// The draft after the import. A table without a draft starts from its published version, so that a sheet of rules alone changes the rules
    /// alone. Fails with SHEET_INVALID when an outcome belongs to no unit of the draft, or a source to no rule about several credentials.
    /// </summary>
    /// <param name="id">Table.</param>
    /// <param name="draft">The draft as it stands; null when there is none.</param>
    /// <param name="published">The version in effect; null when there is none.</param>
    /// <param name="sheets">Rows.</param>
    /// <param name="editedBy">Who imports.</param>
    /// <param name="editedAt">When.</param>
    public static Result<EquivalenceDraft> Apply(TableId id, EquivalenceDraft? draft, EquivalenceTable? published, ImportedSheets sheets, string editedBy, DateTimeOffset editedAt)
    {
        var before = draft?.Units ?? published?.Units ?? [];
        var units = sheets.Units is { } sent ? WithOutcomesOf(sent, before) : before;
        if (sheets.Outcomes is { } outcomes)
        {
            if (Homeless(outcomes, units) is { } problem) return problem;
            var byUnit = outcomes.ToLookup(o => o.Unit, o => o.Outcome);
            units = [.. units.Select(u => u with { Outcomes = [.. byUnit[u.Code]] })];
        }

        var had = draft?.Rules ?? published?.Rules ?? [];
        var rules = sheets.Rules ?? had;
        if (sheets.Sources is { } sources)
        {
            var violations = new SheetViolations();
            foreach (var (row, fault) in SheetSources.Homeless(sources, rules)) violations.Add(row.Cell, fault);
            if (!violations.None) return violations.ToProblem();
        }

        return new EquivalenceDraft(id, (draft?.Revision ?? 0) + 1, units, SheetSources.Into(rules, had, sheets.Sources), editedBy, editedAt);
    }

    private static ImmutableArray<TargetUnit> WithOutcomesOf(ImmutableArray<TargetUnit> sent, ImmutableArray<TargetUnit> before)
    {
        var outcomes = before.GroupBy(u => u.Code).ToDictionary(g => g.Key, g => g.First().Outcomes);
        return [.. sent.Select(u => u with { Outcomes = outcomes.TryGetValue(u.Code, out var kept) ? kept : [] })];
    }

    private static Problem? Homeless(ImmutableArray<SheetOutcome> outcomes, ImmutableArray<TargetUnit> units)
    {
        var codes = units.Select(u => u.Code).ToHashSet();
        var violations = new SheetViolations();
        foreach (var outcome in outcomes.Where(o => !codes.Contains(o.Unit))) violations.Add(outcome.Cell, $"the unit {outcome.Unit} is not in the draft; import it with the units sheet");
        return violations.None ? null : violations.ToProblem();
    }
}
