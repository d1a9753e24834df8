using System.Net;
using AngleSharp.Html.Dom;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed class CaseActionTests
{
    [Fact]
    public async Task the_decide_form_sends_the_proposal_as_it_stands()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Referred), "#decide-form");
        Assert.Equal($"/cases/{Samples.Referred}?done=decide", answer.Headers.Location!.OriginalString);
        var sent = Assert.Single(host.Node.Of<DecideCaseRequest>());
        Assert.Equal((Samples.Referred, "5", "uni-roma.example"), (sent.Change.CaseId, sent.Change.Etag, sent.Change.Institution));
        Assert.True(Guid.TryParse(sent.Change.RequestId, out _));
        Assert.Equal(DecisionOutcome.Partial, sent.Decision.Outcome);
        Assert.Equal(150, sent.Decision.GrantedEctsCreditsHundredths);
        var reason = Assert.Single(sent.Decision.Reasons);
        Assert.Equal(ReasonCode.LearningOutcomes, reason.Code);
        Assert.Equal(["LO4", "LO5"], reason.TargetOutcomes);
        Assert.Equal("A bridging task for LO4.", Assert.Single(sent.Decision.Alternatives).Text);
        Assert.Contains("signed", (await host.GetAsync(answer.Headers.Location!.OriginalString)).QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_typed_reaches_the_node()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        await host.SubmitAsync(
            await host.GetAsync("/cases/" + Samples.Referred), "#decide-form",
            ("outcome", "conditional"), ("unit", "AAF-2"), ("credits", "1,25"), ("grade", "27"), ("reason", "LEVEL"), ("reason_text_LEVEL", " Too low. "),
            ("alternative_outcome_2", "partial"), ("alternative_text_2", "Less"), ("condition", "Write\r\na report."), ("condition_due_date", "2026-06-01"), ("statement", "Well done."));
        var sent = Assert.Single(host.Node.Of<DecideCaseRequest>()).Decision;
        Assert.Equal(DecisionOutcome.Conditional, sent.Outcome);
        Assert.Equal(("AAF-2", 125, "27"), (sent.Unit, sent.GrantedEctsCreditsHundredths, sent.GrantedGrade));
        Assert.Equal(("Write\na report.", "2026-06-01", "Well done."), (sent.Condition, sent.ConditionDueDate, sent.Statement));
        Assert.Equal((ReasonCode.Level, "Too low."), (Assert.Single(sent.Reasons).Code, sent.Reasons[0].Text));
        Assert.Equal(["A bridging task for LO4.", "Less"], sent.Alternatives.Select(a => a.Text));
    }

    [Fact]
    public async Task the_lines_of_several_credentials_are_shown_and_stand_as_proposed()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var shown = host.Node.Cases[Samples.Referred];
        shown.Verifications.Add(new Verification { CredentialDigest = "second" });
        shown.Achievements.Add(new Achievement { Title = new LocalisedText { ByLanguage = { ["en"] = "Second course" } } });
        shown.Assessment.Lines.Add(new AssessmentLine { CredentialDigests = { "second" }, Outcome = "full", Unit = "AAF-9", GrantedEctsCreditsHundredths = 300, RuleId = "BOTH" });
        shown.Assessment.Rules.Add(new RuleFinding { RuleId = "BOTH", Rank = 3, Matched = true, Sources = { new SourceFinding { Group = 1, Source = 2, AchievementTitle = "Second course", CredentialDigest = "second" } } });

        var page = await host.GetAsync("/cases/" + Samples.Referred);
        await host.SubmitAsync(page, "#decide-form");

        var line = page.QuerySelector("#proposal-lines")!.ParentElement!.TextContent;
        Assert.Contains("Second course", line, StringComparison.Ordinal);
        Assert.Contains("AAF-9", line, StringComparison.Ordinal);
        Assert.Contains("1.2: Second course", page.Body!.TextContent, StringComparison.Ordinal);
        var sent = Assert.Single(host.Node.Of<DecideCaseRequest>()).Decision;
        Assert.False(sent.HasGrantedEctsCreditsHundredths);
        Assert.Equal(("", ""), (sent.Unit, sent.GrantedGrade));
    }

    [Theory]
    [InlineData("berta", true, "Send the decision back")]
    [InlineData("ana", false, "Take the decision back")]
    public async Task another_officer_approves_what_one_proposed(string proposer, bool mayApprove, string back)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var shown = host.Node.Cases[Samples.Referred];
        (shown.State, shown.ProposedDecision) = (RecognitionCase.Types.State.AwaitingApproval, new() { ProposedBy = proposer, Decision = Samples.DecidedCase().Decisions[0] });
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        Assert.Equal((mayApprove, null), (page.QuerySelector("#approve-decision-form") is not null, page.QuerySelector("#decide-form")));
        Assert.Contains("Risk assessment is not covered.", page.QuerySelector("[aria-labelledby=approval-title]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(back, page.QuerySelector("#send-back-form button")!.TextContent);
        // What was just sent is only proposed.
        Assert.Contains("proposed", (await host.GetAsync($"/cases/{Samples.Referred}?done=decide")).QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);

        var sent = await host.SubmitAsync(page, "#send-back-form", ("reason", "LO4 is shown."));
        Assert.Equal($"/cases/{Samples.Referred}?done=send-back", sent.Headers.Location!.OriginalString);
        Assert.Equal((Samples.Referred, "5", "LO4 is shown."), (host.Node.Of<SendBackDecisionRequest>().Single().Change.CaseId, host.Node.Of<SendBackDecisionRequest>().Single().Change.Etag, host.Node.Of<SendBackDecisionRequest>().Single().Reason));
        if (!mayApprove) return;
        await host.SubmitAsync(page, "#approve-decision-form");
        Assert.Equal((Samples.Referred, "5"), (host.Node.Of<ApproveDecisionRequest>().Single().Change.CaseId, host.Node.Of<ApproveDecisionRequest>().Single().Change.Etag));
    }

    [Fact]
    public async Task refusing_leaves_what_was_proposed_to_be_granted_out()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Referred), "#decide-form", ("outcome", "refused"), ("grade", "27"));
        var sent = Assert.Single(host.Node.Of<DecideCaseRequest>()).Decision;
        Assert.Equal((DecisionOutcome.Refused, "", ""), (sent.Outcome, sent.Unit, sent.GrantedGrade));
        Assert.False(sent.HasGrantedEctsCreditsHundredths);
    }

    [Fact]
    public async Task sending_twice_carries_one_request_id_and_another_page_another()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        await Task.WhenAll(host.SubmitAsync(page, "#decide-form"), host.SubmitAsync(page, "#decide-form"));
        await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Referred), "#decide-form");
        var ids = host.Node.Of<DecideCaseRequest>().Select(r => r.Change.RequestId).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Fact]
    public async Task a_refusal_is_shown_beside_what_was_typed()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Refusal = FakeNode.Refused(
            StatusCode.FailedPrecondition, "DECISION_INVALID", "The decision breaks 2 invariants.",
            [("decision.reasons[1].text", "must not be empty"), ("decision.granted_ects_credits_hundredths", "exceeds what was claimed")], ("invariants", "x"));
        var answer = await host.SubmitAsync(
            await host.GetAsync("/cases/" + Samples.Referred), "#decide-form", ("outcome", "refused"), ("credits", "9"), ("reason", "LEVEL"), ("reason", "QUALITY"),
            ("reason_text_LEVEL", "<b>Level</b> 5 only"), ("statement", "Kept & shown"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        var summary = page.QuerySelector("[role=alert]")!;
        Assert.Contains("breaks a rule of the procedure", summary.TextContent, StringComparison.Ordinal);
        var links = summary.QuerySelectorAll("li a").Select(a => a.GetAttribute("href")!).ToList();
        Assert.Equal(["#decide-reason_text_QUALITY", "#decide-credits"], links);
        Assert.All(links, link => Assert.NotNull(page.QuerySelector(link)));
        Assert.Equal("9", ((IHtmlInputElement)page.QuerySelector("#decide-credits")!).Value);
        Assert.Equal("<b>Level</b> 5 only", ((IHtmlTextAreaElement)page.QuerySelector("#decide-reason_text_LEVEL")!).Value);
        Assert.Equal("Kept & shown", ((IHtmlTextAreaElement)page.QuerySelector("#decide-statement")!).Value);
        Assert.True(((IHtmlInputElement)page.QuerySelector("#decide-outcome-refused")!).IsChecked);
        Assert.True(((IHtmlInputElement)page.QuerySelector("#decide-reason_QUALITY")!).IsChecked);
        Assert.False(((IHtmlInputElement)page.QuerySelector("#decide-reason_LEARNING_OUTCOMES")!).IsChecked);
        Assert.StartsWith("Error:", page.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "credits", "decide-outcome")]
    [InlineData("full", "three", "decide-credits")]
    [InlineData("full", "1.234", "decide-credits")]
    [InlineData("full", "-1", "decide-credits")]
    public async Task what_the_console_can_tell_it_tells_without_asking_the_node(string outcome, string credits, string field)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Referred), "#decide-form", ("outcome", outcome), ("credits", credits));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Contains(page.QuerySelectorAll("[role=alert] li a"), a => a.GetAttribute("href") == "#" + field);
        Assert.Empty(host.Node.Of<DecideCaseRequest>());
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, true)]
    [InlineData(StatusCode.DeadlineExceeded, true)]
    [InlineData(StatusCode.Internal, true)]
    [InlineData(StatusCode.Aborted, false)]
    [InlineData(StatusCode.FailedPrecondition, false)]
    public async Task the_request_id_stays_when_it_is_unsure_whether_the_node_acted(StatusCode code, bool stays)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var before = await host.GetAsync("/cases/" + Samples.Referred);
        host.Node.Refusal = new RpcException(new Status(code, "no"));
        var after = await ConsoleHost.PageOf(await host.SubmitAsync(before, "#decide-form"));
        Assert.Equal(stays, IdOf(before) == IdOf(after));
        static string IdOf(IHtmlDocument page) => ((IHtmlInputElement)page.QuerySelector("#decide-form [name=request_id]")!).Value;
    }

    [Fact]
    public async Task a_case_that_moved_on_is_explained_in_words()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        host.Node.Refusal = FakeNode.Refused(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", "state", ("state", "decided"), ("case_id", Samples.Referred));
        var refused = await ConsoleHost.PageOf(await host.SubmitAsync(page, "#decide-form"));
        Assert.Contains("It is now in the stage “Decided”", refused.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_smaller_forms_become_their_verbs()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        await host.SubmitAsync(page, "aside form");
        await host.SubmitAsync(page, "#information-form", ("code_1", "M6"), ("text_1", "Which outcomes?"), ("due_date", "2026-04-01"), ("asked_of", "issuer"));
        await host.SubmitAsync(page, "#check-form", ("kind", "owner"), ("passed", "yes"), ("evidence", "Passport compared."));
        await host.SubmitAsync(page, "#verify-form");
        await host.SubmitAsync(page, "#delay-form", ("reason", "Board meets later."), ("due_date", "2026-08-01"));
        await host.SubmitAsync(page, "#inadmissible-form", ("ground", "No learning."), ("advice", "Ask for a portfolio."));
        await host.SubmitAsync(page, "#authenticity-form", ("ground", "The issuer denies it."));
        var decided = await host.GetAsync("/cases/" + Samples.Decided);
        await host.SubmitAsync(decided, "#revoke-form", ("ground", "Issuer revoked."), ("effective_date", "2026-03-02"));
        await host.SubmitAsync(decided, "#supersede-form", ("outcome", "full"));
        await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Appealed), "#appeal-form", ("result", "dismissed"), ("explanation", "It stands."));

        Assert.Equal("ana", Assert.Single(host.Node.Of<AssignCaseRequest>()).Assignee);
        var asked = Assert.Single(host.Node.Of<RequestInformationRequest>());
        Assert.Equal(("M6", "Which outcomes?", "issuer", "2026-04-01"), (Assert.Single(asked.Items).Code, asked.Items[0].Text, asked.AskedOf, asked.DueDate));
        var check = Assert.Single(host.Node.Of<RecordCheckRequest>());
        Assert.Equal(("owner", true, "Passport compared."), (check.Kind, check.Passed, check.Evidence));
        Assert.Equal(Samples.Referred, Assert.Single(host.Node.Of<VerifyCaseRequest>()).Change.CaseId);
        Assert.Equal("2026-08-01", Assert.Single(host.Node.Of<AnnounceDelayRequest>()).DueDate);
        Assert.Equal("Ask for a portfolio.", Assert.Single(host.Node.Of<DeclareInadmissibleRequest>()).Advice);
        Assert.Equal("The issuer denies it.", Assert.Single(host.Node.Of<FailAuthenticityRequest>()).Ground);
        Assert.Equal("Issuer revoked.", Assert.Single(host.Node.Of<RevokeDecisionRequest>()).Ground);
        Assert.Equal(DecisionOutcome.Full, Assert.Single(host.Node.Of<SupersedeDecisionRequest>()).Decision.Outcome);
        var appeal = Assert.Single(host.Node.Of<DecideAppealRequest>());
        Assert.Equal((DecideAppealRequest.Types.Result.Dismissed, true), (appeal.Result, appeal.Decision is null));
    }

    [Fact]
    public async Task the_issuer_is_asked_for_what_is_missing_in_one_step()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        await host.SubmitAsync(await host.GetAsync("/cases/" + Samples.Referred), "form:has(input[name=missing_code])");
        var asked = Assert.Single(host.Node.Of<RequestInformationRequest>());
        Assert.Equal("issuer", asked.AskedOf);
        Assert.Equal(("M11", "Please state the type of quality assurance (awardingBody.accreditation). Annex I, M11."), (Assert.Single(asked.Items).Code, asked.Items[0].Text));
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", asked.DueDate);
    }

    [Theory]
    [InlineData(Samples.Referred, "check", "passed")]
    [InlineData(Samples.Appealed, "appeal", "result")]
    public async Task an_open_question_is_not_recorded_as_no(string id, string action, string question)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.SubmitAsync(await host.GetAsync("/cases/" + id), $"#{action}-form", ("evidence", "Passport compared."), ("explanation", "x"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.NotNull(page.QuerySelector($"[role=alert] a[href='#{action}-{question}']"));
        Assert.NotNull(page.QuerySelector($"#{action}-{question}"));
        Assert.DoesNotContain(host.Node.Asked, a => a is RecordCheckRequest or DecideAppealRequest);
    }

    [Fact]
    public async Task what_was_typed_survives_a_node_that_is_away()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        var id = ((IHtmlInputElement)page.QuerySelector("#decide-form [name=request_id]")!).Value;
        host.Node.Away = true;
        var away = await ConsoleHost.PageOf(await host.SubmitAsync(page, "#decide-form", ("statement", "Long & careful")));
        host.Node.Away = false;
        Assert.Contains("cannot be reached", away.Body!.TextContent, StringComparison.Ordinal);
        var answer = await host.SubmitAsync(away, "main form");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var sent = host.Node.Of<DecideCaseRequest>().Last();
        Assert.Equal((id, "Long & careful", 1), (sent.Change.RequestId, sent.Decision.Statement, sent.Decision.Reasons.Count));
    }
}
