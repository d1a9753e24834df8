using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Kind = MicroCreds.Federation.V1.EquivalenceAnswer.Types.Kind;
using Outcome = MicroCreds.Federation.V1.ExploredInstitution.Types.Outcome;

namespace MicroCreds.Tests.Services.Explore;

public sealed class ExploreRecognitionTests : IAsyncLifetime
{
    private ExploreFederation _federation = null!;

    public async Task InitializeAsync() => _federation = await ExploreFederation.StartAsync();

    public async Task DisposeAsync() => await _federation.DisposeAsync();

    [Fact]
    public async Task asks_everybody_and_says_who_did_not_answer()
    {
        var messages = await _federation.ExploreAsync(Imagined());
        Assert.Equal((4, Imagined().Achievement), (messages[0].Question.InstitutionCount, messages[0].Question.Achievement));
        Assert.Equal(
            ["uni-c.example Answered", "uni-madrid.example Answered", "uni-roma.example Answered", "voluntariado.example Unreachable"],
            Institutions(messages).Select(i => $"{i.Institution} {i.Outcome}").Order(StringComparer.Ordinal));
        Assert.Equal(new ExplorationEnd { AskedCount = 4, AnsweredCount = 3, SilentInstitutions = { "voluntariado.example" } }, messages[^1].End);

        // Own staff sees the institution's hidden rules, and of a partner what partners see.
        Assert.Equal((Kind.Equivalent, "R-1"), Only(messages, "uni-roma.example"));
        Assert.Equal((Kind.Equivalent, "R-1"), Only(messages, "uni-madrid.example"));
        Assert.Equal((Kind.NotEvaluated, ""), Only(messages, "uni-c.example"));
        Assert.Equal(("bsc", 1), Institutions(messages).Where(i => i.Institution == "uni-madrid.example").Select(i => (i.Tables.Single().TableId, i.Tables.Single().Version)).Single());
        Assert.NotEmpty(Institutions(messages).Single(i => i.Outcome == Outcome.Unreachable).Detail);
    }

