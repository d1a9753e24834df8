using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Scenario 30: uni-b adopts a rule of uni-a.</summary>
public sealed class AdoptRuleTests
{
    internal const string Header = "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects,automatic,agreement,priority,visibility,private_note\n";

    [Fact]
    public async Task takes_the_partners_rule_into_the_draft_with_its_provenance()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        b.Partner = a;
        var source = await PublishAsync(a, "1", "SRC,DS-101,uni-b.example,X,6,5,yes,yes,7,partners,ours\n");
        await PublishAsync(b, "2", "");
        var admin = new Admin(b.As(StaffRole.Administrator));
        var request = Adopt("5");
        var answer = await admin.AdoptRuleAsync(request);
        Assert.Equal(answer, await admin.AdoptRuleAsync(request));

        Assert.Equal(new RuleProvenance { Institution = TableNode.UniA, TableId = "bsc", Version = 1, Digest = source.Digest, RuleId = "SRC" }, answer.Rule.AdoptedFrom);
        Assert.Equal(("OWN", "DS-101", 500, false, 0, "partners"), (answer.Rule.RuleId, answer.Rule.TargetUnit, answer.Rule.FixedEctsCreditsHundredths, answer.Rule.Automatic, answer.Rule.Priority, answer.Rule.Visibility));
        Assert.Equal(["awarding_body uni-b.example", "achievement_code X", "credits_at_least 6"], answer.Rule.Conditions.Select(c => $"{c.Condition} {c.Expected}").OrderBy(c => c.StartsWith("aw", StringComparison.Ordinal) ? 0 : c.StartsWith("ac", StringComparison.Ordinal) ? 1 : 2));
        Assert.Equal(1, answer.Draft.RuleCount);
        var diff = await admin.CompareVersionsAsync(new() { TableId = "bsc", FromVersion = 1 });
        Assert.Equal($"uni-a.example bsc 1 SRC {source.Digest}", diff.Rows.Single().Cells.Single(c => c.Column == "adopted_from").NewValue);
        Assert.DoesNotContain(diff.Rows.Single().Cells, c => c.Column == "private_note");
    }

    [Fact]
    public async Task the_copy_stays_when_the_partner_changes_until_it_is_adopted_again()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        b.Partner = a;
        await PublishAsync(a, "1", "SRC,DS-101,third.example,X,6,5,,,,public,\n");
        await PublishAsync(b, "2", "");
        var admin = new Admin(b.As(StaffRole.Administrator));
        await admin.AdoptRuleAsync(Adopt("5"));
        var stricter = await PublishAsync(a, "3", "SRC,DS-101,third.example,X,9,5,,,,public,\n");
        var published = await admin.PublishDraftAsync(PublishDraftTests.Publish("6"));
        Assert.Equal(("1", "6"), await CopyAsync(b));

        var again = await admin.AdoptRuleAsync(Adopt("7"));
        Assert.Equal((2, stricter.Digest, 1), (again.Rule.AdoptedFrom.Version, again.Rule.AdoptedFrom.Digest, again.Draft.RuleCount));
        await admin.PublishDraftAsync(PublishDraftTests.Publish("8"));
        Assert.Equal(("2", "9"), await CopyAsync(b));
        Assert.NotEqual(published.Version.Digest, again.Draft.Digest);
    }

    [Fact]
    public async Task an_exported_copy_imports_with_its_provenance()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        b.Partner = a;
        await PublishAsync(a, "1", "SRC,DS-101,third.example,X,6,5,,,,public,\n");
        await PublishAsync(b, "2", "");
        var admin = new Admin(b.As(StaffRole.Administrator));
        var digest = (await admin.AdoptRuleAsync(Adopt("5"))).Draft.Digest;
        var sheet = (await admin.ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Rules })).Sheet;
        var again = new ImportDraftRequest { RequestId = ImportDraftTests.RequestIdOf("6"), TableId = "bsc", Sheets = { sheet } };
        Assert.Equal(digest, (await admin.ImportDraftAsync(again)).Draft.Digest);
    }

    [Fact]
    public async Task refuses_what_is_not_shown_taken_or_reachable()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        var admin = new Admin(b.As(StaffRole.Administrator));
        await PublishAsync(b, "2", "OTHER,DS-101,third.example,Q,6,5,,,,public,\n");
        Assert.Equal("PARTNER_UNAVAILABLE", (await Refusals.Of(admin.AdoptRuleAsync(Adopt("3")))).Reason);

        b.Partner = a;
        await PublishAsync(a, "1", "SRC,DS-101,third.example,X,6,5,,,,public,\nSECRET,DS-101,third.example,Y,6,5,,,,hidden,\n");
        var hidden = await Refusals.Of(admin.AdoptRuleAsync(Adopt("4", r => r.SourceRuleId = "SECRET")));
        Assert.Equal(("RULE_NOT_FOUND", "SECRET", TableNode.UniA), (hidden.Reason, hidden.Metadata["rule_id"], hidden.Metadata["institution"]));
        Assert.Equal(["rule_id"], (await Refusals.Of(admin.AdoptRuleAsync(Adopt("5", r => r.RuleId = "OTHER")))).Fields);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.AdoptRuleAsync(Adopt("6", r => r.TableId = "none")))).Reason);
        Assert.Equal("CONCURRENT_CHANGE", (await Refusals.Of(admin.AdoptRuleAsync(Adopt("7", r => r.Etag = "9")))).Reason);
        Assert.Equal(["source_institution", "source_rule_id", "target_unit", "request_id", "table_id"], (await Refusals.Of(admin.AdoptRuleAsync(new()))).Fields);
        await admin.AdoptRuleAsync(Adopt("8", r => r.ValidateOnly = true));
        Assert.Null((await admin.ListVersionsAsync(new() { TableId = "bsc" })).Draft);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(b.As(StaffRole.Officer)).AdoptRuleAsync(Adopt("9")))).Reason);
    }

    internal static AdoptRuleRequest Adopt(string id, Action<AdoptRuleRequest>? adjust = null)
    {
        var request = new AdoptRuleRequest { RequestId = ImportDraftTests.RequestIdOf(id), TableId = "bsc", SourceInstitution = TableNode.UniA, SourceRuleId = "SRC", TargetUnit = "DS-101", RuleId = "OWN" };
        adjust?.Invoke(request);
        return request;
    }

    internal static async Task<PublishedVersion> PublishAsync(TableNode node, string id, string rows)
    {
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request($"{id}01", rules: Header + rows));
        return (await admin.PublishDraftAsync(PublishDraftTests.Publish($"{id}02"))).Version;
    }

    private static async Task<(string Version, string Credits)> CopyAsync(TableNode node)
    {
        var rule = (await new EquivalenceService.EquivalenceServiceClient(node.As(StaffRole.Administrator)).ListRulesAsync(new() { RuleId = "OWN" })).Rules.Single();
        return ($"{rule.AdoptedFrom.Version}", rule.Conditions.Single(c => c.Condition == "credits_at_least").Expected);
    }
}
