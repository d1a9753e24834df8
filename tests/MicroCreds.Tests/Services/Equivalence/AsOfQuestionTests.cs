using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Kind = MicroCreds.Federation.V1.EquivalenceAnswer.Types.Kind;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Questions as of a day over several versions, and about members that changed their identifier (field reference E.7, scenarios 13 and 24).</summary>
public sealed class AsOfQuestionTests : IAsyncLifetime
{
    private const string Old = "R-5,DS-101,uni-madrid.example,CR/EST101,5,yes,,2025-08-31,public";
    private const string New = "R-6,DS-101,uni-madrid.example,CR/EST101,6,yes,2025-09-01,,public";
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(clock: new TestClock(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero)));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task a_past_day_is_answered_by_the_version_that_was_published_then()
    {
        var first = await _node.PublishAsync(Old);
        _node.Clock.MoveTo(new DateOnly(2025, 8, 20));
        var second = await _node.PublishAsync(Old, New);
        _node.Clock.MoveTo(new DateOnly(2026, 3, 2));

        Assert.Equal("Partial 500 v1 R-5", await AnswerAsync("2025-07-10", first, "2025-09-01"));
        Assert.Equal("Partial 500 v1 R-5", await AnswerAsync("2025-08-19", first, "2025-09-01"));
        Assert.Equal("Partial 500 v2 R-5", await AnswerAsync("2025-08-20", second, "2025-09-01"));
        Assert.Equal("Equivalent 600 v2 R-6", await AnswerAsync("2025-09-01", second, ""));
        Assert.Equal("Equivalent 600 v2 R-6", await AnswerAsync("", second, ""));
    }

    [Fact]
    public async Task before_the_first_publication_nothing_was_evaluated()
    {
        await _node.PublishAsync(Old);
        var response = await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", "2025-05-31");
        Assert.Equal((Kind.NotEvaluated, "", ""), (response.Answers.Single().Kind, response.Answers.Single().RuleId, response.Answers.Single().TableDigest));
        Assert.Empty(response.Tables);
    }

    [Fact]
    public async Task says_which_versions_were_asked_also_when_none_of_them_speaks()
    {
        var table = await _node.PublishAsync(Old);
        var response = await PublishedSheets.AskAsync(_node.Anonymous(), "CR/UNHEARD-OF");
        Assert.Equal(Kind.NotEvaluated, response.Answers.Single().Kind);
        Assert.Equal(new TableVersion { TableId = "bsc", Version = 1, Digest = table.Digest }, response.Tables.Single());
    }

    [Fact]
    public async Task a_rule_is_reviewed_when_it_begins_and_the_day_after_it_ends()
    {
        await _node.PublishAsync(Old, New);
        var answers = (await new Tables(_node.Anonymous()).FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "DS-101" })).Answers;
        Assert.Equal(["R-5 Partial 2025-09-01", "R-6 NotEvaluated 2025-09-01"], answers.Select(a => $"{a.RuleId} {a.Kind} {a.NextReviewDate}"));
        var later = (await new Tables(_node.Anonymous()).FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "DS-101", AsOfDate = "2026-01-01" })).Answers;
        Assert.Equal(["R-6 Equivalent ", "R-5 Expired "], later.Select(a => $"{a.RuleId} {a.Kind} {a.NextReviewDate}"));
    }

    [Fact]
    public async Task a_unit_that_was_not_yet_published_is_not_evaluated_and_an_unknown_one_not_found()
    {
        await _node.PublishAsync(New);
        var tables = new Tables(_node.Anonymous());
        Assert.Equal(Kind.NotEvaluated, (await tables.FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "DS-101", AsOfDate = "2024-01-01" })).Answers.Single().Kind);
        var refusal = await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["target_unit"], async () => await tables.FindEquivalencesAsync(new FindEquivalencesRequest { Unit = "NOWHERE", AsOfDate = "2024-01-01" }));
        Assert.Equal("NOWHERE", refusal["target_unit"]);
    }

    [Fact]
    public async Task what_was_hidden_then_answers_like_nothing_and_what_was_public_then_stays_so()
    {
        await _node.PublishAsync(Old.Replace("public", "hidden", StringComparison.Ordinal));
        _node.Clock.MoveTo(new DateOnly(2025, 6, 2));
        await _node.PublishAsync(Old);
        _node.Clock.MoveTo(new DateOnly(2025, 6, 3));
        await _node.PublishAsync(Old.Replace("public", "hidden", StringComparison.Ordinal));
        var never = (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/UNHEARD-OF", "2025-06-01")).Answers;
        Assert.Equal(never, (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", "2025-06-01")).Answers);
        Assert.Equal("R-5", (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", "2025-06-02")).Answers.Single().RuleId);
        Assert.Equal(never, (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101")).Answers);
        Assert.Equal("R-5", (await PublishedSheets.AskAsync(_node.Staff("olga", StaffRole.Officer), "CR/EST101", "2025-06-01")).Answers.Single().RuleId);
    }

    [Theory]
    [InlineData("uni-madrid.example")]
    [InlineData("complutum.example")]
    public async Task a_merged_member_is_found_under_either_identifier_whichever_the_rule_names(string named)
    {
        Merge();
        await _node.PublishAsync(New.Replace("uni-madrid.example", named, StringComparison.Ordinal).Replace("2025-09-01", "", StringComparison.Ordinal));
        foreach (var asked in new[] { "uni-madrid.example", "complutum.example" })
        {
            var response = await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", body: asked, awarded: "2023-05-02");
            Assert.Equal((Kind.Equivalent, "R-6", "uni-madrid.example"), (response.Answers.Single().Kind, response.Answers.Single().RuleId, response.Answers.Single().AwardingBody));
            Assert.Equal("uni-madrid.example", response.AwardingBody);
            Assert.Empty(response.Warnings);
        }
    }

    [Fact]
    public async Task an_award_under_an_identifier_already_given_up_is_warned_of()
    {
        await _node.PublishAsync(New);
        Merge();
        var warning = (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", body: "complutum.example", awarded: "2025-02-01")).Warnings.Single();
        Assert.Contains("complutum.example is a former identifier of uni-madrid.example", warning, StringComparison.Ordinal);
        Assert.Contains("2025-02-01", warning, StringComparison.Ordinal);
        Assert.Empty((await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", awarded: "2025-02-01")).Warnings);
        Assert.Equal("stranger.example", (await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", body: "stranger.example")).AwardingBody);
    }

    private async Task<string> AnswerAsync(string asOf, EquivalenceTable version, string review)
    {
        var response = await PublishedSheets.AskAsync(_node.Anonymous(), "CR/EST101", asOf);
        var answer = response.Answers.Single();
        Assert.Equal((version.Digest, version.Digest, review), (answer.TableDigest, response.Tables.Single().Digest, answer.NextReviewDate));
        return $"{answer.Kind} {answer.GrantedEctsCreditsHundredths} v{answer.TableVersion} {answer.RuleId}";
    }

    // Madrid has taken over Complutum.
    private void Merge()
    {
        var list = _node.Registry.Current.List;
        var merged = list with
        {
            Serial = list.Serial + 1,
            Members = [.. list.Members.Select(m => m.Organisation == TestConsortium.Madrid ? m with { FormerIds = [OrganisationId.Parse("complutum.example")] } : m)],
        };
        Assert.False(_node.Registry.TakeOver(merged, _node.Registry.SignedList).Failed(out _, out _));
    }
}