    [Fact]
    public async Task answers_come_while_a_slow_partner_is_waited_for_and_it_has_its_own_time()
    {
        _federation.AtFourth.GoOn = Task.Delay(Timeout.Infinite);
        using var call = _federation.Start(Imagined(10_000));
        Assert.NotNull((await _federation.NextAsync(call)).Question);
        var early = new[] { await _federation.NextAsync(call), await _federation.NextAsync(call), await _federation.NextAsync(call) };
        Assert.DoesNotContain("uni-c.example", early.Select(m => m.Institution.Institution));
        var late = _federation.NextAsync(call);
        await _federation.AtFourth.Asked;
        _federation.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(late.IsCompleted);
        _federation.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(("uni-c.example", Outcome.DeadlineExceeded, 10_000), ((await late).Institution.Institution, (await late).Institution.Outcome, (await late).Institution.ElapsedMs));
        Assert.Equal(["uni-c.example", "voluntariado.example"], (await _federation.NextAsync(call)).End.SilentInstitutions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task the_order_in_which_partners_answer_changes_nothing_but_the_order(bool madridFirst)
    {
        var goOn = new TaskCompletionSource();
        var (held, name, other) = madridFirst ? (_federation.AtFourth, "uni-c.example", "uni-madrid.example") : (_federation.AtMadrid, "uni-madrid.example", "uni-c.example");
        held.GoOn = goOn.Task;
        using var call = _federation.Start(Imagined(10_000));
        var messages = new List<ExploreRecognitionResponse> { await _federation.NextAsync(call) };
        while (messages.All(m => m.Institution?.Institution != other)) messages.Add(await _federation.NextAsync(call));
        Assert.DoesNotContain(name, Institutions(messages).Select(i => i.Institution));
        goOn.SetResult();
        while (messages[^1].End is null) messages.Add(await _federation.NextAsync(call));

        var undisturbed = await _federation.ExploreAsync(Imagined());
        Assert.Equal(Settled(undisturbed), Settled(messages));
        Assert.Equal(undisturbed[^1], messages[^1]);
    }

    [Fact]
    public async Task of_a_credential_nothing_about_the_learner_reaches_a_partner()
    {
        var claims = TestCredentials.Statistics(_federation.Consortium, learner: "Anabela");
        var file = _federation.Consortium.Issue(claims, _federation.Clock.GetUtcNow().AddDays(-2));
        var messages = await _federation.ExploreAsync(new ExploreRecognitionRequest { Credential = ByteString.CopyFrom(file) });

        var asked = messages[0].Question.Achievement;
        Assert.Equal(("uni-madrid.example", "CR/EST101", "Estadística I", 600, 6, "0542", "2026-01-20"),
            (asked.AwardingBody, asked.Code, asked.Title, asked.EctsCreditsHundredths, asked.EqfLevel, asked.IscedFields.Single(), asked.AwardedDate));
        foreach (var (message, headers) in _federation.AtMadrid.Received.Concat(_federation.AtFourth.Received))
        {
            var question = Assert.IsType<FindEquivalencesRequest>(message);
            Assert.Equal(asked, question.Achievement);
            AssertSilentAbout(claims, $"{question}\n{headers}");
            Assert.DoesNotContain("authorization", headers, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Single(_federation.AtMadrid.Received);
        AssertSilentAbout(claims, string.Join('\n', messages.Select(m => m.ToString())));
    }

    [Fact]
    public async Task a_title_that_names_the_learner_is_left_out()
    {
        var claims = TestCredentials.Statistics(_federation.Consortium, learner: "Anabela") with { Title = "Estadística I, curso de ANABELA García", Codes = ["urn:anabela:1", "CR/EST101"] };
        var file = _federation.Consortium.Issue(claims, _federation.Clock.GetUtcNow().AddDays(-2));
        var messages = await _federation.ExploreAsync(new ExploreRecognitionRequest { Credential = ByteString.CopyFrom(file) });
        Assert.Equal(("CR/EST101", ""), (messages[0].Question.Achievement.Code, messages[0].Question.Achievement.Title));
        AssertSilentAbout(claims, string.Join('\n', _federation.AtMadrid.Received));
    }

    [Fact]
    public async Task a_refusal_of_a_partner_is_told_with_its_reason()
    {
        _federation.AtMadrid.GoOn = Task.FromException(MicroCreds.Services.Errors.ProblemStatus.ToRpcException(
            MicroCreds.Domain.Problems.Problem.Of(MicroCreds.Domain.Problems.ProblemCode.PermissionDenied, "Not today.", ("role_needed", "x"))));
        var refused = Institutions(await _federation.ExploreAsync(Imagined())).Single(i => i.Institution == "uni-madrid.example");
        Assert.Equal((Outcome.Refused, "PERMISSION_DENIED", "Not today."), (refused.Outcome, refused.Reason, refused.Detail));
    }

    [Fact]
    public async Task is_for_staff_of_an_institution_hosted_here()
    {
        await Refused(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], Imagined(), _federation.Roma.Anonymous());
        await Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], Imagined(), _federation.Roma.Partner(TestConsortium.Madrid));
        await Refused(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], Imagined(), _federation.Roma.StaffOf([TestConsortium.Madrid], "mia", StaffRole.Officer));
        var elsewhere = Imagined();
        elsewhere.Institution = "uni-madrid.example";
        await Refused(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], elsewhere);
        Assert.Empty(_federation.AtMadrid.Received);
    }

    [Fact]
    public async Task gathers_every_wrong_field_and_turns_bad_files_away_at_the_door()
    {
        var wrong = new ExploreRecognitionRequest { AsOfDate = "today", PartnerTimeoutMs = 99, Achievement = new() { AwardingBody = "X", EqfLevel = 9 } };
        Assert.Equal(["as_of_date", "partner_timeout_ms", "achievement.awarding_body", "achievement.eqf_level"], (await Refused(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], wrong)).Fields);
        Assert.Equal(["subject"], (await Refused(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], new())).Fields);
        var malformed = await RpcRefusal.Of(() => _federation.ExploreAsync(new ExploreRecognitionRequest { Credential = ByteString.CopyFromUtf8("{") }));
        Assert.Equal("CREDENTIAL_MALFORMED", malformed.Reason);
        var large = new ExploreRecognitionRequest { Credential = ByteString.CopyFrom(new byte[2 * 1024 * 1024 + 1]) };
        await Refused(StatusCode.InvalidArgument, "CREDENTIAL_TOO_LARGE", ["size_bytes", "limit_bytes"], large);
        Assert.Empty(_federation.AtMadrid.Received);
    }

    private async Task<RpcRefusal> Refused(StatusCode status, string reason, string[] keys, ExploreRecognitionRequest request, CallInvoker? caller = null)
    {
        using var call = _federation.Start(request, caller);
        return await RpcRefusal.Expect(status, reason, keys, () => _federation.NextAsync(call));
    }

    private static ExploreRecognitionRequest Imagined(int timeoutMs = 0) => new()
    {
        PartnerTimeoutMs = timeoutMs, Achievement = new AchievementDescription { AwardingBody = "uni-madrid.example", Code = ExploreFederation.Code, EctsCreditsHundredths = 600, EqfLevel = 6 },
    };

    private static IEnumerable<ExploredInstitution> Institutions(IEnumerable<ExploreRecognitionResponse> messages) => messages.Select(m => m.Institution).OfType<ExploredInstitution>();

    private static (Kind Kind, string Rule) Only(IEnumerable<ExploreRecognitionResponse> messages, string institution) =>
        Institutions(messages).Single(i => i.Institution == institution).Answers.Select(a => (a.Kind, a.RuleId)).Single();

    // What was answered, without how long it took and in which words the system says that nobody is there.
    private static IEnumerable<string> Settled(IEnumerable<ExploreRecognitionResponse> messages) =>
        Institutions(messages).Select(i => $"{i.Institution} {i.Outcome} {i.Answers} {i.Tables}").Order(StringComparer.Ordinal);

    private static void AssertSilentAbout(EdcClaims claims, string text)
    {
        foreach (var told in new[] { "Anabela", "García", "2003-05-17", "personalUniqueCode", claims.CredentialId, claims.Holder.Identifier })
            Assert.DoesNotContain(told, text, StringComparison.OrdinalIgnoreCase);
    }
}
