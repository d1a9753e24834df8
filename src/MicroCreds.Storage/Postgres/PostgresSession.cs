using System.Data.Common;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// One connection to a server. Npgsql keeps its commands prepared from their second use on. Each answer costs a round trip, so commands that answer nothing
/// wait for the next one that does, and travel with it.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection, PostgresPatience? patience = null) : StoreSession
{
    // Every foreign key of the schema as a query for the rows that refer to nothing.
    private const string References =
        """
        SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
          format('SELECT 1 FROM %s r WHERE %s AND NOT EXISTS (SELECT 1 FROM %s k WHERE %s) LIMIT 1', c.conrelid::regclass,
            string_agg(format('r.%I IS NOT NULL', child.attname), ' AND '), c.confrelid::regclass, string_agg(format('k.%I = r.%I', parent.attname, child.attname), ' AND '))
        FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS pair (child, parent)
        JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = pair.child
        JOIN pg_attribute parent ON parent.attrelid = c.confrelid AND parent.attnum = pair.parent
        WHERE c.contype = 'f' AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        GROUP BY c.oid ORDER BY 1, 2
        """;

    private NpgsqlBatch? _queued;
    private int _kept;

    /// <summary>Begins a transaction on a schema, together with the first command of it.</summary>
    internal void Begin(string schema, bool readOnly)
    {
        Queue(readOnly ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN", []);
        Queue($"SET LOCAL search_path TO \"{schema}\"", []);
        // A replica that is paused or cut off in the middle of a change keeps others from writing until the server ends it. What takes longer is done before the lock.
        if (!readOnly) Queue($"SET LOCAL idle_in_transaction_session_timeout = '{PostgresServer.WriterSeconds}s'", []);
    }

    /// <inheritdoc/>
    internal override void Flush()
    {
        if (_queued is null) return;
        using var batch = Take();
        batch.ExecuteNonQuery();
    }

    /// <summary>
    /// Runs what was queued and commits. Waits for the standby that the server waits for, however long that takes: who waits for this work gives up sooner.
    /// </summary>
    /// <exception cref="PostgresSilentException">The commit is on this server's disk and not confirmed by its standby.</exception>
    internal void Commit()
    {
        Queue("COMMIT", []);
        using var batch = Take();
        // With a limit, Npgsql would cancel the wait for the standby, which the server then answers like a commit that was confirmed.
        batch.Timeout = 0;
        var unconfirmed = false;
        connection.Notice += Notice;
        batch.ExecuteNonQuery();
        connection.Notice -= Notice;
        if (unconfirmed) throw PostgresServer.Unconfirmed();

        void Notice(object sender, NpgsqlNoticeEventArgs told) => unconfirmed |= PostgresServer.IsUnconfirmed(told.Notice);
    }

    /// <inheritdoc/>
    internal override void BeginPart()
    {
        base.BeginPart();
        _kept = _queued?.BatchCommands.Count ?? 0;
    }

    /// <inheritdoc/>
    internal override void GiveUp()
    {
        while (_queued?.BatchCommands.Count > _kept) _queued.BatchCommands.RemoveAt(_queued.BatchCommands.Count - 1);
    }

    /// <inheritdoc/>
    internal override void ExecuteOnce(string sql)
    {
        Flush();
        Reach();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded resource of this assembly, or made of the name of a schema that holds no quote.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    internal override IEnumerable<string> StructuralFaults() =>
        Query(References, r => (Child: r.GetString(0), Parent: r.GetString(1), Orphans: r.GetString(2))).Where(reference => HasRows(reference.Orphans))
            .Select(reference => $"a row of {reference.Child} refers to a row of {reference.Parent} that is not there").ToList();

    /// <inheritdoc/>
    internal override string Engine => $"PostgreSQL {connection.PostgreSqlVersion}";

    /// <inheritdoc/>
    internal override long Bytes() =>
        Number("SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())") ?? 0;

    /// <inheritdoc/>
    public override void Dispose()
    {
        try
        {
            connection.Dispose();
        }
        catch (NpgsqlException)
        {
            // A connection that was cut off in the middle of a transaction; whoever used it was told by the command that met it.
        }
    }

    /// <inheritdoc/>
    protected override void Queue(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(Stored(value) switch
            {
                string text => new NpgsqlParameter<string> { TypedValue = text },
                int number => new NpgsqlParameter<long> { TypedValue = number },
                long number => new NpgsqlParameter<long> { TypedValue = number },
                byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes },
                DBNull none => new NpgsqlParameter { Value = none },
                var other => throw new ArgumentException($"A {other.GetType().Name} is not kept in a column."),
            });
        }
        (_queued ??= connection.CreateBatch()).BatchCommands.Add(command);
    }

    /// <inheritdoc/>
    protected override int Run(string sql, ReadOnlySpan<object?> values)
    {
        Flush(); // Its rows are not to be counted.
        Queue(sql, values);
        using var batch = Take();
        return batch.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    protected override DbDataReader Read(string sql, ReadOnlySpan<object?> values)
    {
        Queue(sql, values);
        return Take().ExecuteReader();
    }

    private bool HasRows(string sql)
    {
        using var reader = Read(sql, []);
        return reader.Read();
    }

    // A command that failed is not run again, nor is what came after it.
    private NpgsqlBatch Take()
    {
        var batch = _queued ?? throw new InvalidOperationException("Nothing was queued.");
        (_queued, _kept) = (null, 0);
        Reach();
        return batch;
    }

    // A connection that was lost while the rest of an answer was left unread says so to nobody; the next command would be refused as a mistake of ours.
    private void Reach()
    {
        patience?.Begin();
        if (connection.State != System.Data.ConnectionState.Open) throw new NpgsqlException("The connection to the server was lost.");
    }
}
