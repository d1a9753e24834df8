using System.Text;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>What is written is read as the same again, and no cell of it runs as a formula.</summary>
public sealed class SheetWriterTests
{
    private const string Dangerous = "=+-@\t\r＝＋－＠";

    [Fact]
    public void a_table_written_and_read_has_the_same_digest()
    {
        var sheets = Sheets.Read(
            Sheets.Units("code,title,programme,ects,eqf_level,kind,graded\nDS-101,\"Data, \"\"big\"\"; and small\",BSC-CS,7.5,6,elective,yes\nB,=cmd(),P,0.5,7,thesis,\n"),
            Sheets.Outcomes("unit,code,title,essential,covered_by\nDS-101,LO1,Analyse,yes,a|b\nDS-101,LO2,-1+1,no,\n"),
            Sheets.Rules(
                Sheets.RuleColumns + "\nR1,DS-101,uni-madrid.example,CR/EST101,Estadística*,0542,6,2.5,written_examination|project_work,supervised_with_identity_verification," +
                "online|blended,es,7.25,yes,5,2024-01-01,2026-12-31,80,3,converted,yes,2025-01-01,2027-12-31,yes,-2,\"Show the portfolio,\nplease\",partners,@Public,'=Private\n" +
                "R2,B,,,,,,,,,,it,,,,,2026-12-31,,as_earned,,,,,,,,hidden,,\n"));
        var draft = DraftImport.Apply(MicroCreds.Domain.Identifiers.TableId.Parse("t"), null, null, sheets, "", DateTimeOffset.UnixEpoch).Failed(out var problem, out var made)
            ? throw new Xunit.Sdk.XunitException(problem.Message) : made;

        var again = Sheets.Read([.. Enum.GetValues<SheetKind>().Select(kind => new SheetFile(kind, $"{kind}.csv", SheetTable.Csv(kind, draft.Units, draft.Rules)))]);

        Assert.False(DraftImport.Apply(draft.Id, null, null, again, "", DateTimeOffset.UnixEpoch).Failed(out _, out var copy));
        Assert.Equal(EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules), EquivalenceTableBuilder.DigestOf(copy!.Units, copy.Rules));
        Assert.Equal(0, ImportPreview.Of(draft.Units, draft.Rules, copy) is var preview ? preview.New + preview.Changed + preview.Removed : -1);
    }

    [Fact]
    public void every_condition_and_every_grant_is_written_and_read_as_the_same()
    {
        var columns = SheetLayout.Rules.Columns.RemoveRange(["grant_ects", "grant_percent", "benefit"]);
        var examples = ColumnDictionary.Of(SheetKind.Rules);
        string[] grants = [",,", "3,,", ",80,", "3,80,", ",,exemption", ",,admission"];
        var rows = grants.Select((grant, i) => string.Join(',', columns.Select(c => c == "rule" ? $"R{i}" : $"\"{examples[c].Example}\"")) + "," + grant);
        var rules = Sheets.Read(Sheets.Rules($"{string.Join(',', columns)},grant_ects,grant_percent,benefit\n{string.Join('\n', rows)}\n")).Rules.GetValueOrDefault();

        var again = Sheets.Read(new SheetFile(SheetKind.Rules, "rules.csv", SheetTable.Csv(SheetKind.Rules, [], rules))).Rules.GetValueOrDefault();

        Assert.Equal(typeof(RuleCondition).GetNestedTypes().Length, rules[0].Conditions.Length);
        Assert.Equal(typeof(CreditGrant).GetNestedTypes().Length, rules.Select(r => r.Grant.GetType()).Distinct().Count());
        Assert.Equal(EquivalenceTableBuilder.DigestOf([], rules), EquivalenceTableBuilder.DigestOf([], again));
    }

    [Fact]
    public void a_thousand_formulas_are_written_as_text_and_read_as_they_were()
    {
        string[] tails = ["1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\",\"y\")", "SUM(A1:A9)*2", "x,y;z", "\"quoted\"", "'", "a\nb", "", "DDE(\"x\")"];
        var payloads = Enumerable.Range(0, 1000).Select(i => $"{new string('\'', i / 500)}{Dangerous[i % Dangerous.Length]}{tails[i / 10 % tails.Length]}{i}x").ToList();

        var csv = SheetWriter.Csv(["code", "note"], payloads.Select((payload, i) => new[] { $"c{i}", payload }));

        var read = CsvRows.Read(Encoding.UTF8.GetString(csv)[1..]).Skip(1).Select(row => row.Cells[1]).ToList();
        Assert.Equal(payloads.Select(p => p.Trim()).Select(p => p.Replace("\r", "", StringComparison.Ordinal)), read.Select(p => p.Trim().Replace("\r", "", StringComparison.Ordinal)));
        using var parser = new CsvHelper.CsvParser(new StringReader(Encoding.UTF8.GetString(csv)[1..]), System.Globalization.CultureInfo.InvariantCulture);
        parser.Read();
        while (parser.Read()) Assert.StartsWith("'", parser[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-5", "-5")]
    [InlineData("'quoted'", "'quoted'")]
    [InlineData("'=1", "''=1")]
    [InlineData("=1", "'=1")]
    [InlineData("plain", "plain")]
    public void only_what_could_run_is_guarded(string cell, string written)
    {
        Assert.Equal(written, FormulaText.Guard(cell));
        Assert.Equal(cell, FormulaText.Unguard(written));
    }
}
