using System.IO.Compression;
using System.Text;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Workbooks written by hand, part by part, so that a test can put into one what no spreadsheet program would.</summary>
internal static class Workbooks
{
    internal sealed record Part(string Name, string SheetData, bool Hidden = false, string After = "");

    /// <summary>A row of text cells; a cell that begins with <c>&lt;c</c> is XML already, with <c>{r}</c> for its place.</summary>
    internal static string Row(int number, params string[] cells) =>
        $"<row r=\"{number}\">{string.Concat(cells.Select((cell, i) => Cell($"{(char)('A' + i)}{number}", cell)))}</row>";

    internal static byte[] Of(params Part[] sheets)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", Rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
            Add(archive, "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>" +
                "<Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
            Add(archive, "_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add(archive, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Rel}\"><sheets>" + string.Concat(sheets.Select((s, i) =>
                $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\"{(s.Hidden ? " state=\"hidden\"" : "")} r:id=\"s{i + 1}\"/>")) + "</sheets></workbook>");
            Add(archive, "xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + string.Concat(sheets.Select((_, i) =>
                $"<Relationship Id=\"s{i + 1}\" Type=\"{Rel}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>")) + $"<Relationship Id=\"st\" Type=\"{Rel}/styles\" Target=\"styles.xml\"/></Relationships>");
            // Styles: 0 general, 1 day, 2 four digits, 3 percent.
            Add(archive, "xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"0000\"/></numFmts><cellXfs count=\"4\">" +
                "<xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/><xf numFmtId=\"9\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>");
            for (var i = 0; i < sheets.Length; i++)
                Add(archive, $"xl/worksheets/sheet{i + 1}.xml", $"<worksheet xmlns=\"{Main}\"><sheetData>{sheets[i].SheetData}</sheetData>{sheets[i].After}</worksheet>");
        }

        return file.ToArray();
    }

    /// <summary>The workbook with one more file in it.</summary>
    internal static byte[] With(byte[] workbook, int files, int bytesEach)
    {
        using var file = new MemoryStream();
        file.Write(workbook);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            var zeros = new byte[bytesEach];
            for (var i = 0; i < files; i++)
            {
                using var entry = archive.CreateEntry($"xl/media/{i}.bin", CompressionLevel.SmallestSize).Open();
                entry.Write(zeros);
            }
        }

        return file.ToArray();
    }

    private static string Cell(string place, string cell) =>
        cell.StartsWith("<c", StringComparison.Ordinal) ? cell.Replace("{r}", place, StringComparison.Ordinal)
        : $"<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{System.Security.SecurityElement.Escape(cell)}</t></is></c>";

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }
}
