using SQLitePCL;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// The SQLite library in this process.
/// </summary>
/// <remarks>
/// Versions 3.7.0 to 3.51.2 can lose committed writes or corrupt the file when one connection checkpoints the write-ahead log while another
/// commits (fixed in 3.51.3, and in 3.44.6 and 3.50.7). The bundled 3.50.4 is one of them. <see cref="SqliteDatabase"/> therefore has
/// exactly one connection that writes and checkpoints, in exactly one process, and every other connection is read-only. The rule stays with
/// a repaired library, since it also makes the group commit; <see cref="Notice"/> says which case holds, for the node's first log lines.
/// </remarks>
public static class SqliteEngine
{
    static SqliteEngine()
    {
        Batteries_V2.Init();
        Version = Version.Parse(raw.sqlite3_libversion().utf8_to_string());
    }

    /// <summary>Version of the library, for example 3.50.4.</summary>
    public static Version Version { get; }

    /// <summary>One English sentence for the operator: the version, and whether it has the write-ahead log race.</summary>
    public static string Notice => HasWalResetRace(Version)
        ? $"SQLite {Version} has the WAL-reset race; it cannot occur here, because one connection alone writes and checkpoints. Let no other program write to the file."
        : $"SQLite {Version}; one connection alone writes and checkpoints.";

    /// <summary>Whether a version is on the list of the WAL-reset fault (sqlite.org/wal.html, "WAL-reset bug").</summary>
    internal static bool HasWalResetRace(Version version) => (version.Major, version.Minor) switch
    {
        (3, < 7) => false,
        (3, 44) => version.Build < 6,
        (3, 50) => version.Build < 7,
        (3, < 51) => true,
        (3, 51) => version.Build < 3,
        _ => false,
    };
}
