using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class WorkbookTests
{
    private static readonly string Header = Workbooks.Row(1, "code", "title", "programme", "ects", "eqf_level");

    [Fact]
    public void reads_texts_numbers_days_and_the_results_of_formulas_as_a_csv_file_would_have_them()
    {
        var rules = Workbooks.Row(1, "rule", "target_unit", "isced_field", "min_ects", "valid_from", "min_outcome_coverage_percent", "quality_assured", "grant_ects") + Workbooks.Row(
            2, "R1", "BIOL 101", "<c r=\"{r}\" s=\"2\"><v>512</v></c>", "<c r=\"{r}\"><v>1.5</v></c>", "<c r=\"{r}\" s=\"1\"><v>45901</v></c>", "<c r=\"{r}\" s=\"3\"><v>0.8</v></c>",
            "<c r=\"{r}\" t=\"b\"><v>1</v></c>", "<c r=\"{r}\"><f>0.1+0.2</f><v>0.30000000000000004</v></c>");
        var units = Header + Workbooks.Row(2, "BIOL 101".Replace(' ', '-'), "Biology", "P", "<c r=\"{r}\"><v>6</v></c>", "<c r=\"{r}\"><v>6</v></c>");

        var problem = Sheets.Refused(Of(SheetKind.Rules, new Workbooks.Part("rules", rules.Replace("BIOL 101", "!", StringComparison.Ordinal))));
        Assert.Equal("table.xlsx:2:target_unit", Assert.Single(problem.Violations).Field);
        var read = Sheets.Read(Of(SheetKind.Rules, new Workbooks.Part("rules", rules.Replace("BIOL 101", "BIOL-101", StringComparison.Ordinal)), new("units", units))).Rules.GetValueOrDefault();
        var csv = Sheets.Read(Sheets.Rules("rule,target_unit,isced_field,min_ects,valid_from,min_outcome_coverage_percent,quality_assured,grant_ects\nR1,BIOL-101,0512,1.5,2025-09-01,80,yes,0.3\n"))
            .Rules.GetValueOrDefault();
        Assert.Equal(MicroCreds.Domain.Rules.EquivalenceTableBuilder.DigestOf([], csv), MicroCreds.Domain.Rules.EquivalenceTableBuilder.DigestOf([], read));
    }

    [Theory]
    [InlineData("BIOL101")]
    [InlineData("BIOL 101")]
    [InlineData("BIOL-101")]
    public void a_code_keeps_its_spelling(string code)
    {
        var rules = Workbooks.Row(1, "rule", "target_unit", "achievement_code") + Workbooks.Row(2, "R1", "A", code);
        var rule = Assert.Single(Sheets.Read(Of(SheetKind.Rules, new Workbooks.Part("Tabelle1", rules))).Rules.GetValueOrDefault());
        Assert.Equal(code, Assert.IsType<MicroCreds.Domain.Rules.RuleCondition.AchievementCode>(Assert.Single(rule.Conditions)).Code);
    }

    [Fact]
    public void a_sheet_without_a_known_name_is_the_first_that_is_not_hidden()
    {
        var units = Header + Workbooks.Row(2, "A", "First", "P", "6", "6");
        Assert.Equal("A", Assert.Single(Sheets.Read(Of(SheetKind.Units, new Workbooks.Part("scratch", Workbooks.Row(1, "nonsense"), Hidden: true), new("Feuil1", units))).Units.GetValueOrDefault()).Code.Value);
    }

    [Fact]
    public void a_hidden_sheet_is_refused_in_words() =>
        Assert.Contains("hides the sheet Units", Sheets.OnlyViolation(Of(SheetKind.Units, new Workbooks.Part("Units", Header, Hidden: true), new("other", Header))).Description, StringComparison.Ordinal);

    [Fact]
    public void a_missing_sheet_is_named_with_those_that_are_there() =>
        Assert.Contains("has no sheet units; it has rules, notes", Sheets.OnlyViolation(Of(SheetKind.Units, new Workbooks.Part("rules", Header), new("notes", Header))).Description, StringComparison.Ordinal);

    [Fact]
    public void merged_cells_are_refused_in_the_header_and_in_a_row()
    {
        var rows = Header + Workbooks.Row(2, "A", "First", "P", "6", "6") + Workbooks.Row(3, "B", "Second", "P", "6", "6");
        Assert.Equal("table.xlsx:1", Sheets.OnlyViolation(Of(SheetKind.Units, new Workbooks.Part("units", rows, After: "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>"))).Field);
        var violation = Sheets.OnlyViolation(Of(SheetKind.Units, new Workbooks.Part("units", rows, After: "<mergeCells count=\"1\"><mergeCell ref=\"C3:D3\"/></mergeCells>")));
        Assert.Equal("table.xlsx:3", violation.Field);
        Assert.Contains("unmerge", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<c r=\"{r}\"><f>SUM(1,2)</f></c>")]
    [InlineData("<c r=\"{r}\"><f>SUM(1,2)</f><v/></c>")]
    [InlineData("<c r=\"{r}\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>")]
    public void a_formula_without_a_result_is_refused_with_its_cell(string cell) =>
        Assert.Contains("cell D2 of sheet1.xml", Sheets.OnlyViolation(Of(SheetKind.Units, new Workbooks.Part("units", Header + Workbooks.Row(2, "A", "First", "P", cell, "6")))).Description, StringComparison.Ordinal);

    [Fact]
    public void a_bomb_is_refused_before_it_unpacks()
    {
        var good = Workbooks.Of(new Workbooks.Part("units", Header));
        var (large, many) = (Workbooks.With(good, 4, 64 * 1024 * 1024), Workbooks.With(good, 1000, 1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("unpacks to more than 100 times", Violation(large), StringComparison.Ordinal);
        Assert.Contains("at most 1000", Violation(many), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * 1024 * 1024);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(600)]
    public void a_damaged_workbook_is_refused_in_words(int length)
    {
        var workbook = Workbooks.Of(new Workbooks.Part("units", Header));
        Assert.Contains("damaged", Violation(workbook[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void a_workbook_with_a_document_type_is_refused()
    {
        var bad = Workbooks.Of(new Workbooks.Part("units", "<!DOCTYPE x [<!ENTITY a \"b\">]>"));
        Assert.Contains("damaged", Violation(bad), StringComparison.Ordinal);
    }

    [Fact]
    public void an_old_workbook_and_another_archive_are_refused_with_what_to_do()
    {
        Assert.Contains(".xlsx", Violation([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), StringComparison.Ordinal);
        using var file = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true)) archive.CreateEntry("content.xml");
        Assert.Contains("no XLSX workbook", Violation(file.ToArray()), StringComparison.Ordinal);
    }

    private static SheetFile Of(SheetKind kind, params Workbooks.Part[] sheets) => new(kind, "table.xlsx", Workbooks.Of(sheets));

    private static string Violation(byte[] content) => Sheets.OnlyViolation(new SheetFile(SheetKind.Units, "table.xlsx", content)).Description;
}
