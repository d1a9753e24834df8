using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Tests.Storage;

/// <summary>PostgreSQL under the contract, in a schema of its own per test.</summary>
public sealed class PostgresEngineUnderTest : IStoreEngine
{
    private static readonly Lazy<PostgresServer> Pool = new(() => PostgresServer.Of(TestPostgres.Shared));
    private readonly string _schema = PostgresSchemaTests.NewSchema();

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

public sealed class EveryEngineTests
{
    /// <summary>A contract that one engine alone is held to would say nothing of the other.</summary>
    [Fact]
    public void every_contract_is_put_to_both_engines()
    {
        var contracts = typeof(StoreContract).Assembly.GetTypes().Where(t => t.IsAbstract && t.BaseType == typeof(StoreContract)).ToList();
        Assert.NotEmpty(contracts);
        foreach (var contract in contracts)
            Assert.Equal(["Postgres", "Sqlite"], contract.Assembly.GetTypes().Where(t => t.BaseType == contract).Select(t => t.Name.StartsWith("Sqlite", StringComparison.Ordinal) ? "Sqlite" : t.IsDefined(typeof(NeedsPostgresAttribute), false) ? "Postgres" : t.Name).Order());
    }
}
