using System.Security.Cryptography;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Tests.Storage;

/// <summary>PostgreSQL under the contract, in a schema of its own per test.</summary>
public sealed class PostgresEngineUnderTest : IStoreEngine
{
    private static readonly Lazy<PostgresServer> Pool = new(() => PostgresServer.Of(TestPostgres.Shared));
    private readonly string _schema = NewSchema();

    /// <summary>A name no schema has.</summary>
    public static string NewSchema() => $"test.{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    public async Task<OpenStores> OpenAsync(StatementSigner sign, TimeProvider clock)
    {
        var database = await InstitutionDatabase.OpenAsync(Pool.Value, _schema, OrganisationId.Parse("uni-a.example"), "secret"u8, sign, clock);
        return new OpenStores(
            database.Cases, database.Statements, database.Equivalences, database.GradeTables, database.Adoptions, database.Agreements,
            async () => await database.CheckAsync(CancellationToken.None), () => database.Commits, database);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

[NeedsPostgres]
public sealed class PostgresCaseStoreTests() : CaseStoreContract(new PostgresEngineUnderTest());

[NeedsPostgres]
public sealed class PostgresCaseListTests() : CaseListContract(new PostgresEngineUnderTest());

[NeedsPostgres]
public sealed class PostgresStatementStoreTests() : StatementStoreContract(new PostgresEngineUnderTest());

[NeedsPostgres]
public sealed class PostgresTableStoreTests() : TableStoreContract(new PostgresEngineUnderTest());

[NeedsPostgres]
public sealed class PostgresAgreementStoreTests() : AgreementStoreContract(new PostgresEngineUnderTest());
