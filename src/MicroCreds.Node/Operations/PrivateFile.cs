using System.Security.Cryptography;

namespace MicroCreds.Node.Operations;

/// <summary>A file of a copy, as its manifest names it.</summary>
/// <param name="Name">Name within the folder of the copy.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">SHA-256, hexadecimal in lower case, as <c>sha256sum</c> prints it.</param>
internal sealed record CopiedFile(string Name, long Bytes, string Sha256);

/// <summary>Files and folders that this account alone may read: copies of stores and keys.</summary>
internal static class PrivateFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Makes a folder, which is not there yet.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes a file, which is not there yet, and leaves it open for writing.</summary>
    public static FileStream Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Writes bytes to a new file and to the disk.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = Make(path);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Copies to a new file and to the disk; the digest is that of the bytes written.</summary>
    public static CopiedFile Copy(string from, string to)
    {
        using (var source = File.OpenRead(from))
        using (var target = Make(to))
        {
            source.CopyTo(target, BufferBytes);
            target.Flush(flushToDisk: true);
        }
        return Describe(Path.GetFileName(from), to);
    }

    /// <summary>Reads a file to its end, for its size and digest.</summary>
    public static CopiedFile Describe(string name, string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        return new CopiedFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
