using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Storage;

/// <summary>A schema on a server is inspected as a file is, beside a node that has it open.</summary>
[NeedsPostgres]
public sealed class StoreInspectionTests : PostgresSchemaTests
{
    [EngineFact]
    public async Task checks_and_describes_a_schema()
    {
        await using var database = await InstitutionDatabase.OpenAsync(Server, Schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
        await SqliteCheckTests.FillAsync(database);
        using var inspection = StoreInspection.Open(Server, Schema, Institution);
        Assert.Empty(inspection.Check(null).Findings);
        var verdict = inspection.Check(new MemberKeys("pilot.example", (_, _) => null));
        // What stands for a signature in this test is none: three statements out, four in, and the receipt for them.
        Assert.Equal(8, verdict.Findings.Length);
        var condition = inspection.Describe();
        Assert.StartsWith("PostgreSQL ", condition.Engine, StringComparison.Ordinal);
        Assert.Equal((1, 3, 4), (condition.Cases.Sum(c => c.Count), condition.Outgoing[0].Waiting, condition.Incoming[0].Head.Sequence));
        Assert.InRange(condition.Bytes, 8192, long.MaxValue);
    }

    [EngineFact]
    public async Task makes_no_schema_and_refuses_another_institutions()
    {
        Assert.Contains("no node has made it yet", Assert.Throws<StoreUnusableException>(() => StoreInspection.Open(Server, Schema, Institution)).Message, StringComparison.Ordinal);
        await using var database = await InstitutionDatabase.OpenAsync(Server, Schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
        Assert.Contains("belongs to uni-a.example, not to uni-b.example", Assert.Throws<StoreUnusableException>(() => StoreInspection.Open(Server, Schema, OrganisationId.Parse("uni-b.example"))).Message, StringComparison.Ordinal);
    }
}
