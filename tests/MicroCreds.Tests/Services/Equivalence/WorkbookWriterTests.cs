using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>What is written as CSV or as a workbook is read as the same again, and people find in a workbook what they may write.</summary>
public sealed class WorkbookWriterTests
{
    public static TheoryData<SheetKind> Kinds => [.. Enum.GetValues<SheetKind>()];

    [Fact]
    public void every_table_written_and_read_has_the_same_digest() => Prop.ForAll(SheetTables.All(), table =>
    {
        var digest = EquivalenceTableBuilder.DigestOf(table.Units, table.Rules);
        Assert.Equal(digest, DigestOf([.. Enum.GetValues<SheetKind>().Select(kind => new SheetFile(kind, $"{kind}.csv", SheetTable.Csv(kind, table.Units, table.Rules)))]));
        Assert.Equal(digest, DigestOf(new SheetFile(null, "table.xlsx", SheetTable.Workbook(table.Units, table.Rules))));
        Assert.Equal(SheetTable.Workbook(table.Units, table.Rules), SheetTable.Workbook([.. table.Units.Reverse()], [.. table.Rules.Reverse()]));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Theory, MemberData(nameof(Kinds))]
    public void every_column_is_explained_and_no_other(SheetKind kind) => Assert.Equal(SheetKinds.Layout(kind).Columns.Order(), ColumnDictionary.Of(kind).Keys.Order());

    [Theory, MemberData(nameof(Kinds))]
    public void the_examples_of_a_sheet_make_a_right_row(SheetKind kind)
    {
        var columns = SheetKinds.Layout(kind).Columns;
        var examples = ColumnDictionary.Of(kind);
        Assert.All(columns, column => Assert.NotEmpty(examples[column].Example));
        Assert.All(columns, column => Assert.True(examples[column].Choice.IsEmpty || examples[column].Choice.Contains(examples[column].Example)));
        var reading = SheetReader.ReadEach([new(kind, "examples.csv", SheetWriter.Csv(columns, [columns.Select(column => examples[column].Example)]))]);
        Assert.Empty(reading.Rejected);
        Assert.True(reading.Whole);
    }

    [Fact]
    public void a_template_has_every_sheet_a_frozen_header_lists_and_a_dictionary_and_imports_as_nothing()
    {
        var template = SheetTable.Workbook([], []);

        var sheet = Part(template, $"xl/worksheets/sheet{1 + Array.IndexOf(Enum.GetValues<SheetKind>(), SheetKind.Rules)}.xml");
        Assert.Contains("state=\"frozen\"", sheet, StringComparison.Ordinal);
        Assert.Contains("<formula1>\"public,partners,hidden\"</formula1>", sheet, StringComparison.Ordinal);
        Assert.All(SheetLayout.Rules.Columns, column => Assert.Contains($">{column}</t>", sheet, StringComparison.Ordinal));
        var dictionary = Part(template, $"xl/worksheets/sheet{1 + Enum.GetValues<SheetKind>().Length}.xml");
        Assert.Equal(1 + Enum.GetValues<SheetKind>().Sum(kind => SheetKinds.Layout(kind).Columns.Length), dictionary.Split("<row ").Length - 1);
        var reading = SheetReader.ReadEach([new(null, "table.xlsx", template)]);
        Assert.True(reading.Whole);
        Assert.Equal(new ImportedSheets(null, null, null), reading.Sheets);
    }

    [Fact]
    public void texts_are_texts_numbers_are_numbers_and_days_are_days()
    {
        var unit = Sheets.Read(Sheets.Units("code,title,programme,ects,eqf_level\n0012,=cmd(),007,1.5,6\n")).Units.GetValueOrDefault();
        var rule = Sheets.Read(Sheets.Rules("rule,target_unit,isced_field,valid_from\n0001,0012,0688,2026-09-01\n")).Rules.GetValueOrDefault();

        var workbook = SheetTable.Workbook(unit, rule);

        var (units, rules) = (Part(workbook, "xl/worksheets/sheet1.xml"), Part(workbook, $"xl/worksheets/sheet{1 + Array.IndexOf(Enum.GetValues<SheetKind>(), SheetKind.Rules)}.xml"));
        Assert.Contains("<c r=\"A2\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">0012</t>", units, StringComparison.Ordinal);
        Assert.Contains("<c r=\"B2\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">'=cmd()</t>", units, StringComparison.Ordinal);
        Assert.Contains("<c r=\"D2\"><v>1.5</v></c>", units, StringComparison.Ordinal);
        Assert.Contains(">0688</t>", rules, StringComparison.Ordinal);
        Assert.Contains("s=\"3\"><v>46266</v></c>", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("<f>", units + rules, StringComparison.Ordinal);
    }

    private static Sha256Digest DigestOf(params SheetFile[] files)
    {
        var sheets = Sheets.Read(files);
        if (DraftImport.Apply(TableId.Parse("t"), null, null, sheets, "", DateTimeOffset.UnixEpoch).Failed(out var problem, out var draft)) throw new Xunit.Sdk.XunitException(problem.Message);
        return EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules);
    }

    private static string Part(byte[] workbook, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(workbook));
        using var reader = new StreamReader(archive.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
