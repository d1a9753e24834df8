using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Explore;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Outcome = MicroCreds.Federation.V1.CheckedInstitution.Types.Outcome;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Scenario 27 over real nodes: Rome asks Madrid and two others, one of them dead.</summary>
public sealed class CheckFederationTests
{
    [Fact]
    public async Task finds_units_counted_differently_and_credits_that_grow_on_the_way_round()
    {
        await using var federation = await ExploreFederation.StartAsync();
        // DS-101 of Madrid counts 6 at Rome, DS-101 of Rome counts 3 at Madrid; X of Madrid asks for 3 and comes to 6 at Rome.
        await federation.Roma.PublishAsync("R-A,DS-101,uni-madrid.example,DS-101,6,no,,,hidden");
        await federation.Madrid.PublishAsync("M-B,DS-101,uni-roma.example,DS-101,3,no,,,partners", "M-SECRET,DS-101,uni-roma.example,OTHER,3,no,,,hidden");

        var checkedAll = await CheckAsync(federation, new());
        var finding = Assert.Single(checkedAll.Findings);
        Assert.Equal(("non_reciprocal", TableFinding.Types.Severity.Info, 1), (finding.Kind, finding.Severity, checkedAll.FindingCount));
        Assert.Equal(
            ["uni-madrid.example M-B uni-roma.example DS-101 600 300", "uni-roma.example R-A uni-madrid.example DS-101 600 600"],
            finding.Steps.Select(s => $"{s.Institution} {s.RuleId} {s.FromInstitution} {s.Code} {s.EarnedEctsCreditsHundredths} {s.GrantedEctsCreditsHundredths}"));
        Assert.Equal(
            ["uni-madrid.example Checked 1", "uni-roma.example Checked 1"],
            checkedAll.Institutions.Where(i => i.Institution is TestRoma or TestMadrid).Select(i => $"{i.Institution} {i.Outcome} {i.RuleCount}"));
        Assert.Equal(43, checkedAll.Institutions.Single(i => i.Institution == TestMadrid).Tables.Single().Digest.Length);
    }

    [Fact]
    public async Task names_members_that_do_not_answer_and_checks_the_others()
    {
        await using var federation = await ExploreFederation.StartAsync();
        var answer = await CheckAsync(federation, new());
        Assert.Equal(4, answer.Institutions.Count);
        var dead = answer.Institutions.Single(i => i.Institution == "voluntariado.example");
        Assert.Equal((Outcome.Unreachable, 0), (dead.Outcome, dead.RuleCount));
        Assert.NotEmpty(dead.Detail);
        Assert.Equal(3, answer.Institutions.Count(i => i.Outcome == Outcome.Checked));
    }

    [Fact]
    public async Task holds_to_day_and_patience_and_to_the_administrator()
    {
        await using var federation = await ExploreFederation.StartAsync();
        await federation.Roma.PublishAsync("R-A,DS-101,uni-madrid.example,DS-101,6,no,,2099-01-01,public");
        await federation.Madrid.PublishAsync("M-B,DS-101,uni-roma.example,DS-101,3,no,,,partners");
        Assert.Equal(1, (await CheckAsync(federation, new())).FindingCount);
        Assert.Equal((0, "2099-01-02"), await CheckAsync(federation, new() { AsOfDate = "2099-01-02" }) is var later ? (later.FindingCount, later.AsOfDate) : default);

        var admin = new Admin(federation.Roma.Staff("ada", StaffRole.Administrator));
        Assert.Equal(["as_of_date", "partner_timeout_ms"], (await Refusals.Of(admin.CheckFederationAsync(new() { AsOfDate = "x", PartnerTimeoutMs = 5 }))).Fields);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(federation.Roma.Staff("olga", StaffRole.Officer)).CheckFederationAsync(new()))).Reason);
    }

    [Fact]
    public async Task a_document_says_everything_but_the_private_note()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", rules: "rule,target_unit,awarding_body,achievement_code,public_note,private_note\nR1,DS-101,uni-b.example,X,open,secret\n"));
        var version = (await admin.PublishDraftAsync(PublishDraftTests.Publish("2"))).Version;
        var tables = new Tables(node.AsPartner(TableNode.UniB));
        var document = Assert.Single((await tables.ListRulesAsync(new() { WithDocuments = true })).Rules).Document;
        Assert.Equal(("bsc", 1, version.Digest), (document.TableId, document.TableVersion, document.TableDigest));
        Assert.Contains("\"open\"", document.Json, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", document.Json, StringComparison.Ordinal);
        Assert.Null(Assert.Single((await tables.ListRulesAsync(new())).Rules).Document);
    }

    private const string TestRoma = "uni-roma.example";
    private const string TestMadrid = "uni-madrid.example";

    private static async Task<CheckFederationResponse> CheckAsync(ExploreFederation federation, CheckFederationRequest request) =>
        await new Admin(federation.Roma.Staff("ada", StaffRole.Administrator)).CheckFederationAsync(request);
}
