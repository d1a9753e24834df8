using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Connection;

/// <summary>Files named on the command line, with refusals in words.</summary>
internal static class CommandFiles
{
    /// <summary>Largest file that is read, in bytes: as much as a node takes (2 MiB for a credential, 32 MiB for sheets).</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>The file's bytes.</summary>
    /// <exception cref="CommandFailure">It is not there, may not be read, or is larger than <see cref="MaxBytes"/>.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes) throw CommandFailure.Of($"The file has {file.Length} bytes; at most {MaxBytes} are read.", "Check that it is the right file.", path);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CommandFailure.Of(e is FileNotFoundException or DirectoryNotFoundException ? "There is no such file." : e.Message, "Check the name and who may read it.", path, e);
        }
    }

    /// <summary>The file's text in UTF-8.</summary>
    public static string ReadText(string path) => System.Text.Encoding.UTF8.GetString(Read(path));

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".part";
        try
        {
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Of(e.Message, "Name a file in a folder you may write to.", path, e);
        }
    }
}
