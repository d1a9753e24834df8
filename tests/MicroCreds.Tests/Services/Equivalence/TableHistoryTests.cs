using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Versions of a table, what differs between them, and the way back to one.</summary>
public sealed class TableHistoryTests
{
    private const string Header = "rule,target_unit,awarding_body,achievement_code,grant_ects,private_note\n";

    [Fact]
    public async Task lists_versions_newest_first_in_pages_with_the_draft()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        for (var version = 1; version <= 3; version++) await PublishAsync(admin, $"{version}", $"R1,DS-101,uni-b.example,X,{version},\n");
        await admin.ImportDraftAsync(Import("9", "R1,DS-101,uni-b.example,X,3,\nR2,DS-101,uni-b.example,Y,3,\n"));

        var first = await admin.ListVersionsAsync(new() { TableId = "bsc", PageSize = 2 });
        Assert.Equal([3, 2], first.Versions.Select(v => v.Version));
        var second = await admin.ListVersionsAsync(new() { TableId = "bsc", PageSize = 2, PageToken = first.NextPageToken });
        var oldest = Assert.Single(second.Versions);
        Assert.Equal((1, "anna", 2, 1, ""), (oldest.Version, oldest.PublishedBy, oldest.UnitCount, oldest.RuleCount, second.NextPageToken));
        Assert.Equal(TableNode.Now, oldest.PublishTime.ToDateTimeOffset());
        Assert.Equal(3, first.Versions.Concat(second.Versions).Select(v => v.Digest).Distinct().Count());
        Assert.Equal(("anna", 2, 2), (first.Draft.EditedBy, first.Draft.UnitCount, first.Draft.RuleCount));
    }

    [Fact]
    public async Task lists_the_drafts_of_all_tables_also_of_those_never_published()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        Assert.Empty((await admin.ListDraftsAsync(new())).Drafts);
        foreach (var (request, table) in new[] { ("1", "msc"), ("2", "bsc"), ("3", "lifelong") })
        {
            var import = Import(request, "");
            import.TableId = table;
            await admin.ImportDraftAsync(import);
        }

        await admin.PublishDraftAsync(PublishDraftTests.Publish("4"));
        await admin.ImportDraftAsync(Import("5", ""));
        var first = await admin.ListDraftsAsync(new() { PageSize = 2 });
        Assert.Equal(["bsc anna", "lifelong anna"], first.Drafts.Select(d => $"{d.TableId} {d.EditedBy}"));
        var second = await admin.ListDraftsAsync(new() { PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(("msc", ""), (Assert.Single(second.Drafts).TableId, second.NextPageToken));
        Assert.Equal(["page_size"], (await Refusals.Of(admin.ListDraftsAsync(new() { PageSize = -1 }))).Fields);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(node.As(StaffRole.Officer)).ListDraftsAsync(new()))).Reason);
    }

    [Fact]
    public async Task compares_two_versions_cell_by_cell_and_a_version_with_the_draft()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await PublishAsync(admin, "1", "R1,DS-101,uni-b.example,X,5,for us\nR2,DS-101,uni-b.example,Y,5,\nR3,DS-101,uni-b.example,Z,5,\n");
        await PublishAsync(admin, "2", "R1,DS-101,uni-b.example,X,6,\nR3,DS-101,uni-b.example,Z,5,\nR4,DS-101,uni-b.example,W,5,\n");
        await admin.ImportDraftAsync(Import("9", "R3,DS-101,uni-b.example,Z,5,\n"));

        var compared = await admin.CompareVersionsAsync(new() { TableId = "bsc", FromVersion = 1, ToVersion = 2 });
        Assert.Equal((0, 0, 2, 0), Counts(compared.Units));
        Assert.Equal((1, 1, 1, 1), Counts(compared.Rules));
        Assert.Equal(["R1 Changed", "R2 Removed", "R4 New"], compared.Rows.Select(r => $"{r.Key} {r.Change}"));
        Assert.Equal(["grant_ects 5→6", "private_note for us→"], compared.Rows[0].Cells.Select(c => $"{c.Column} {c.OldValue}→{c.NewValue}"));

        var draft = await admin.CompareVersionsAsync(new() { TableId = "bsc", FromVersion = 2, ToVersion = 0 });
        Assert.Equal((0, 0, 1, 2), Counts(draft.Rules));
        Assert.Equal(compared.ToDigest, draft.FromDigest);
    }

    [Fact]
    public async Task a_page_of_differences_goes_on_after_the_last_row_and_ends_with_an_edit_of_the_draft()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await PublishAsync(admin, "1", "");
        await admin.ImportDraftAsync(Import("8", string.Concat(Enumerable.Range(10, 15).Select(i => $"R{i},DS-101,uni-b.example,C{i},5,\n"))));
        var (seen, request) = (new List<string>(), new CompareVersionsRequest { TableId = "bsc", FromVersion = 1, PageSize = 4 });
        do
        {
            var page = await admin.CompareVersionsAsync(request);
            Assert.Equal((15, 0, 0, 0), Counts(page.Rules));
            seen.AddRange(page.Rows.Select(r => r.Key));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(Enumerable.Range(10, 15).Select(i => $"R{i}"), seen);

        request.PageToken = (await admin.CompareVersionsAsync(request)).NextPageToken;
        await admin.ImportDraftAsync(Import("9", "R1,DS-101,uni-b.example,X,6,\n"));
        Assert.Equal("PAGE_TOKEN_INVALID", (await Refusals.Of(admin.CompareVersionsAsync(request))).Reason);
    }

    [Fact]
    public async Task restores_a_version_into_the_draft_and_rewrites_nothing()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await PublishAsync(admin, "1", "R1,DS-101,uni-b.example,X,5,\n");
        await PublishAsync(admin, "2", "R1,DS-101,uni-b.example,X,6,\n");
        var request = new RestoreVersionRequest { RequestId = ImportDraftTests.RequestIdOf("7"), TableId = "bsc", Version = 1, ValidateOnly = true };
        await admin.RestoreVersionAsync(request);
        Assert.Null((await admin.ListVersionsAsync(new() { TableId = "bsc" })).Draft);

        request.ValidateOnly = false;
        var restored = await admin.RestoreVersionAsync(request);
        Assert.Equal(restored, await admin.RestoreVersionAsync(request));
        await admin.PublishDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("8"), TableId = "bsc", Etag = restored.Draft.Etag });
        var versions = (await admin.ListVersionsAsync(new() { TableId = "bsc" })).Versions;
        Assert.Equal([3, 2, 1], versions.Select(v => v.Version));
        Assert.Equal(versions[2].Digest, versions[0].Digest);
        Assert.NotEqual(versions[1].Digest, versions[0].Digest);
        Assert.Equal(versions[2].Digest, restored.Draft.Digest);
    }

    [Fact]
    public async Task a_restoration_and_a_discarding_hold_to_the_etag()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await PublishAsync(admin, "1", "R1,DS-101,uni-b.example,X,5,\n");
        var draft = (await admin.ImportDraftAsync(Import("5", "R9,DS-101,uni-b.example,X,5,\n"))).Draft;
        Assert.Equal("CONCURRENT_CHANGE", (await Refusals.Of(admin.RestoreVersionAsync(new() { RequestId = ImportDraftTests.RequestIdOf("6"), TableId = "bsc", Version = 1, Etag = "1" }))).Reason);
        Assert.Equal("CONCURRENT_CHANGE", (await Refusals.Of(admin.DiscardDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("7"), TableId = "bsc", Etag = "1" }))).Reason);

        var discard = new DiscardDraftRequest { RequestId = ImportDraftTests.RequestIdOf("8"), TableId = "bsc", Etag = draft.Etag };
        Assert.Equal(draft, (await admin.DiscardDraftAsync(discard)).Draft);
        Assert.Equal(draft, (await admin.DiscardDraftAsync(discard)).Draft);
        discard.RequestId = ImportDraftTests.RequestIdOf("9");
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.DiscardDraftAsync(discard))).Reason);
        Assert.Null((await admin.ListVersionsAsync(new() { TableId = "bsc" })).Draft);
    }

    [Fact]
    public async Task refuses_what_is_not_there_and_who_may_not()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        Assert.Equal((StatusCode.NotFound, "TABLE_NOT_FOUND"), (await Refusals.Of(admin.ListVersionsAsync(new() { TableId = "bsc" }))).Code);
        await PublishAsync(admin, "1", "");
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CompareVersionsAsync(new() { TableId = "bsc", FromVersion = 1 }))).Reason);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CompareVersionsAsync(new() { TableId = "bsc", FromVersion = 1, ToVersion = 2 }))).Reason);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.RestoreVersionAsync(new() { RequestId = ImportDraftTests.RequestIdOf("6"), TableId = "bsc", Version = 2 }))).Reason);
        var wrong = await Refusals.Of(admin.CompareVersionsAsync(new() { FromVersion = -1, ToVersion = -2, PageSize = -3 }));
        Assert.Equal(["table_id", "from_version", "to_version", "page_size"], wrong.Fields);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(node.As(StaffRole.Officer)).ListVersionsAsync(new() { TableId = "bsc" }))).Reason);
    }

    private static (int New, int Changed, int Unchanged, int Removed) Counts(RowCounts counts) => (counts.NewCount, counts.ChangedCount, counts.UnchangedCount, counts.RemovedCount);

    private static ImportDraftRequest Import(string id, string rows) => ImportDraftTests.Request(id, rules: Header + rows);

    private static async Task PublishAsync(Admin admin, string id, string rows)
    {
        await admin.ImportDraftAsync(Import($"{id}1", rows));
        await admin.PublishDraftAsync(PublishDraftTests.Publish($"{id}2"));
    }
}
