namespace MicroCreds.Tests.Storage;

/// <summary>A test that starts a PostgreSQL server of its own; says that it skips where there is none to start.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = TestPostgres.NoServer;
}
