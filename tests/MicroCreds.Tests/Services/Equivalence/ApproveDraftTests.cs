using Grpc.Core;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>An institution that wants a second person publishes nothing that one person alone has seen.</summary>
public sealed class ApproveDraftTests
{
    [Fact]
    public async Task a_draft_is_published_after_another_account_approved_it_and_the_version_says_who()
    {
        await using var node = await TableNode.StartAsync(approval: TableApproval.SecondPerson);
        var (anna, bert) = (new Admin(node.Account("anna", StaffRole.Administrator)), new Admin(node.Account("bert", StaffRole.Administrator)));
        var draft = (await anna.ImportDraftAsync(ImportDraftTests.Request("1"))).Draft;
        Assert.True(draft is { ApprovalNeeded: true, ApprovedBy: "" });
        var refusal = await Refusals.Of(anna.PublishDraftAsync(PublishDraftTests.Publish("2")));
        Assert.Equal((StatusCode.FailedPrecondition, "SECOND_PERSON_NEEDED"), refusal.Code);
        Assert.Equal(("bsc", "anna"), (refusal.Metadata["table_id"], refusal.Metadata["edited_by"]));

        var approve = Approve("3", draft.Etag);
        var approved = (await bert.ApproveDraftAsync(approve)).Draft;
        Assert.Equal(approved, (await bert.ApproveDraftAsync(approve)).Draft);
        Assert.Equal(("bert", "anna", draft.Digest), (approved.ApprovedBy, approved.EditedBy, approved.Digest));
        Assert.NotEqual(draft.Etag, approved.Etag);

        await anna.PublishDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("4"), TableId = "bsc", Etag = approved.Etag });
        var version = (await anna.ListVersionsAsync(new() { TableId = "bsc" })).Versions.Single();
        Assert.Equal(("anna", "bert", TableNode.Now), (version.PublishedBy, version.ApprovedBy, version.ApproveTime.ToDateTimeOffset()));
    }

    [Fact]
    public async Task nobody_approves_what_they_edited_last_or_have_not_seen()
    {
        await using var node = await TableNode.StartAsync(approval: TableApproval.SecondPerson);
        var (anna, bert) = (new Admin(node.Account("anna", StaffRole.Administrator)), new Admin(node.Account("bert", StaffRole.Administrator)));
        var draft = (await anna.ImportDraftAsync(ImportDraftTests.Request("1"))).Draft;
        Assert.Equal("SECOND_PERSON_NEEDED", (await Refusals.Of(anna.ApproveDraftAsync(Approve("2", draft.Etag)))).Reason);
        Assert.Equal(["etag"], (await Refusals.Of(bert.ApproveDraftAsync(Approve("3", "")))).Fields);
        await anna.ImportDraftAsync(ImportDraftTests.Request("4"));
        Assert.Equal("CONCURRENT_CHANGE", (await Refusals.Of(bert.ApproveDraftAsync(Approve("5", draft.Etag)))).Reason);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(bert.ApproveDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("6"), TableId = "other", Etag = "1" }))).Reason);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(node.Account("olga", StaffRole.Officer)).ApproveDraftAsync(Approve("7", "2")))).Reason);
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("bert")]
    public async Task a_later_edit_takes_the_approval_away(string editor)
    {
        await using var node = await TableNode.StartAsync(approval: TableApproval.SecondPerson);
        var (anna, bert) = (new Admin(node.Account("anna", StaffRole.Administrator)), new Admin(node.Account("bert", StaffRole.Administrator)));
        var draft = (await anna.ImportDraftAsync(ImportDraftTests.Request("1"))).Draft;
        await bert.ApproveDraftAsync(Approve("2", draft.Etag));
        // The same sheets again: an edit all the same, and its editor is responsible for it.
        await new Admin(node.Account(editor, StaffRole.Administrator)).ImportDraftAsync(ImportDraftTests.Request("3"));
        var refusal = await Refusals.Of(anna.PublishDraftAsync(PublishDraftTests.Publish("4")));
        Assert.Equal(("SECOND_PERSON_NEEDED", editor), (refusal.Reason, refusal.Metadata["edited_by"]));
        Assert.Equal("", (await anna.CheckDraftAsync(new() { TableId = "bsc" })).Draft.ApprovedBy);
    }

    [Fact]
    public async Task where_no_second_person_is_needed_an_approval_is_kept_all_the_same()
    {
        await using var node = await TableNode.StartAsync();
        var (anna, bert) = (new Admin(node.Account("anna", StaffRole.Administrator)), new Admin(node.Account("bert", StaffRole.Administrator)));
        var draft = (await anna.ImportDraftAsync(ImportDraftTests.Request("1"))).Draft;
        Assert.False(draft.ApprovalNeeded);
        await bert.ApproveDraftAsync(Approve("2", draft.Etag));
        Assert.Equal("bert", (await anna.PublishDraftAsync(PublishDraftTests.Publish("3"))).Version.ApprovedBy);
    }

    private static ApproveDraftRequest Approve(string id, string etag) => new() { RequestId = ImportDraftTests.RequestIdOf(id), TableId = "bsc", Etag = etag };
}
