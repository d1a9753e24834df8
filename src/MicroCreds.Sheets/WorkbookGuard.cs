using System.IO.Compression;
using System.Xml;

namespace MicroCreds.Sheets;

/// <summary>Looks through a workbook before anything is read from it: a small file may unpack to more than the machine has.</summary>
internal static class WorkbookGuard
{
    /// <summary>Most files in a workbook.</summary>
    internal const int MaxEntries = 1000;

    /// <summary>Most bytes that a byte of the file may unpack to. Rows of a table reach 20.</summary>
    internal const int MaxRatio = 100;

    /// <summary>Most bytes unpacked: a hundred thousand rules have about 150 MiB of XML.</summary>
    internal const long MaxUnpackedBytes = 256L * 1024 * 1024;

    // Small files may unpack to this much whatever the ratio: a few empty sheets compress very well.
    private const long SmallBytes = 1024 * 1024;

    /// <summary>How parts of a workbook are read.</summary>
    internal static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxUnpackedBytes };

    /// <summary>What forbids to read the workbook, in words; empty when nothing does. Sizes are counted, not believed.</summary>
    internal static string Problem(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content.ToArray(), writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > MaxEntries) return $"holds {archive.Entries.Count} files; a workbook has at most {MaxEntries}";
            if (archive.GetEntry("xl/workbook.xml") is null) return "is an archive and no XLSX workbook; save it as \"Excel workbook (.xlsx)\" or \"CSV UTF-8\"";
            var left = Math.Min(MaxUnpackedBytes, Math.Max(SmallBytes, (long)content.Length * MaxRatio));
            foreach (var entry in archive.Entries)
            {
                using var counted = new CountedStream(entry.Open(), left);
                if (entry.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal) && entry.FullName.EndsWith(".xml", StringComparison.Ordinal))
                {
                    if (WithoutValue(counted) is { } cell) return $"holds a formula without a result in cell {cell} of {entry.Name}; mend it and save with a spreadsheet program, or put the value there";
                }

                counted.CopyTo(Stream.Null);
                left -= counted.Count;
            }

            return "";
        }
        catch (TooLargeException)
        {
            return $"unpacks to more than {MaxRatio} times its size or {MaxUnpackedBytes / (1024 * 1024)} MiB and is not read; save the sheet as \"CSV UTF-8\"";
        }
        catch (Exception e) when (e is InvalidDataException or XmlException or IOException or NotSupportedException)
        {
            return "is a damaged workbook; open and save it with a spreadsheet program, or save the sheet as \"CSV UTF-8\"";
        }
    }

    // A program that writes workbooks without calculating leaves formulas without a result: read as they are, the cells
    // would count as empty, and so would those whose formula failed.
    private static string? WithoutValue(Stream sheet)
    {
        using var reader = XmlReader.Create(sheet, Strict);
        var (cell, formula, value, text) = ("", false, false, false);
        while (reader.Read())
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "c" })
            {
                var type = reader.GetAttribute("t");
                (cell, formula, value, text) = (reader.GetAttribute("r") ?? "", false, false, type == "str");
                if (type == "e") return cell;
            }
            else if (reader is { NodeType: XmlNodeType.Element, LocalName: "f" })
            {
                formula = true;
            }
            else if (reader is { NodeType: XmlNodeType.Element, LocalName: "v" or "is" })
            {
                value = text || !reader.IsEmptyElement;
            }
            else if (reader is { NodeType: XmlNodeType.EndElement, LocalName: "c" } && formula && !value)
            {
                return cell;
            }
        }

        return null;
    }

    private sealed class TooLargeException : Exception;

    /// <summary>Counts what is read, and stops at a limit.</summary>
    private sealed class CountedStream(Stream inner, long limit) : Stream
    {
        internal long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Count += read;
            return Count <= limit ? read : throw new TooLargeException();
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
