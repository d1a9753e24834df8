using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;
using MicroCreds.Tests.Domain.Rules;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>What happens to tables in spreadsheets on their way: each is taken as it was meant, or refused with the cell, what it holds and what to write.</summary>
public sealed class SpreadsheetAccidentTests
{
    private const string UnitColumns = "code,title,programme,ects,eqf_level";

    [Theory]
    [InlineData("\"1,5\"", "'1,5' has a decimal comma; write 1.5")]
    [InlineData("\"1.500,00\"", "'1.500,00' is not an amount of ECTS credits")]
    [InlineData("1.555", "'1.555' is not an amount of ECTS credits")]
    [InlineData("6 ECTS", "'6 ECTS' is not an amount of ECTS credits")]
    [InlineData("361", "'361' is not an amount of ECTS credits")]
    [InlineData("-1", "'-1' is not an amount of ECTS credits")]
    public void an_amount_that_could_mean_two_things_is_refused(string cell, string reason)
    {
        var violation = Sheets.OnlyViolation(Sheets.Units($"{UnitColumns}\nA,First,P,{cell},6\n"));
        Assert.Equal("units.csv:2:ects", violation.Field);
        Assert.StartsWith(reason, violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01/09/2026")]
    [InlineData("2026-9-1")]
    [InlineData("1.9.2026")]
    [InlineData("45901")]
    [InlineData("2026-02-30")]
    public void a_day_in_another_order_is_refused(string cell)
    {
        var violation = Sheets.OnlyViolation(Sheets.Rules($"rule,target_unit,achievement_code,valid_from\nR1,A,X,{cell}\n"));
        Assert.Equal(("rules.csv:2:valid_from", $"'{cell}' is not a day; write it as YYYY-MM-DD, for example 2026-09-01"), (violation.Field, violation.Description));
    }

    [Fact]
    public void codes_are_one_code_in_any_spelling_and_keep_theirs()
    {
        var rules = Sheets.Read(Sheets.Rules("rule,target_unit,awarding_body,achievement_code\nR1,A,uni-b.example,BIOL101\nR2,A,uni-b.example,BIOL 101\nR3,A,uni-b.example,biol-101\n")).Rules.GetValueOrDefault();
        Assert.Equal(["BIOL101", "BIOL 101", "biol-101"], rules.Select(r => Assert.Single(r.Conditions.OfType<RuleCondition.AchievementCode>()).Code));
        var report = TableCheck.Report([], rules, [], RuleSamples.Policy, RuleSamples.Day);
        Assert.Equal(3, report.Agreeing);
        Assert.Equal(["R2", "R3"], report.Findings.Where(f => f.Code == TableFindingCode.Redundant).Select(f => f.Rule!.Value));
    }

    [Fact]
    public void a_unit_code_with_a_blank_is_refused_with_what_to_write()
    {
        var violation = Sheets.OnlyViolation(Sheets.Units($"{UnitColumns}\nBIOL 101,Biology,P,6,6\n"));
        Assert.Equal("units.csv:2:code", violation.Field);
        Assert.StartsWith("'BIOL 101' is not a code: 1 to 64 letters, digits and . _ / : -", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code,title,,ects,eqf_level\nA,First,P,6,6\n", "units.csv:1", "column 3 has no name")]
    [InlineData("Units of 2026,,,,\ncode,title,programme,ects,eqf_level\nA,First,P,6,6\n", "units.csv:1:units of 2026", "is no column of this sheet")]
    public void a_header_that_was_merged_or_stands_lower_is_refused(string text, string field, string reason)
    {
        var violations = Sheets.Refused(Sheets.Units(text)).Violations;
        Assert.Contains(violations, v => v.Field == field && v.Description.StartsWith(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void semicolons_quoted_line_breaks_a_byte_order_mark_and_blank_rows_behind_are_taken()
    {
        var text = "\uFEFFcode;title;programme;ects;eqf_level;;\r\nA;\"First;\r\nwith a \"\"second\"\" line\";P;1.5;6;;\r\n;;;;;;\r\n" + string.Concat(Enumerable.Repeat("\r\n;;;;;;\r\n", 500));
        var unit = Assert.Single(Sheets.Read(Sheets.Units(text)).Units.GetValueOrDefault());
        Assert.Equal("First;\r\nwith a \"second\" line", unit.Title.ToString());
        Assert.Equal(150, unit.Credits.Hundredths);
    }

    [Theory]
    [InlineData("<c r=\"{r}\" s=\"1\"><v>46266</v></c>", "2026-09-01")]
    [InlineData("2026-09-01", "2026-09-01")]
    public void a_workbook_may_hold_days_as_dates_or_as_text(string cell, string day)
    {
        var rule = Assert.Single(Sheets.Read(Rules(cell, "6")).Rules.GetValueOrDefault());
        Assert.Equal(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), rule.ValidFrom);
    }

    [Fact]
    public void a_workbook_may_hold_numbers_as_text_and_with_the_spreadsheets_own_decimal_sign()
    {
        Assert.Equal("1.5", Grant("1.5"));
        Assert.Equal("1.5", Grant("<c r=\"{r}\"><v>1.5</v></c>"));
        Assert.Equal("table.xlsx:2:grant_ects", Sheets.OnlyViolation(Rules("2026-09-01", "1,5")).Field);
        Assert.Equal("table.xlsx:2:valid_from", Sheets.OnlyViolation(Rules("<c r=\"{r}\" s=\"1\"><v>46266.5</v></c>", "6")).Field);

        static string Grant(string cell) => Assert.IsType<CreditGrant.Fixed>(Assert.Single(Sheets.Read(Rules("2026-09-01", cell)).Rules.GetValueOrDefault()).Grant).Credits.ToString();
    }

    private static SheetFile Rules(string day, string credits) => new(SheetKind.Rules, "table.xlsx", Workbooks.Of(new Workbooks.Part(
        "rules", Workbooks.Row(1, "rule", "target_unit", "achievement_code", "valid_from", "grant_ects") + Workbooks.Row(2, "R1", "A", "X", day, credits) + Workbooks.Row(3, "", " "))));
}
