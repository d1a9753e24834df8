using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MicroCreds.Storage.Sqlite;

/// <summary>What a fault of SQLite means for the store. The only place that knows its result codes.</summary>
internal static class SqliteFaults
{
    /// <summary>No space left; everything committed is intact.</summary>
    internal static bool IsFull(SqliteException fault) => fault.SqliteErrorCode == raw.SQLITE_FULL;

    /// <summary>Another program holds the file longer than we wait.</summary>
    internal static bool IsBusy(SqliteException fault) => fault.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>The file is damaged or is not a database.</summary>
    internal static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The file or directory cannot be opened or written.</summary>
    internal static bool IsAccess(SqliteException fault) => fault.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH;

    /// <summary>A fault of disk or memory that does not come from the item that met it: the whole transaction is given up.</summary>
    internal static bool ConcernsEverybody(SqliteException fault) =>
        IsFull(fault) || IsBusy(fault) || IsDamage(fault) || IsAccess(fault) || fault.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL;
}
