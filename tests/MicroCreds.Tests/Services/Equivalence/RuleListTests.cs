using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>ListRules: every filter alone and together, the count, and the draft.</summary>
public sealed class RuleListTests
{
    private const string Rules =
        "rule,target_unit,awarding_body,achievement_code,isced_field,automatic,visibility,valid_from,valid_until,agreement,public_note\n"
        + "A-1,DS-101,uni-b.example,CR/EST101,,yes,public,2025-01-01,2026-06-30,,Agreed by the board\n"
        + "A-2,DS-101,uni-b.example,CR/EST102,,no,public,2026-07-01,,,\n"
        + "B-1,DS-101,uni-b.example,CR/EST103,,yes,public,,,yes,\n"
        + "C-1,VOL-1,,,0922,no,public,,,,\n"
        + "C-2,VOL-1,uni-b.example,CR/VOL,,no,hidden,,,,\n";

    [Fact]
    public async Task each_filter_narrows_and_all_together_hold()
    {
        await using var node = await Published();
        var tables = new Tables(node.As(StaffRole.Officer));
        Assert.Equal("A-1 B-1", await Ids(tables, new() { Automatic = true }));
        Assert.Equal("A-2 C-1 C-2", await Ids(tables, new() { Automatic = false }));
        Assert.Equal("B-1", await Ids(tables, new() { Rank = 2 }));
        Assert.Equal("C-1", await Ids(tables, new() { Rank = 5 }));
        Assert.Equal("A-1 B-1 C-1 C-2", await Ids(tables, new() { InForceDate = "2026-06-30" }));
        Assert.Equal("A-2 B-1 C-1 C-2", await Ids(tables, new() { InForceDate = "2026-07-01" }));
        Assert.Equal("C-1", await Ids(tables, new() { RuleId = "C-1" }));
        Assert.Equal("A-2", await Ids(tables, new() { TargetUnit = "DS-101", AwardingBody = "uni-b.example", Rank = 3, Automatic = false, InForceDate = "2026-07-01", Query = "est102" }));
    }

    [Theory]
    [InlineData("board AGREED", "A-1")]
    [InlineData("cr/est", "A-1 A-2 B-1")]
    [InlineData("0922", "C-1")]
    [InlineData("vol-1", "C-1 C-2")]
    [InlineData("board 0922", "")]
    public async Task every_word_of_a_search_must_stand_somewhere(string query, string expected)
    {
        await using var node = await Published();
        Assert.Equal(expected, await Ids(new Tables(node.As(StaffRole.Officer)), new() { Query = query }));
    }

    [Fact]
    public async Task finds_rules_by_the_title_of_their_unit()
    {
        await using var node = await Published();
        var tables = new Tables(node.As(StaffRole.Officer));
        var title = (await tables.ListTablesAsync(new())).Tables.Single().Units.Single(u => u.Code == "VOL-1").Title.ByLanguage.Values.First();
        Assert.Equal("C-1 C-2", await Ids(tables, new() { Query = title }));
    }

    [Fact]
    public async Task counts_on_the_first_page_what_the_caller_may_see()
    {
        await using var node = await Published();
        var tables = new Tables(node.As(StaffRole.Officer));
        var first = await tables.ListRulesAsync(new() { AwardingBody = "uni-b.example", PageSize = 2 });
        Assert.Equal((4, 2), (first.TotalCount, first.Rules.Count));
        var second = await tables.ListRulesAsync(new() { AwardingBody = "uni-b.example", PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal((0, "B-1 C-2", ""), (second.TotalCount, string.Join(' ', second.Rules.Select(r => r.RuleId)), second.NextPageToken));
        Assert.Equal(3, (await new Tables(node.As()).ListRulesAsync(new() { AwardingBody = "uni-b.example" })).TotalCount);

        // Each filter is part of what a token belongs to.
        foreach (var other in (ListRulesRequest[])[new() { Query = "a" }, new() { Rank = 3 }, new() { Automatic = false }, new() { InForceDate = "2026-07-01" }, new() { RuleId = "A-1" }])
        {
            other.PageToken = first.NextPageToken;
            Assert.Equal("PAGE_TOKEN_INVALID", (await Refusals.Of(tables.ListRulesAsync(other))).Code.Reason);
        }
    }

    [Fact]
    public async Task shows_the_draft_to_its_administrator_alone()
    {
        await using var node = await Published();
        var admin = node.As(StaffRole.Administrator);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(new Tables(admin).ListRulesAsync(new() { TableId = "bsc", Draft = true }))).Code.Reason);
        await new Admin(admin).ImportDraftAsync(ImportDraftTests.Request("3", "rule,target_unit,awarding_body,achievement_code\nNEW-2,DS-101,uni-b.example,X-2\nNEW-1,VOL-1,uni-b.example,X-1\n"));

        Assert.Equal("NEW-1 NEW-2", await Ids(new Tables(admin), new() { TableId = "bsc", Draft = true }));
        Assert.Equal("NEW-2", await Ids(new Tables(admin), new() { TableId = "bsc", Draft = true, TargetUnit = "DS-101" }));
        Assert.Equal("A-1 A-2 B-1 C-1 C-2", await Ids(new Tables(admin), new() { TableId = "bsc" }));
        Assert.Equal(StatusCode.PermissionDenied, (await Refusals.Of(new Tables(node.As(StaffRole.Officer)).ListRulesAsync(new() { TableId = "bsc", Draft = true }))).Code.Status);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusals.Of(new Tables(node.AsPartner(TableNode.UniB)).ListRulesAsync(new() { TableId = "bsc", Draft = true }))).Code.Status);
    }

    [Fact]
    public async Task names_every_wrong_filter()
    {
        await using var node = await TableNode.StartAsync();
        var refusal = await Refusals.Of(new Tables(node.As(StaffRole.Officer)).ListRulesAsync(
            new() { Rank = 6, InForceDate = "1 July", RuleId = "with blank", Query = new string('x', 201), Draft = true }));
        Assert.Equal(["in_force_date", "query", "rank", "rule_id", "table_id"], refusal.Fields.Order());
    }

    private static async Task<string> Ids(Tables tables, ListRulesRequest request)
    {
        var answer = await tables.ListRulesAsync(request);
        Assert.Equal(answer.Rules.Count, answer.TotalCount);
        return string.Join(' ', answer.Rules.Select(r => r.RuleId));
    }

    private static async Task<TableNode> Published()
    {
        var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", Rules));
        await admin.PublishDraftAsync(PublishDraftTests.Publish("2"));
        return node;
    }
}
