using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Sheets;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>A workbook with several sheets in one message, in and out.</summary>
public sealed class WholeWorkbookTests
{
    private static readonly string Units = Workbooks.Row(1, "code", "title", "programme", "ects", "eqf_level") + Workbooks.Row(2, "A", "First", "P", "6", "6");
    private static readonly string RulesHeader = Workbooks.Row(1, "rule", "target_unit", "achievement_code", "min_ects");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task what_is_exported_as_a_workbook_imports_to_the_same_digest(int version)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        if (version > 0) await admin.PublishDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("2"), TableId = "bsc" });

        var first = await admin.ExportTableAsync(new() { TableId = "bsc", Version = version, Kind = Sheet.Types.Kind.Workbook });
        var imported = await admin.ImportDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("3"), TableId = "copy", ValidateOnly = false, Sheets = { first.Sheet } });
        var second = await admin.ExportTableAsync(new() { TableId = "copy", Kind = Sheet.Types.Kind.Workbook });

        Assert.Equal(("table.xlsx", 2, 3), (first.Sheet.FileName, imported.Draft.UnitCount, imported.Draft.RuleCount));
        Assert.Equal((first.Digest, first.Sheet.Content), (second.Digest, second.Sheet.Content));
    }

    [Fact]
    public async Task the_template_is_the_workbook_of_an_empty_table_and_only_an_administrator_gets_it()
    {
        await using var node = await TableNode.StartAsync();
        var answer = await new Admin(node.As(StaffRole.Administrator)).GetImportTemplateAsync(new());
        Assert.Equal((Sheet.Types.Kind.Workbook, "table.xlsx"), (answer.Sheet.Kind, answer.Sheet.FileName));
        Assert.Equal(SheetTable.Workbook([], []), answer.Sheet.Content.ToByteArray());
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(node.As(StaffRole.Officer)).GetImportTemplateAsync(new()))).Reason);
        Assert.Equal(["institution"], (await Refusals.Of(new Admin(node.As(StaffRole.Administrator)).GetImportTemplateAsync(new() { Institution = "!" }))).Fields);
    }

    [Fact]
    public void cells_are_named_by_file_sheet_row_and_column()
    {
        var problem = Sheets.Refused(Workbook(new("Units", Units + Workbooks.Row(3, "B", "", "P", "6", "6")), new("notes", Workbooks.Row(1, "x")), new(" RULES", RulesHeader + Workbooks.Row(2, "R1", "A", "X", "1,5"))));
        Assert.Equal(["table.xlsx/units:3:title", "table.xlsx/rules:2:min_ects"], problem.Violations.Select(v => v.Field));
    }

    [Fact]
    public void a_sheet_without_rows_is_left_aside_and_blank_rows_behind_the_last_are_none()
    {
        var sheets = Sheets.Read(Workbook(new("units", Units + Workbooks.Row(3, "", "", " ") + Workbooks.Row(900)), new("rules", RulesHeader + Workbooks.Row(2, "", ""))));
        Assert.Equal(1, sheets.Units?.Length);
        Assert.Null(sheets.Rules);
    }

    [Fact]
    public void a_kind_sent_twice_a_hidden_sheet_and_a_workbook_without_known_sheets_are_refused_in_words()
    {
        Assert.Equal(("table.xlsx/units", "the sheet units was sent twice; send each once"), Only(Sheets.Units("code,title,programme,ects,eqf_level\n"), Workbook(new Workbooks.Part("units", Units))));
        Assert.Contains("hides the sheet rules", Only(Workbook(new("units", Units), new("rules", RulesHeader, Hidden: true))).Description, StringComparison.Ordinal);
        Assert.Contains("has no sheet named units", Only(Workbook(new Workbooks.Part("Sheet1", Units))).Description, StringComparison.Ordinal);
        Assert.Contains("no XLSX workbook", Only(new SheetFile(null, "table.xlsx", "code,title\n"u8.ToArray())).Description, StringComparison.Ordinal);
    }

    private static (string Field, string Description) Only(params SheetFile[] files) => Sheets.OnlyViolation(files) is var violation ? (violation.Field, violation.Description) : default;

    private static SheetFile Workbook(params Workbooks.Part[] sheets) => new(null, "table.xlsx", Workbooks.Of(sheets));
}
