using System.Security.Cryptography;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Tests.Storage;

/// <summary>Base of tests of one institution's schema, which has a name of its own in each test.</summary>
public abstract class PostgresSchemaTests : IAsyncDisposable
{
    private protected static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    private protected static readonly Sha256Digest Secret = Sha256Digest.Of("secret"u8);

    private protected string Schema { get; } = NewSchema();

    // Connects with its first use; tests that skip use none.
    private protected PostgresServer Server { get; } = PostgresServer.Of(TestPostgres.NoServerAtAll is null ? TestPostgres.Shared : "postgresql://nowhere");

    /// <summary>A name no schema has.</summary>
    public static string NewSchema() => $"test.{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
