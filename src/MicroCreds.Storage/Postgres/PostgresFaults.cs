using System.Data.Common;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>What a fault of PostgreSQL means for the store. The only place that knows its codes (PostgreSQL 15, appendix A).</summary>
internal static class PostgresFaults
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>The server is away, is going away, has cut us off, or takes no writes: another connection may do better.</summary>
    internal static bool IsAway(DbException fault) => fault is not PostgresException server
        || server.SqlState is ['0', '8', ..] or ['5', '7', 'P', ..] or PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionSessionTimeout;

    /// <summary>Others came between; the same transaction may go through when it is run again.</summary>
    internal static bool IsConflict(DbException fault) => fault.SqlState is ['4', '0', ..];

    /// <summary>Another transaction holds what this one needs for longer than we wait.</summary>
    internal static bool IsBusy(DbException fault) => fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled;

    /// <summary>No space, memory or connections left; everything committed is intact.</summary>
    internal static bool IsFull(DbException fault) => fault.SqlState is ['5', '3', ..];

    /// <summary>A page or an index is damaged.</summary>
    internal static bool IsDamage(DbException fault) => fault.SqlState is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted;

    /// <summary>A fault of server, network or disk that does not come from the item that met it: the whole transaction is given up.</summary>
    internal static bool ConcernsEverybody(DbException fault) =>
        IsAway(fault) || IsConflict(fault) || IsBusy(fault) || IsFull(fault) || IsDamage(fault) || fault.SqlState is ['2', '5', ..] or ['5', '8', ..] or ['X', 'X', ..];
}
