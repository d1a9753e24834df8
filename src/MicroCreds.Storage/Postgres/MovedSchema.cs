using System.Data.Common;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage.Moving;

namespace MicroCreds.Storage.Postgres;

/// <summary>A schema that is being filled under another name.</summary>
internal sealed class MovedSchema : MoveTarget
{
    // No organisation has a colon in its name.
    private const string Suffix = ":moving";

    private readonly PostgresServer _server;
    private readonly string _schema;
    private readonly OrganisationId _institution;
    private readonly Sha256Digest _secret;
    private readonly PostgresSession _session;

    internal MovedSchema(PostgresServer server, string schema, OrganisationId institution, Sha256Digest secret)
    {
        (_server, _schema, _institution, _secret) = (server, schema, institution, secret);
        try
        {
            _session = new PostgresSession(server.Source.OpenConnection());
        }
        catch (DbException fault)
        {
            throw PostgresDatabase.Unusable(server, schema, fault);
        }
        try
        {
            SchemaUse.Take(_session, schema, server.Name);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => $"\"{_schema}\" of {_server.Name}";

    /// <inheritdoc/>
    internal override string StagingName => $"\"{Staging}\" of {_server.Name}";

    private string Staging => PostgresDatabase.Fitting(_schema, Suffix);

    /// <inheritdoc/>
    internal override StoreInspection? OpenExisting()
    {
        _session.ExecuteOnce("BEGIN");
        var version = PostgresMigrations.Gate(_session, _schema, _server.Name, PostgresMigrations.Steps.Length);
        _session.ExecuteOnce("COMMIT");
        return version is null ? null : StoreInspection.Open(_server, _schema, _institution);
    }

    /// <inheritdoc/>
    internal override void Open(Action<string> before) => PostgresMigrations.Apply(_session, Staging, _server.Name, PostgresMigrations.Steps, _ => before("schema"));

    /// <inheritdoc/>
    internal override void Transact(Action<StoreSession> work)
    {
        _session.ExecuteOnce($"BEGIN; SET LOCAL search_path TO \"{Staging}\"");
        try
        {
            work(_session);
            _session.ExecuteOnce("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <inheritdoc/>
    internal override StoreInspection Inspect() => StoreInspection.Open(_server, Staging, _institution);

    /// <inheritdoc/>
    internal override void Discard() => _session.ExecuteOnce($"DROP SCHEMA \"{Staging}\" CASCADE");

    /// <inheritdoc/>
    internal override void Finish(Action<string> before)
    {
        before("finish");
        Transact(session =>
        {
            MoveMarker.Drop(session);
            session.Execute("UPDATE schema_version SET shared_secret = $1", _secret.Value);
            session.Flush();
            // Without figures about the tables the first queries would walk through them. ANALYZE has a list of tables, or takes the whole database.
            session.ExecuteOnce($"ANALYZE {string.Join(", ", StoreTable.All.Select(table => table.Name))}");
            // An empty one may have been made for this account beforehand; one that is not empty is refused by the server.
            session.ExecuteOnce($"DROP SCHEMA IF EXISTS \"{_schema}\" RESTRICT; ALTER SCHEMA \"{Staging}\" RENAME TO \"{_schema}\"");
            before("name");
        });
    }

    /// <inheritdoc/>
    private protected override void Close()
    {
        try
        {
            SchemaUse.LetGo(_session, _schema);
        }
        catch (DbException)
        {
            // The connection is gone, and with it the lock.
        }
        _session.Dispose();
    }

    private void RollBack()
    {
        try
        {
            _session.GiveUp();
            _session.Execute("ROLLBACK");
            _session.Flush();
        }
        catch (DbException)
        {
            // The connection is gone, and with it the transaction.
        }
    }
}
