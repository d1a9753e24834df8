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

    [Fact]
    public async Task a_table_too_large_for_one_answer_comes_in_chunks()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        var small = await admin.ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Rules });
        var (first, content, messages) = await DownloadAsync(admin, Sheet.Types.Kind.Rules);
        Assert.Equal((small.Digest, "rules.csv", small.Sheet.Content, 2), (first.Digest, first.Sheet.FileName, content, messages));

        // Notes make a table long without making it slow to check.
        var note = new string('n', 2000);
        var rules = "rule,target_unit,awarding_body,achievement_code,grant_ects,public_note\r\n" + string.Concat(Enumerable.Range(0, 2300).Select(i => $"r{i},DS-101,uni-madrid.example,c{i},1,{note}\r\n"));
        using (var upload = admin.UploadDraft())
        {
            await upload.RequestStream.WriteAsync(new() { RequestId = ImportDraftTests.RequestIdOf("2"), TableId = "bsc", Sheets = { new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv" } } });
            foreach (var chunk in System.Text.Encoding.UTF8.GetBytes(rules).Chunk(1024 * 1024)) await upload.RequestStream.WriteAsync(new() { Chunk = new() { Content = Google.Protobuf.ByteString.CopyFrom(chunk) } });
            await upload.RequestStream.CompleteAsync();
            await foreach (var _ in upload.ResponseStream.ReadAllAsync()) { }
        }

        var refusal = await Refusals.Of(admin.ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Rules }));
        Assert.Equal("INVALID_REQUEST", refusal.Reason);
        var (large, all, count) = await DownloadAsync(admin, Sheet.Types.Kind.Rules);
        Assert.Equal((large.ContentBytes, 6), (all.Length, count));
        Assert.Contains("r2299,DS-101", all.ToStringUtf8(), StringComparison.Ordinal);
    }

    private static async Task<(DownloadTableResponse First, Google.Protobuf.ByteString Content, int Messages)> DownloadAsync(Admin admin, Sheet.Types.Kind kind)
    {
        using var download = admin.DownloadTable(new() { TableId = "bsc", Kind = kind });
        var messages = new List<DownloadTableResponse>();
        await foreach (var message in download.ResponseStream.ReadAllAsync()) messages.Add(message);
        return (messages[0], Google.Protobuf.ByteString.CopyFrom([.. messages.SelectMany(m => m.Content)]), messages.Count);
    }
}
