using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>A warning does not forbid publication; it asks the administrator why.</summary>
public sealed class AcceptedWarningTests
{
    // Two rules have ended, and the first of them asks a university for more than a passing grade.
    private const string Rules = "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects,valid_until,min_grade\nR1,DS-101,uni-b.example,X,6,6,2020-01-01,9\nR2,DS-101,uni-b.example,Y,6,6,2020-01-01,\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task refuses_warnings_without_a_reason_and_names_their_kinds(bool validateOnly)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", rules: Rules));
        var refusal = await Refusals.Of(admin.PublishDraftAsync(Publish("2", validateOnly)));
        Assert.Equal((StatusCode.FailedPrecondition, "DRAFT_NOT_PUBLISHABLE"), refusal.Code);
        Assert.Equal("unlawful_ground,expired", refusal.Metadata["warnings_without_reason"]);
        Assert.Equal("bsc", refusal.Metadata["table_id"]);
        Assert.Contains("unlawful_ground R1", refusal.Metadata["findings"], StringComparison.Ordinal);

        var one = await Refusals.Of(admin.PublishDraftAsync(Publish("3", validateOnly, ("expired", "Kept for old cases."))));
        Assert.Equal("unlawful_ground", one.Metadata["warnings_without_reason"]);
    }

    [Fact]
    public async Task keeps_the_reasons_with_the_version_and_shows_them_in_its_history()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", rules: Rules));
        var request = Publish("2", false, ("expired", "Kept for old cases."), ("", "Agreed with the partner."));
        var published = await admin.PublishDraftAsync(request);
        Assert.Equal(published, await admin.PublishDraftAsync(request));
        Assert.Equal(["1 unlawful_ground: Agreed with the partner.", "2 expired: Kept for old cases."], Texts(published.Version));
        Assert.Equal(Texts(published.Version), Texts((await admin.ListVersionsAsync(new() { TableId = "bsc" })).Versions.Single()));
    }

    [Fact]
    public async Task a_reason_nobody_needs_is_not_kept_and_no_part_of_the_digest()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", rules: "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects\nR2,DS-101,uni-b.example,Y,6,6\n"));
        var first = await admin.PublishDraftAsync(Publish("2", false, ("expired", "None has.")));
        Assert.Empty(first.Version.AcceptedWarnings);
        await admin.RestoreVersionAsync(new() { RequestId = ImportDraftTests.RequestIdOf("3"), TableId = "bsc", Version = 1 });
        Assert.Equal(first.Version.Digest, (await admin.PublishDraftAsync(Publish("4", false))).Version.Digest);
    }

    [Fact]
    public async Task gathers_every_wrong_reason()
    {
        await using var node = await TableNode.StartAsync();
        var request = Publish("1", false, ("nonsense", "Why not."), ("expired", " "), ("expired", "Twice."));
        var refusal = await Refusals.Of(new Admin(node.As(StaffRole.Administrator)).PublishDraftAsync(request));
        Assert.Equal(["reasons[0].kind", "reasons[1].reason", "reasons[2].kind"], refusal.Fields);
    }

    private static List<string> Texts(PublishedVersion version) => [.. version.AcceptedWarnings.Select(w => $"{w.Count} {w.Kind}: {w.Reason}")];

    private static PublishDraftRequest Publish(string id, bool validateOnly, params (string Kind, string Reason)[] reasons)
    {
        var request = PublishDraftTests.Publish(id);
        request.ValidateOnly = validateOnly;
        request.Reasons.Clear();
        request.Reasons.AddRange(reasons.Select(r => new WarningReason { Kind = r.Kind, Reason = r.Reason }));
        return request;
    }
}
