using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Kind = MicroCreds.Federation.V1.EquivalenceAnswer.Types.Kind;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class EquivalenceQuestionTests
{
    [Fact]
    public async Task everybody_sees_public_rules_partners_theirs_and_staff_all()
    {
        await using var node = await Published();
        Assert.Equal(["R-PUBLIC"], await Rules(node.As()));
        Assert.Equal(["R-PARTNER", "R-PUBLIC"], await Rules(node.AsPartner(TableNode.UniB)));
        Assert.Equal(["R-HIDDEN", "R-PARTNER", "R-PUBLIC"], await Rules(node.As(StaffRole.Officer)));
        Assert.Equal(1, (await new Tables(node.As()).ListTablesAsync(new())).Tables.Single().RuleCount);
        Assert.Equal(3, (await new Tables(node.As(StaffRole.Officer)).ListTablesAsync(new())).Tables.Single().RuleCount);
    }

    [Fact]
    public async Task shows_a_rule_as_an_explanation_would()
    {
        await using var node = await Published();
        var rule = (await new Tables(node.As()).ListRulesAsync(new ListRulesRequest { TableId = "bsc" })).Rules.Single();
        Assert.Equal(["achievement_code CR/EST101", "awarding_body uni-b.example"], rule.Conditions.Select(c => $"{c.Condition} {c.Expected}").Order());
        Assert.Equal(("DS-101", "converted", true, "public", 3), (rule.TargetUnit, rule.Grade, rule.Automatic, rule.Visibility, rule.Rank));
        Assert.False(rule.HasFixedEctsCreditsHundredths);
    }

    [Fact]
    public async Task pages_through_rules()
    {
        await using var node = await Published();
        var tables = new Tables(node.As(StaffRole.Officer));
        var first = await tables.ListRulesAsync(new ListRulesRequest { PageSize = 2 });
        Assert.Equal(["R-HIDDEN", "R-PARTNER"], first.Rules.Select(r => r.RuleId));
        var second = await tables.ListRulesAsync(new ListRulesRequest { PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["R-PUBLIC"], second.Rules.Select(r => r.RuleId));
        Assert.Equal("", second.NextPageToken);

        var other = await Refusals.Of(tables.ListRulesAsync(new ListRulesRequest { TargetUnit = "DS-101", PageToken = first.NextPageToken }));
        Assert.Equal((StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID"), other.Code);
    }

    [Fact]
    public async Task lists_rules_by_unit_and_awarding_body()
    {
        await using var node = await Published();
        var tables = new Tables(node.As(StaffRole.Officer));
        Assert.Equal(["R-HIDDEN"], (await tables.ListRulesAsync(new ListRulesRequest { TargetUnit = "VOL-1" })).Rules.Select(r => r.RuleId));
        Assert.Empty((await tables.ListRulesAsync(new ListRulesRequest { AwardingBody = "uni-c.example" })).Rules);
        Assert.Equal("nowhere", (await Refusals.Of(tables.ListRulesAsync(new ListRulesRequest { TableId = "nowhere" }))).Metadata["table_id"]);
    }

    [Fact]
    public async Task answers_how_an_achievement_would_count()
    {
        await using var node = await Published();
        var answer = Assert.Single((await Forward(node.As(), "CR/EST101")).Answers);
        Assert.Equal((Kind.Equivalent, "DS-101", "R-PUBLIC", "bsc", 1, true, false), (answer.Kind, answer.Unit, answer.RuleId, answer.TableId, answer.TableVersion, answer.Automatic, answer.Generic));
    }

    [Fact]
    public async Task a_rule_the_caller_may_not_see_answers_like_none()
    {
        await using var node = await Published();
        Assert.Equal(Kind.NotEvaluated, Assert.Single((await Forward(node.As(), "CR/VOL")).Answers).Kind);
        Assert.Equal(Kind.NotEvaluated, Assert.Single((await Forward(node.AsPartner(TableNode.UniB), "CR/VOL")).Answers).Kind);
        Assert.Equal("R-HIDDEN", Assert.Single((await Forward(node.As(StaffRole.Officer), "CR/VOL")).Answers).RuleId);
    }

    [Fact]
    public async Task answers_what_counts_as_a_unit()
    {
        await using var node = await Published();
        var tables = new Tables(node.As());
        var answers = (await tables.FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "DS-101" })).Answers;
        Assert.Equal("R-PUBLIC uni-b.example CR/EST101", Assert.Single(answers.Select(a => $"{a.RuleId} {a.AwardingBody} {a.Achievement}")));
        Assert.Equal(Kind.NotEvaluated, Assert.Single((await tables.FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "VOL-1" })).Answers).Kind);

        var refusal = await Refusals.Of(tables.FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "NOWHERE" }));
        Assert.Equal((StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND"), refusal.Code);
        Assert.Equal("NOWHERE", refusal.Metadata["target_unit"]);
    }

    [Fact]
    public async Task gathers_every_wrong_field()
    {
        await using var node = await Published();
        var tables = new Tables(node.As());
        var achievement = new AchievementDescription { AwardingBody = "B", EctsCreditsHundredths = 36001, EqfLevel = 9, AwardedDate = "1.2.2026", IscedFields = { "IT" } };
        var refusal = await Refusals.Of(tables.FindEquivalencesAsync(new FindEquivalencesRequest { AsOfDate = "today", Achievement = achievement }));
        Assert.Equal(
            ["as_of_date", "achievement.awarding_body", "achievement.ects_credits_hundredths", "achievement.eqf_level", "achievement.isced_fields", "achievement.awarded_date"], refusal.Fields);
        Assert.Equal(["question"], (await Refusals.Of(tables.FindEquivalencesAsync(new FindEquivalencesRequest()))).Fields);
        Assert.Equal(["page_size"], (await Refusals.Of(tables.ListTablesAsync(new ListTablesRequest { PageSize = -1 }))).Fields);
    }

    [Fact]
    public async Task passes_a_question_of_staff_about_a_partner_on_and_nobody_elses()
    {
        await using var node = await TableNode.StartAsync(TableNode.UniB);
        await using var partner = await Published();
        node.Partner = partner;
        Assert.Equal(["R-PARTNER", "R-PUBLIC"], await Rules(node.As(StaffRole.Officer), TableNode.UniA));
        Assert.Equal("R-PARTNER", Assert.Single((await Forward(node.As(StaffRole.Officer), "CR/EST102", TableNode.UniA)).Answers).RuleId);

        foreach (var caller in new[] { node.As(), node.AsPartner(TableNode.UniA) })
        {
            var refusal = await Refusals.Of(new Tables(caller).ListTablesAsync(new ListTablesRequest { Institution = TableNode.UniA }));
            Assert.Equal((StatusCode.NotFound, "INSTITUTION_NOT_FOUND"), refusal.Code);
            Assert.Equal(TableNode.UniA, refusal.Metadata["institution"]);
        }
    }

    [Fact]
    public async Task a_partner_that_is_away_is_named()
    {
        await using var node = await TableNode.StartAsync(TableNode.UniB);
        var refusal = await Refusals.Of(new Tables(node.As(StaffRole.Officer)).ListTablesAsync(new ListTablesRequest { Institution = TableNode.UniA }));
        Assert.Equal((StatusCode.Unavailable, "PARTNER_UNAVAILABLE"), refusal.Code);
        Assert.Equal(TableNode.UniA, refusal.Metadata["partner"]);
    }

    private static async Task<TableNode> Published()
    {
        var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));
        await admin.PublishDraftAsync(PublishDraftTests.Publish("2"));
        return node;
    }

    private static async Task<IEnumerable<string>> Rules(CallInvoker caller, string institution = "") =>
        (await new Tables(caller).ListRulesAsync(new ListRulesRequest { Institution = institution })).Rules.Select(r => r.RuleId);

    private static async Task<FindEquivalencesResponse> Forward(CallInvoker caller, string code, string institution = "") =>
        await new Tables(caller).FindEquivalencesAsync(new FindEquivalencesRequest { Institution = institution, Achievement = new AchievementDescription { AwardingBody = TableNode.UniB, Code = code } });
}
