using System.Globalization;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// Keeps a second process, or a second opener in this one, away from a database: a file <c>*.lock</c> beside it, held exclusively. The operating
/// system lets go of it when the process ends in whatever way. The process id in <c>*.pid</c> is for people only: a held file cannot be read by others.
/// The files stay when the lock is let go, since deleting it would let two openers hold two files of one name.
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
                $"The store {databasePath} is in use by {Holder(databasePath)}. One process alone may open it: stop that process, or give this node another data directory.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"The file {path} cannot be created: {e.Message} Check that the directory exists and that the node may write to it.", e);
        }
        File.WriteAllText(databasePath + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new ProcessLock(file);
    }

    /// <summary>Who has the store open, in words; null when nobody has.</summary>
    internal static string? HolderOf(string databasePath)
    {
        try
        {
            using var file = new FileStream(databasePath + ".lock", FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            return Holder(databasePath);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string databasePath)
    {
        try
        {
            return int.TryParse(File.ReadAllText(databasePath + ".pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $"process {id}" : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
