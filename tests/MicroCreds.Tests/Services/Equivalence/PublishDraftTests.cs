using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class PublishDraftTests
{
    [Fact]
    public async Task publishes_the_draft_at_once_and_the_draft_is_gone()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        var response = await admin.PublishDraftAsync(Publish("2"));
        Assert.Equal((1, 2, 3), (response.Table.Version, response.Table.Units.Count, response.Table.RuleCount));
        Assert.Equal(43, response.Table.Digest.Length);

        var listed = Assert.Single((await new Tables(node.As()).ListTablesAsync(new ListTablesRequest())).Tables);
        Assert.Equal((response.Table.Digest, 1), (listed.Digest, listed.Version));
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CheckDraftAsync(new CheckDraftRequest { TableId = "bsc" }))).Reason);
    }

    [Fact]
    public async Task answers_a_repeated_request_with_the_first_answer()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        var first = await admin.PublishDraftAsync(Publish("2"));
        Assert.Equal(first, await admin.PublishDraftAsync(Publish("2")));
    }

    [Fact]
    public async Task validate_only_answers_the_next_version_and_keeps_nothing()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        var request = Publish("2");
        request.ValidateOnly = true;
        Assert.Equal(1, (await admin.PublishDraftAsync(request)).Table.Version);
        Assert.Empty((await new Tables(node.As()).ListTablesAsync(new ListTablesRequest())).Tables);
        Assert.Equal("1", (await admin.CheckDraftAsync(new CheckDraftRequest { TableId = "bsc" })).Draft.Etag);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task refuses_a_draft_with_errors_and_names_them(bool validateOnly)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", rules: "rule,target_unit,awarding_body,achievement_code\nR1,NOWHERE,uni-b.example,X\n"));
        var request = Publish("2");
        request.ValidateOnly = validateOnly;
        var refusal = await Refusals.Of(admin.PublishDraftAsync(request));
        Assert.Equal((StatusCode.FailedPrecondition, "DRAFT_NOT_PUBLISHABLE"), refusal.Code);
        Assert.Equal("dangling_target R1", refusal.Metadata["findings"]);
        Assert.Equal(["R1"], refusal.Fields);

        var finding = Assert.Single((await admin.CheckDraftAsync(new CheckDraftRequest { TableId = "bsc" })).Findings, f => f.Severity == TableFinding.Types.Severity.Error);
        Assert.Equal(("dangling_target", "R1"), (finding.Kind, Assert.Single(finding.RuleIds)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task refuses_a_table_without_a_draft(bool validateOnly)
    {
        await using var node = await TableNode.StartAsync();
        var request = Publish("1");
        request.ValidateOnly = validateOnly;
        var refusal = await Refusals.Of(new Admin(node.As(StaffRole.Administrator)).PublishDraftAsync(request));
        Assert.Equal((StatusCode.NotFound, "TABLE_NOT_FOUND"), refusal.Code);
        Assert.Equal("bsc", refusal.Metadata["table_id"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task refuses_an_etag_that_is_not_the_drafts(bool validateOnly)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        var request = Publish("2");
        (request.Etag, request.ValidateOnly) = ("9", validateOnly);
        var refusal = await Refusals.Of(admin.PublishDraftAsync(request));
        Assert.Equal((StatusCode.Aborted, "CONCURRENT_CHANGE"), refusal.Code);
        Assert.Equal(("9", "1"), (refusal.Metadata["etag"], refusal.Metadata["current_etag"]));
    }

    [Fact]
    public async Task a_rules_sheet_alone_makes_the_next_version_with_the_published_units()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        await admin.PublishDraftAsync(Publish("2"));
        await admin.ImportDraftAsync(ImportDraftTests.Request("3", units: null, rules: "rule,target_unit,awarding_body,achievement_code\nR9,DS-101,uni-b.example,X\n"));
        var table = (await admin.PublishDraftAsync(Publish("4"))).Table;
        Assert.Equal((2, 2, 1), (table.Version, table.Units.Count, table.RuleCount));
    }

    /// <summary>A publication that gives one reason for all warnings.</summary>
    internal static PublishDraftRequest Publish(string id) => new() { RequestId = ImportDraftTests.RequestIdOf(id), TableId = "bsc", Reasons = { new WarningReason { Reason = "Looked at." } } };
}
