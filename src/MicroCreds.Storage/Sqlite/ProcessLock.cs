using System.Globalization;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// Keeps a second process, or a second opener in this one, away from a database: a file <c>*.lock</c> beside it, held exclusively. The operating
/// system lets go of it when the process ends in whatever way; the process id inside is for people only. The file stays when it is let go,
/// since deleting it would let two openers hold two files of one name.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    private readonly FileStream _file;

    private ProcessLock(FileStream file) => _file = file;

    internal static ProcessLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && File.Exists(path))
        {
            throw new StoreUnusableException(
                $"The store {databasePath} is in use by {Holder(path)}. One process alone may open it: stop that process, or give this node another data directory.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"The file {path} cannot be created: {e.Message} Check that the directory exists and that the node may write to it.", e);
        }
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush();
        return new ProcessLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return int.TryParse(reader.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $"process {id}" : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
