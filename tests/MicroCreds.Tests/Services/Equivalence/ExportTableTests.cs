using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class ExportTableTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task what_is_exported_imports_to_the_same_digest(int version)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        if (version > 0) await admin.PublishDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("2"), TableId = "bsc" });
        var again = new ImportDraftRequest { RequestId = ImportDraftTests.RequestIdOf("3"), TableId = "bsc" };
        var digests = new List<string>();
        foreach (var kind in (Sheet.Types.Kind[])[Sheet.Types.Kind.Units, Sheet.Types.Kind.Outcomes, Sheet.Types.Kind.Rules])
        {
            var answer = await admin.ExportTableAsync(new() { TableId = "bsc", Version = version, Kind = kind });
            again.Sheets.Add(answer.Sheet);
            digests.Add(answer.Digest);
        }

        await admin.ImportDraftAsync(again);

        Assert.Equal(["units.csv", "outcomes.csv", "rules.csv"], again.Sheets.Select(s => s.FileName));
        digests.Add((await admin.ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Units })).Digest);
        Assert.Single(digests.Distinct());
    }

    [Fact]
    public async Task a_table_version_or_draft_that_is_not_there_is_refused()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.ExportTableAsync(new() { TableId = "other", Kind = Sheet.Types.Kind.Units }))).Reason);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.ExportTableAsync(new() { TableId = "bsc", Version = 1, Kind = Sheet.Types.Kind.Units }))).Reason);
    }

    [Fact]
    public async Task every_wrong_field_is_named_and_only_an_administrator_is_answered()
    {
        await using var node = await TableNode.StartAsync();
        var refusal = await Refusals.Of(new Admin(node.As(StaffRole.Administrator)).ExportTableAsync(new() { TableId = "!", Version = -1 }));
        Assert.Equal(StatusCode.InvalidArgument, refusal.Status);
        Assert.Equal(["table_id", "version", "kind"], refusal.Fields);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusals.Of(new Admin(node.As(StaffRole.Auditor)).ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Units }))).Status);
    }
}
