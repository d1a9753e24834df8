using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace MicroCreds.Sheets;

/// <summary>A sheet to be written into a workbook.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Columns">What each column holds, in the order of the header.</param>
/// <param name="Rows">Rows as the text that a CSV file would hold.</param>
internal sealed record WorkbookSheet(string Name, ImmutableArray<string> Header, ImmutableArray<SheetColumn> Columns, IReadOnlyList<ImmutableArray<string>> Rows);

/// <summary>
/// Writes XLSX workbooks: a header row that stays in sight, lists to choose from, days and numbers as such, and all else as text, so that a spreadsheet
/// neither drops zeros nor calculates. The same sheets give the same bytes. Source: ECMA-376, Office Open XML.
/// </summary>
internal static partial class WorkbookWriter
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";

    // Longest list of words that a spreadsheet takes within a rule for cells.
    private const int MaxListText = 255;
    private const int MaxColumnWidth = 60;
    private const int RowsLookedAt = 100;

    // Styles by number, as the style sheet below lists them.
    private const int HeaderStyle = 1, TextStyle = 2, DayStyle = 3;

    // Spreadsheets count days from here; before March 1900 they count a day that never was.
    private static readonly DateOnly DayZero = new(1899, 12, 30);
    private static readonly DateOnly FirstDay = new(1900, 3, 1);

    // Archives hold a time for each file; one fixed time keeps the bytes the same.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly XmlWriterSettings Xml = new() { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize };

    /// <summary>The workbook.</summary>
    internal static byte[] Write(IReadOnlyList<WorkbookSheet> sheets)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Text(archive, "[Content_Types].xml", $"<Types xmlns=\"{Package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>" +
                "<Default Extension=\"xml\" ContentType=\"application/xml\"/>" + Override("workbook", "sheet.main") + Override("styles", "styles") +
                string.Concat(sheets.Select((_, i) => Override($"worksheets/sheet{i + 1}", "worksheet"))) + "</Types>");
            Text(archive, "_rels/.rels", $"<Relationships xmlns=\"{Package}/relationships\">{Relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>");
            Text(archive, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>" +
                string.Concat(sheets.Select((sheet, i) => $"<sheet name=\"{sheet.Name}\" sheetId=\"{i + 1}\" r:id=\"s{i + 1}\"/>")) + "</sheets></workbook>");
            Text(archive, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}/relationships\">" +
                string.Concat(sheets.Select((_, i) => Relation($"s{i + 1}", "worksheet", $"worksheets/sheet{i + 1}.xml"))) + Relation("st", "styles", "styles.xml") + "</Relationships>");
            Text(archive, "xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>" +
                "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>" +
                "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE3E8EF\"/></patternFill></fill></fills>" +
                "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>" +
                $"<cellXfs count=\"4\">{Style(0, 0, 0)}{Style(49, 1, 2)}{Style(49, 0, 0)}{Style(164, 0, 0)}</cellXfs></styleSheet>");
            for (var i = 0; i < sheets.Count; i++) Sheet(archive, $"xl/worksheets/sheet{i + 1}.xml", sheets[i]);
        }

        return file.ToArray();
    }

    private static void Sheet(ZipArchive archive, string name, WorkbookSheet sheet)
    {
        using var stream = Entry(archive, name);
        using var xml = XmlWriter.Create(stream, Xml);
        xml.WriteStartElement("worksheet", Main);
        xml.WriteRaw("<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>");
        for (var i = 0; i < sheet.Columns.Length; i++)
            xml.WriteRaw($"<col min=\"{i + 1}\" max=\"{i + 1}\" width=\"{Width(sheet, i)}\" style=\"{StyleOf(sheet.Columns[i])}\" customWidth=\"1\"/>");
        xml.WriteRaw("</cols><sheetData>");
        var letters = sheet.Header.Select((_, i) => Letters(i)).ToArray();
        var number = 1;
        Row(xml, number, letters, sheet.Header, null);
        foreach (var row in sheet.Rows) Row(xml, ++number, letters, row, sheet.Columns);
        xml.WriteRaw("</sheetData>");
        var lists = sheet.Columns.Select((column, i) => (Words: string.Join(',', column.Choice), Letter: letters[i])).Where(l => l.Words.Length is > 0 and <= MaxListText).ToList();
        if (lists.Count > 0)
        {
            xml.WriteRaw($"<dataValidations count=\"{lists.Count}\">");
            foreach (var (words, letter) in lists)
                xml.WriteRaw($"<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" sqref=\"{letter}2:{letter}{SheetReader.MaxRows + 1}\"><formula1>\"{words}\"</formula1></dataValidation>");
            xml.WriteRaw("</dataValidations>");
        }

        xml.WriteEndElement();
    }

    private static void Row(XmlWriter xml, int number, string[] letters, ImmutableArray<string> cells, ImmutableArray<SheetColumn>? columns)
    {
        xml.WriteRaw($"<row r=\"{number}\">");
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length > 0) Cell(xml, $"{letters[i]}{number}", cells[i], columns?[i]);
        }

        xml.WriteRaw("</row>");
    }

    private static void Cell(XmlWriter xml, string place, string cell, SheetColumn? column)
    {
        if (column?.Cells == CellKind.Number && PlainNumber().IsMatch(cell))
        {
            xml.WriteRaw($"<c r=\"{place}\"><v>{cell}</v></c>");
        }
        else if (column?.Cells == CellKind.Day && DateOnly.TryParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= FirstDay)
        {
            xml.WriteRaw($"<c r=\"{place}\" s=\"{DayStyle}\"><v>{day.DayNumber - DayZero.DayNumber}</v></c>");
        }
        else
        {
            xml.WriteRaw($"<c r=\"{place}\" s=\"{(column is null ? HeaderStyle : TextStyle)}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            // Guarded as in CSV: what is text here could be saved as CSV from the spreadsheet and opened again.
            xml.WriteString(Escaped(FormulaText.Guard(cell)));
            xml.WriteRaw("</t></is></c>");
        }
    }

    // ECMA-376 part 1, 22.9.2.19: a character that XML cannot hold is written as _xHHHH_, and so is the start of a text that looks like it.
    private static string Escaped(string text) => Unwritable().IsMatch(text) ? Unwritable().Replace(text, match => $"_x{(int)match.Value[0]:X4}_") : text;

    // As wide as the first rows need it.
    private static int Width(WorkbookSheet sheet, int column) => 3 + Math.Min(MaxColumnWidth, Math.Max(sheet.Header[column].Length, sheet.Rows.Take(RowsLookedAt).Max(row => (int?)row[column].Length) ?? 0));

    private static int StyleOf(SheetColumn column) => column.Cells switch
    {
        CellKind.Text => TextStyle,
        CellKind.Day => DayStyle,
        _ => 0,
    };

    private static string Letters(int column) => column < 26 ? $"{(char)('A' + column)}" : $"{Letters((column / 26) - 1)}{(char)('A' + (column % 26))}";

    private static string Style(int format, int font, int fill) => $"<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\"/>";

    private static string Override(string part, string type) => $"<Override PartName=\"/xl/{part}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{type}+xml\"/>";

    private static string Relation(string id, string type, string target) => $"<Relationship Id=\"{id}\" Type=\"{Relations}/{type}\" Target=\"{target}\"/>";

    private static void Text(ZipArchive archive, string name, string text)
    {
        using var entry = Entry(archive, name);
        entry.Write(Encoding.UTF8.GetBytes(Declaration + text));
    }

    private static Stream Entry(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = EntryTime;
        return entry.Open();
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"[\uFFFE\uFFFF]|_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant)]
    private static partial Regex Unwritable();
}
