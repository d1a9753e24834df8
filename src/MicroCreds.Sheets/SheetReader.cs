using System.Collections.Immutable;
using System.Diagnostics;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>
/// Reads the spreadsheets in which an institution keeps its units, outcomes and rules. The header row names the columns, in any order, with
/// comma or semicolon between them. Every wrong cell of every sheet is named; if there is one, nothing is read.
/// </summary>
public static class SheetReader
{
    /// <summary>Largest size of all sheets of an import together, in bytes: twice what 100,000 rules take.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Most rows of a sheet below its header.</summary>
    public const int MaxRows = 100_000;

    private const int MaxTitle = 500;
    private const string CodeShape = "a code: 1 to 64 letters, digits and . _ / : -, starting with a letter or digit";

    /// <summary>Reads the sheets of an import, at most one of each kind, or a workbook that holds them. Fails with SHEET_INVALID, which names every wrong cell.</summary>
    public static Result<ImportedSheets> Read(IReadOnlyCollection<SheetFile> files)
    {
        var reading = ReadEach(files);
        return reading.Whole ? reading.Sheets : reading.ToProblem();
    }

    /// <summary>Reads the sheets of an import, at most one of each kind, and answers the good rows beside the wrong ones.</summary>
    public static SheetReading ReadEach(IReadOnlyCollection<SheetFile> files) => ReadEach(files, () => { });

    /// <summary>Reads as <see cref="ReadEach(IReadOnlyCollection{SheetFile})"/> does, and tells of every row; what <paramref name="rowRead"/> throws ends the reading.</summary>
    public static SheetReading ReadEach(IReadOnlyCollection<SheetFile> files, Action rowRead)
    {
        var violations = new SheetViolations();
        var reading = new SheetReading(violations);
        if (files.Sum(f => (long)f.Content.Length) is > MaxBytes and var size)
        {
            violations.Break(files.First().Name, $"the sheets have {size} bytes in all; at most {MaxBytes}");
            return reading;
        }

        var sent = new HashSet<SheetKind>();
        foreach (var sheet in files.SelectMany(file => SheetSource.Of(file, violations)))
        {
            if (!sent.Add(sheet.Kind))
            {
                violations.Break(sheet.Name, $"the sheet {SheetKinds.Name(sheet.Kind)} was sent twice; send each once");
                continue;
            }

            reading.Sheets = sheet.Kind switch
            {
                SheetKind.Units => reading.Sheets with { Units = Rows(sheet, SheetLayout.Units, r => Key(r, "code"), Unit, violations, reading, rowRead, (unit, place) => reading.UnitPlaces[unit.Code] = place) },
                SheetKind.Outcomes => reading.Sheets with { Outcomes = Rows(sheet, SheetLayout.Outcomes, r => (Key(r, "unit"), Key(r, "code")), Outcome, violations, reading, rowRead, (_, _) => { }) },
                SheetKind.Rules => reading.Sheets with { Rules = Rows(sheet, SheetLayout.Rules, r => Key(r, "rule"), RuleRow.Read, violations, reading, rowRead, (rule, place) => reading.RulePlaces[rule.Id] = place) },
                SheetKind.Sources => reading.Sheets with { Sources = Rows(sheet, SheetLayout.Sources, r => r.Number, new SourceRow().Read, violations, reading, rowRead, (_, _) => { }) },
                _ => throw new UnreachableException(),
            };
        }

        return reading;
    }

    private static ImmutableArray<T>? Rows<T, TKey>(
        SheetSource sheet, SheetLayout layout, Func<SheetRow, TKey> key, Func<SheetRow, T?> read, SheetViolations violations, SheetReading reading, Action rowRead, Action<T, SheetPlace> taken)
        where T : class where TKey : notnull
    {
        var seen = new Dictionary<TKey, int>();
        var values = ImmutableArray.CreateBuilder<T>();
        var rejected = reading.Rejected.ToBuilder();
        foreach (var row in SheetRows.Read(sheet, layout, violations))
        {
            rowRead();
            if (row.Shaped && read(row) is { } value)
            {
                if (seen.TryAdd(key(row), row.Number))
                {
                    values.Add(value);
                    taken(value, new(sheet.Name, row.Number));
                    continue;
                }

                row.Wrong(layout.Required.Contains("rule") ? "rule" : "code", $"stands in row {seen[key(row)]} already");
            }

            rejected.Add(new(sheet.Kind, sheet.Name, row.Number, row.Header, row.Cells, row.Faults));
        }

        var empty = values.Count == 0 && rejected.Count == reading.Rejected.Length;
        reading.Rejected = rejected.ToImmutable();
        return empty && sheet.FromWorkbook ? null : values.ToImmutable();
    }

    private static string Key(SheetRow row, string column) => row.Text(column, 64);

    private static TargetUnit? Unit(SheetRow row)
    {
        var code = row.Value<UnitCode>("code", UnitCode.TryParse, CodeShape, required: true);
        var title = row.Text("title", MaxTitle, required: true);
        var programme = row.Value<ProgrammeCode>("programme", ProgrammeCode.TryParse, CodeShape, required: true);
        var credits = row.Credits("ects", required: true);
        var level = row.Whole("eqf_level", 1, 8, required: true);
        var kind = row.Word<UnitKind>("kind") ?? UnitKind.Course;
        var graded = row.Yes("graded");
        return row.Right && code is not null && programme is not null && credits is { } amount && level is { } eqf
            ? new() { Code = code, Title = LocalisedText.Of(title), Programme = programme, Credits = amount, EqfLevel = eqf, Kind = kind, Graded = graded, Outcomes = [] }
            : null;
    }

    private static SheetOutcome? Outcome(SheetRow row)
    {
        var unit = row.Value<UnitCode>("unit", UnitCode.TryParse, CodeShape, required: true);
        var code = row.Text("code", 64, required: true);
        var title = row.Text("title", MaxTitle, required: true);
        var essential = row.Yes("essential");
        var coveredBy = row.Split("covered_by").Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (coveredBy.Any(c => c.Length > MaxTitle)) row.Wrong("covered_by", $"holds an identifier or title of more than {MaxTitle} characters");
        return row.Right && unit is not null ? new(unit, new(code, LocalisedText.Of(title), essential, coveredBy), row.Cell("unit")) : null;
    }
}
