using System.Data.Common;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>One connection to a server. Npgsql keeps its commands prepared from their second use on.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : StoreSession
{
    // Every foreign key of the schema as a query that counts the rows that refer to nothing.
    private const string References =
        """
        SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
          format('SELECT count(*) FROM %s r WHERE %s AND NOT EXISTS (SELECT 1 FROM %s k WHERE %s)', c.conrelid::regclass,
            string_agg(format('r.%I IS NOT NULL', child.attname), ' AND '), c.confrelid::regclass, string_agg(format('k.%I = r.%I', parent.attname, child.attname), ' AND '))
        FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS pair (child, parent)
        JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = pair.child
        JOIN pg_attribute parent ON parent.attrelid = c.confrelid AND parent.attnum = pair.parent
        WHERE c.contype = 'f' AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        GROUP BY c.oid ORDER BY 1, 2
        """;

    /// <inheritdoc/>
    internal override void ExecuteOnce(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded resource of this assembly, or made of the name of a schema that holds no quote.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    internal override IEnumerable<string> StructuralFaults() =>
        Query(References, r => (Child: r.GetString(0), Parent: r.GetString(1), Orphans: r.GetString(2)))
            .Where(reference => Bind(reference.Orphans, []).ExecuteScalar() is not 0L)
            .Select(reference => $"a row of {reference.Child} refers to a row of {reference.Parent} that is not there").ToList();

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
    protected override DbCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant: the parameters that lead here are marked ConstantExpected (CA1857).
        command.CommandText = sql;
#pragma warning restore CA2100
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
        return command;
    }
}
