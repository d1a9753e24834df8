using System.Text;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class SheetReaderTests
{
    private const string Units = "code,title,programme,ects,eqf_level,kind,graded\nDS-101,Data science,BSC-CS,6,6,course,yes\n";

    [Fact]
    public void reads_a_unit()
    {
        var unit = Assert.Single(Sheets.Read(Sheets.Units(Units)).Units.GetValueOrDefault());
        Assert.Equal("DS-101", unit.Code.Value);
        Assert.Equal("Data science", unit.Title.ToString());
        Assert.Equal("BSC-CS", unit.Programme.Value);
        Assert.Equal(600, unit.Credits.Hundredths);
        Assert.Equal((6, UnitKind.Course, true), (unit.EqfLevel, unit.Kind, unit.Graded));
    }

    [Theory]
    [InlineData("eqf_level,code,ects,title,programme\n6,DS-101,6,Data science,BSC-CS\n")]
    [InlineData("code;title;programme;ects;eqf_level\nDS-101;Data science;BSC-CS;6;6\n")]
    [InlineData("CODE , Title,programme,ects,eqf_level\r\n DS-101 ,Data science,BSC-CS,6.00,6\r\n")]
    [InlineData("code,title,programme,ects,eqf_level,,\nDS-101,\"Data science\",BSC-CS,6,6,,\n,,,,,,\n\n")]
    [InlineData("\uFEFFcode,title,programme,ects,eqf_level\nDS-101,Data science,BSC-CS,6,6")]
    public void columns_stand_in_any_order_and_form(string text)
    {
        var unit = Assert.Single(Sheets.Read(Sheets.Units(text)).Units.GetValueOrDefault());
        Assert.Equal("DS-101|Data science|BSC-CS|6|6|Course|False", $"{unit.Code}|{unit.Title}|{unit.Programme}|{unit.Credits}|{unit.EqfLevel}|{unit.Kind}|{unit.Graded}");
    }

    [Fact]
    public void reads_outcomes_with_what_covers_them()
    {
        var outcomes = Sheets.Read(Sheets.Outcomes("unit,code,title,essential,covered_by\nDS-101,LO1,Cleans data,yes,http://data.europa.eu/esco/skill/1 | Data cleaning\nDS-101,LO2,Plots data,,\n")).Outcomes.GetValueOrDefault();
        Assert.Equal(2, outcomes.Length);
        Assert.Equal("DS-101", outcomes[0].Unit.Value);
        Assert.True(outcomes[0].Outcome.Essential);
        Assert.Equal(["http://data.europa.eu/esco/skill/1", "Data cleaning"], outcomes[0].Outcome.CoveredBy.AsEnumerable());
        Assert.False(outcomes[1].Outcome.Essential);
        Assert.Empty(outcomes[1].Outcome.CoveredBy);
    }

    [Fact]
    public void names_every_wrong_cell_of_every_sheet_by_row_and_column()
    {
        var problem = Sheets.Refused(
            Sheets.Units("code,title,programme,ects,eqf_level,graded\nDS 101,Data science,BSC-CS,\"6,5\",9,maybe\nDS-102,,BSC-CS,6,6,no\n"),
            Sheets.Outcomes("unit,code,title,essential\nDS-101,LO1,Cleans data,ja\n"));
        Assert.Equal(
            ["units.csv:2:code", "units.csv:2:ects", "units.csv:2:eqf_level", "units.csv:2:graded", "units.csv:3:title", "outcomes.csv:2:essential"],
            problem.Violations.Select(v => v.Field));
        Assert.Equal("6", problem.Facts["row_errors"]);
        Assert.Equal("'6,5' has a decimal comma; write 6.5", problem.Violations[1].Description);
    }

    [Fact]
    public void counts_rows_as_a_spreadsheet_shows_them()
    {
        // Row 2 holds a line break inside a cell, row 3 is empty.
        var violation = Sheets.OnlyViolation(Sheets.Units("code,title,programme,ects,eqf_level\nDS-101,\"Data\nscience\",BSC-CS,6,6\n\nDS-102,Statistics,BSC-CS,x,6\n"));
        Assert.Equal("units.csv:4:ects", violation.Field);
    }

    [Fact]
    public void names_the_nearest_column_for_one_it_does_not_know()
    {
        var violation = Sheets.OnlyViolation(Sheets.Units("code,title,programme,ects,eqf_levl,eqf_level\n"));
        Assert.Equal(("units.csv:1:eqf_levl", "is no column of this sheet; the nearest is eqf_level"), (violation.Field, violation.Description));
    }

    [Fact]
    public void asks_for_required_columns() =>
        Assert.Equal(["units.csv:1:programme", "units.csv:1:eqf_level"], Sheets.Refused(Sheets.Units("code,title,ects\nA,B,1\n")).Violations.Select(v => v.Field));

    [Fact]
    public void refuses_a_column_that_stands_twice() =>
        Assert.Equal("units.csv:1:code", Sheets.OnlyViolation(Sheets.Units("code,title,programme,ects,eqf_level,code\n")).Field);

    [Fact]
    public void refuses_a_key_that_stands_twice()
    {
        var violation = Sheets.OnlyViolation(Sheets.Units(Units + "DS-102,B,BSC-CS,6,6,course,no\nDS-101,C,BSC-CS,6,6,course,no\n"));
        Assert.Equal(("units.csv:4:code", "stands in row 2 already"), (violation.Field, violation.Description));
    }

    [Fact]
    public void the_same_outcome_code_may_stand_in_two_units()
    {
        Assert.Equal(2, Sheets.Read(Sheets.Outcomes("unit,code,title\nA,LO1,x\nB,LO1,x\n")).Outcomes.GetValueOrDefault().Length);
        Assert.Equal("outcomes.csv:4:code", Sheets.OnlyViolation(Sheets.Outcomes("unit,code,title\nA,LO1,x\nB,LO1,x\nA,LO1,y\n")).Field);
    }

    [Fact]
    public void a_row_with_too_many_cells_says_so()
    {
        var violation = Sheets.OnlyViolation(Sheets.Units("code,title,programme,ects,eqf_level\nDS-101,Data science,BSC-CS,6,5,6\n"));
        Assert.Equal("units.csv:2", violation.Field);
        Assert.Contains("has 6 cells, the header has 5", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code,title,programme,ects,eqf_level\nDS-101,\"Data science,BSC-CS,6,6\nDS-102,B,BSC-CS,6,6\n")]
    [InlineData("code,title,programme,ects,eqf_level\nDS-101,Data \"science,BSC-CS,6,6\n")]
    public void a_lone_quotation_mark_is_named(string text)
    {
        var violation = Sheets.OnlyViolation(Sheets.Units(text));
        Assert.Equal("units.csv:2", violation.Field);
        Assert.StartsWith("a quotation mark stands alone", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x63, 0x6F, 0x64, 0x65, 0x0A, 0xEA, 0xEE, 0xE4, 0x0A }, "is not UTF-8: line 2")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x63, 0x00 }, "is UTF-16")]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04, 0x00 }, "is a damaged workbook")]
    [InlineData(new byte[] { 0x63, 0x00, 0x64 }, "holds zero bytes")]
    [InlineData(new byte[] { }, "has no header row")]
    public void says_what_is_wrong_with_a_file_that_is_no_text(byte[] content, string expected)
    {
        var violation = Sheets.OnlyViolation(new SheetFile(SheetKind.Units, "units.csv", content));
        Assert.StartsWith(expected, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void takes_four_mebibytes_in_all_and_not_a_byte_more()
    {
        // Blank rows fill the rest.
        var full = Encoding.UTF8.GetBytes(Units + "DS-102," + new string(' ', SheetReader.MaxBytes));
        var units = new SheetFile(SheetKind.Units, "units.csv", full.AsMemory(0, SheetReader.MaxBytes - 20));
        var outcomes = Sheets.Outcomes("unit,code,title     ");
        Assert.Equal(["units.csv:3:title", "units.csv:3:programme", "units.csv:3:ects", "units.csv:3:eqf_level"], Sheets.Refused(units, outcomes).Violations.Select(v => v.Field));
        Assert.Contains($"have {SheetReader.MaxBytes + 1} bytes", Sheets.OnlyViolation(units, Sheets.Outcomes("unit,code,title      ")).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void takes_a_hundred_thousand_rows_and_not_one_more()
    {
        var rows = string.Concat(Enumerable.Range(0, SheetReader.MaxRows).Select(i => $"u{i},t,p,1,6\n"));
        const string Header = "code,title,programme,ects,eqf_level\n";
        Assert.Equal(SheetReader.MaxRows, Sheets.Read(Sheets.Units(Header + rows)).Units.GetValueOrDefault().Length);
        Assert.Equal($"units.csv:{SheetReader.MaxRows + 2}", Sheets.OnlyViolation(Sheets.Units(Header + rows + "one,t,p,1,6\n")).Field);
    }

    [Fact]
    public void counts_all_errors_and_names_the_first_thousand()
    {
        var problem = Sheets.Refused(Sheets.Units("code,title,programme,ects,eqf_level\n" + string.Concat(Enumerable.Repeat("?,t,p,1,6\n", 5000))));
        Assert.Equal("5000", problem.Facts["row_errors"]);
        Assert.Equal(1000, problem.Violations.Length);
    }
}
