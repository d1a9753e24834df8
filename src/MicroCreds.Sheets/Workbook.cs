using System.Text;
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
            using var reader = workbook.Reader();
            do workbook._sheets.Add((reader.Name, reader.VisibleState != "visible"));
            while (reader.NextResult());
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
            using var reader = Reader();
            for (var i = 0; i < index; i++) reader.NextResult();
            return [.. WorkbookRows.Read(reader)];
        }
        catch (Exception e) when (Damaged(e))
        {
            problem = DamagedText;
            return null;
        }
    }

    private const string DamagedText = "is a damaged workbook; open and save it with a spreadsheet program, or save the sheet as \"CSV UTF-8\"";

    private static bool Named(string name, SheetKind kind) => name.Trim().Equals(SheetKinds.Name(kind), StringComparison.OrdinalIgnoreCase);

    // The library answers damaged content with whatever its parts throw.
    private static bool Damaged(Exception e) => e is ExcelReaderException or InvalidDataException or System.Xml.XmlException or IOException
        or FormatException or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException or IndexOutOfRangeException or NullReferenceException or KeyNotFoundException;

    private IExcelDataReader Reader() => ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(_content.ToArray(), writable: false));
}
