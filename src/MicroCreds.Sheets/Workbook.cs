using System.IO.Compression;
using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace MicroCreds.Sheets;

/// <summary>
/// An XLSX workbook. Its sheets are known by their names <c>units</c>, <c>outcomes</c> and <c>rules</c>; a workbook with none of these names stands
/// for its first sheet. Hidden sheets are not read, and a hidden sheet that is asked for is refused.
/// </summary>
internal sealed class Workbook
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly List<(string Name, bool Hidden)> _sheets = [];
    private readonly Dictionary<string, List<RawRow>> _rows = [];

    // The library reads its own default encoding, which is one of the code pages.
    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private Workbook(ReadOnlyMemory<byte> content) => _content = content;

    /// <summary>Whether the bytes are a ZIP archive, as workbooks are.</summary>
    internal static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8);

    /// <summary>The workbook; null with a sentence when it cannot be read or is too large unpacked.</summary>
    internal static Workbook? Open(ReadOnlyMemory<byte> content, out string problem)
    {
        problem = WorkbookGuard.Problem(content);
        if (problem.Length > 0) return null;
        var workbook = new Workbook(content);
        try
        {
            workbook._sheets.AddRange(Names(content));
            return workbook;
        }
        catch (Exception e) when (Damaged(e))
        {
            problem = DamagedText;
            return null;
        }
    }

    /// <summary>The kinds whose sheets stand in the workbook under their names.</summary>
    internal IEnumerable<SheetKind> Kinds => SheetKinds.All.Where(kind => _sheets.Any(s => Named(s.Name, kind)));

    /// <summary>The rows of the sheet of this kind; null with a sentence when there is none.</summary>
    internal IEnumerable<RawRow>? Rows(SheetKind kind, out string problem)
    {
        problem = "";
        var named = SheetKinds.All.Any(k => _sheets.Any(s => Named(s.Name, k)));
        var index = named ? _sheets.FindIndex(s => Named(s.Name, kind)) : _sheets.FindIndex(s => !s.Hidden);
        if (index < 0) problem = named ? $"has no sheet {SheetKinds.Name(kind)}; it has {string.Join(", ", _sheets.Select(s => s.Name))}" : "has no sheet that is not hidden";
        else if (_sheets[index].Hidden) problem = $"hides the sheet {_sheets[index].Name}; show it, and look at what it holds, before it is imported";
        if (problem.Length > 0) return null;
        try
        {
            if (!_rows.ContainsKey(_sheets[index].Name)) Read([_sheets[index].Name]);
            if (_rows.Remove(_sheets[index].Name, out var rows)) return rows;
        }
        catch (Exception e) when (Damaged(e))
        {
            // Said below.
        }

        problem = DamagedText;
        return null;
    }

    /// <summary>Reads the sheets of every kind in one go, for <see cref="Rows"/> to answer: the library looks through all sheets before the one it reads.</summary>
    internal void ReadAll()
    {
        try
        {
            Read([.. _sheets.Where(s => !s.Hidden && SheetKinds.All.Any(kind => Named(s.Name, kind))).Select(s => s.Name)]);
        }
        catch (Exception e) when (Damaged(e))
        {
            // The sheet that is damaged says so when its rows are asked for.
        }
    }

    private void Read(HashSet<string> names)
    {
        using var reader = Reader();
        do
        {
            if (names.Remove(reader.Name)) _rows[reader.Name] = [.. WorkbookRows.Read(reader)];
        }
        while (names.Count > 0 && reader.NextResult());
    }

    private static List<(string Name, bool Hidden)> Names(ReadOnlyMemory<byte> content)
    {
        var names = new List<(string, bool)>();
        using var archive = new ZipArchive(new MemoryStream(content.ToArray(), writable: false), ZipArchiveMode.Read);
        using var xml = XmlReader.Create((archive.GetEntry("xl/workbook.xml") ?? throw new InvalidDataException()).Open(), WorkbookGuard.Strict);
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sheet" }) names.Add((xml.GetAttribute("name") ?? "", xml.GetAttribute("state") is { } state && state != "visible"));
        }

        return names;
    }

    private const string DamagedText = "is a damaged workbook; open and save it with a spreadsheet program, or save the sheet as \"CSV UTF-8\"";

    private static bool Named(string name, SheetKind kind) => name.Trim().Equals(SheetKinds.Name(kind), StringComparison.OrdinalIgnoreCase);

    // The library answers damaged content with whatever its parts throw.
    private static bool Damaged(Exception e) => e is ExcelReaderException or InvalidDataException or XmlException or IOException
        or FormatException or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException or IndexOutOfRangeException or NullReferenceException or KeyNotFoundException;

    private IExcelDataReader Reader() => ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(_content.ToArray(), writable: false));
}
