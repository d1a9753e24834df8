namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Tells servers apart: another cluster, or another timeline of the same one, which begins when a standby takes over or an archive is restored up to some time.
/// </summary>
internal sealed class ServerIdentity
{
    // The timeline of what is written now: the one in the control file is that of the last checkpoint.
    private const string Ask = "SELECT (SELECT system_identifier FROM pg_control_system()) || ':' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)";

    private volatile Known? _known;

    /// <summary>Identity of the server that a session is connected to, which began at <paramref name="started"/>. Constant as long as it takes writes.</summary>
    internal string Of(PostgresSession session, string started)
    {
        if (_known is { } known && known.Started == started) return known.Identity;
        var identity = session.First(Ask, r => r.GetString(0)) ?? throw new InvalidDataException("The server says nothing of itself.");
        _known = new Known(started, identity);
        return identity;
    }

    /// <summary>
    /// Whether a store that <paramref name="before"/> wrote holds everything acknowledged now that <paramref name="now"/> writes it: a standby that every commit
    /// waited for does.
    /// </summary>
    internal static bool KeepsAll(string before, string now, bool awaited) => before == now || (awaited && before.Split(':')[0] == now.Split(':')[0]);

    private sealed record Known(string Started, string Identity);
}
