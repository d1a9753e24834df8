using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Scenario 30, second half: uni-a publishes a stricter version, uni-b keeps its copy and learns of it.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task a_changed_source_is_a_task_until_it_is_acknowledged()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        var admin = await AdoptedAsync(a, b);
        Assert.Equal("SRC v1 open=False", Text(Assert.Single((await admin.ListAdoptionsAsync(new())).Adoptions)));

        // A version in which the rule is as it was is no task; one with another rule changed neither.
        await AdoptRuleTests.PublishAsync(a, "3", Rule("6") + "ELSE,DS-101,third.example,Y,6,5,,,,public,\n");
        var stricter = await AdoptRuleTests.PublishAsync(a, "4", Rule("9") + "ELSE,DS-101,third.example,Y,6,5,,,,public,\n");
        var task = await OpenAsync(admin, open => open.Change.Cells.Count > 0);
        Assert.Equal((1, 3, stricter.Digest, false), (task.Change.FromVersion, task.Change.ToVersion, task.Change.ToDigest, task.Change.Gone));
        Assert.Equal("min_ects 6→9", Assert.Single(task.Change.Cells.Select(c => $"{c.Column} {c.OldValue}→{c.NewValue}")));
        Assert.Equal(("OWN", true, false, 1), (task.RuleId, task.Published, task.InDraft, task.Source.Version));

        var looked = new AcknowledgeAdoptionRequest { RequestId = ImportDraftTests.RequestIdOf("77"), TableId = "bsc", RuleId = "OWN", SourceVersion = 3 };
        var acknowledged = (await admin.AcknowledgeAdoptionAsync(looked)).Adoption;
        Assert.Equal(acknowledged, (await admin.AcknowledgeAdoptionAsync(looked)).Adoption);
        Assert.Equal(("anna", 3), (acknowledged.AcknowledgedBy, acknowledged.Change.ToVersion));
        Assert.Empty((await admin.ListAdoptionsAsync(new() { OpenOnly = true })).Adoptions);
        Assert.Equal(acknowledged, Assert.Single((await admin.ListAdoptionsAsync(new())).Adoptions));

        // A further change is news again.
        await AdoptRuleTests.PublishAsync(a, "5", "");
        Assert.Equal((4, true, 0), await OpenAsync(admin) is var gone ? (gone.Change.ToVersion, gone.Change.Gone, gone.Change.Cells.Count) : default);
    }

    [Fact]
    public async Task adopting_again_clears_the_task()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        var admin = await AdoptedAsync(a, b);
        await AdoptRuleTests.PublishAsync(a, "3", Rule("9"));
        await OpenAsync(admin);
        await admin.AdoptRuleAsync(AdoptRuleTests.Adopt("78"));
        var again = Assert.Single((await admin.ListAdoptionsAsync(new())).Adoptions);
        Assert.Equal((2, true, true, true), (again.Source.Version, again.Change is null, again.Published, again.InDraft));
    }

    [Fact]
    public async Task an_upcoming_version_is_told_with_its_day()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        var admin = await AdoptedAsync(a, b);
        var partner = new Admin(a.As(StaffRole.Administrator));
        await partner.ImportDraftAsync(ImportDraftTests.Request("31", rules: AdoptRuleTests.Header + Rule("9")));
        var publish = PublishDraftTests.Publish("32");
        publish.EffectiveDate = "2099-09-11";
        await partner.PublishDraftAsync(publish);
        var task = await OpenAsync(admin);
        Assert.Equal((2, "2099-09-11", 0, false), (task.Change.ToVersion, task.Change.EffectiveDate, task.Change.Cells.Count, task.Change.Gone));

        // On its day the partner shows the rule, and what became of it is told.
        (a.Days, b.Days) = (10, 10);
        b.Look();
        admin = new Admin(b.As(StaffRole.Administrator));
        task = await OpenAsync(admin, open => open.Change.Cells.Count > 0);
        Assert.Equal("min_ects 6→9", Assert.Single(task.Change.Cells.Select(c => $"{c.Column} {c.OldValue}→{c.NewValue}")));
        Assert.Equal((2, "2099-09-11"), (task.Change.ToVersion, task.Change.EffectiveDate));
    }

    [Fact]
    public async Task pages_filters_and_refuses()
    {
        await using var a = await TableNode.StartAsync();
        await using var b = await TableNode.StartAsync(TableNode.UniB);
        var admin = await AdoptedAsync(a, b);
        await admin.AdoptRuleAsync(AdoptRuleTests.Adopt("78", r => r.RuleId = "SECOND"));
        var first = await admin.ListAdoptionsAsync(new() { PageSize = 1 });
        var second = await admin.ListAdoptionsAsync(new() { PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal(["OWN", "SECOND"], first.Adoptions.Concat(second.Adoptions).Select(x => x.RuleId));
        Assert.Equal("", second.NextPageToken);
        Assert.Empty((await admin.ListAdoptionsAsync(new() { TableId = "other" })).Adoptions);
        Assert.Equal("RULE_NOT_FOUND", (await Refusals.Of(admin.AcknowledgeAdoptionAsync(new() { RequestId = ImportDraftTests.RequestIdOf("79"), TableId = "bsc", RuleId = "OWN", SourceVersion = 1 }))).Reason);
        Assert.Equal(["request_id", "table_id", "rule_id", "source_version"], (await Refusals.Of(admin.AcknowledgeAdoptionAsync(new()))).Fields);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(b.As(StaffRole.Officer)).ListAdoptionsAsync(new()))).Reason);
    }

    private static string Rule(string least) => $"SRC,DS-101,third.example,X,{least},5,,,,public,\n";

    // uni-b has published a copy of uni-a's rule, as it stands in version 1.
    private static async Task<Admin> AdoptedAsync(TableNode a, TableNode b)
    {
        b.Partner = a;
        await AdoptRuleTests.PublishAsync(a, "1", Rule("6"));
        await AdoptRuleTests.PublishAsync(b, "2", "");
        var admin = new Admin(b.As(StaffRole.Administrator));
        await admin.AdoptRuleAsync(AdoptRuleTests.Adopt("75"));
        await admin.PublishDraftAsync(PublishDraftTests.Publish("76"));
        return admin;
    }

    // The change is told first, and what it changes once that was fetched.
    private static async Task<Adoption> OpenAsync(Admin admin, Func<Adoption, bool>? enough = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if ((await admin.ListAdoptionsAsync(new() { OpenOnly = true }, cancellationToken: patience.Token)).Adoptions is [var open] && enough?.Invoke(open) != false) return open;
            await Task.Yield();
        }
    }

    private static string Text(Adoption adoption) => $"{adoption.Source.RuleId} v{adoption.Source.Version} open={adoption.Change is not null}";
}
