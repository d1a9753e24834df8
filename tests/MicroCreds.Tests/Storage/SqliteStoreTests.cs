using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Storage;

/// <summary>SQLite under the contract, in a file of its own per test.</summary>
public sealed class SqliteEngineUnderTest : IStoreEngine
{
    private readonly TemporaryDirectory _directory = new();

    public async Task<OpenStores> OpenAsync(StatementSigner sign, TimeProvider clock)
    {
        var database = await InstitutionDatabase.OpenAsync(_directory.File("uni-a.example.db"), OrganisationId.Parse("uni-a.example"), sign, clock);
        return new OpenStores(
            database.Cases, database.Statements, database.Equivalences, database.GradeTables, database.Adoptions, database.Agreements,
            async () => await database.CheckAsync(CancellationToken.None), () => database.Commits, database);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteCaseStoreTests() : CaseStoreContract(new SqliteEngineUnderTest());

public sealed class SqliteCaseListTests() : CaseListContract(new SqliteEngineUnderTest());

public sealed class SqliteStatementStoreTests() : StatementStoreContract(new SqliteEngineUnderTest());

public sealed class SqliteTableStoreTests() : TableStoreContract(new SqliteEngineUnderTest());

public sealed class SqliteAgreementStoreTests() : AgreementStoreContract(new SqliteEngineUnderTest());
