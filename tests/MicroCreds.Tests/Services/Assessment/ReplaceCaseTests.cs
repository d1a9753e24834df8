using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Services.Recognition;

namespace MicroCreds.Tests.Services.Assessment;

/// <summary>Field reference G, scenario 9: a credential that counted alone comes to count together with another.</summary>
public sealed class ReplaceCaseTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync(SubmitSeveralTests.Both, SubmitSeveralTests.Alone);

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task six_credits_take_the_place_of_three_and_never_nine()
    {
        var (first, later) = await BothCasesAsync();
        Assert.Equal((RecognitionCase.Types.State.Decided, 300), (first.State, first.Decisions[0].Lines[0].GrantedEctsCreditsHundredths));
        Assert.Equal(RecognitionCase.Types.State.Referred, later.State);
        Assert.Contains("already_counted", later.ReferralReasons);
        Assert.Equal(300, await LedgerAsync(later));
        Assert.Equal([first.CaseId], (await _desk.ReadAsync(later)).CountedCaseIds);
        Assert.Empty((await _desk.Madrid.GetCaseAsync(new GetCaseRequest { CaseId = later.CaseId })).RecognitionCase.CountedCaseIds);

        // Without naming the earlier case the unit cannot be granted.
        var request = new DecideCaseRequest { Change = CaseDesk.Change(later), Decision = CaseDesk.Full() };
        Assert.Equal("DECISION_INVALID", await ReasonAsync(request));
        request.ReplacesCaseIds.Add(first.CaseId);
        var rehearsed = new DecideCaseRequest(request) { Change = CaseDesk.Change(later, validateOnly: true) };
        Assert.Equal(600, (await _desk.Office.DecideCaseAsync(rehearsed)).RecognitionCase.Assessment.GrantedEctsCreditsHundredths);
        Assert.Equal(300, await LedgerAsync(later));

        var decided = (await _desk.Office.DecideCaseAsync(request)).RecognitionCase;

        Assert.Equal((RecognitionCase.Types.State.Decided, DecisionOutcome.Full), (decided.State, decided.Decisions[0].Outcome));
        Assert.Equal(["STAT 300", "STAT 300"], decided.Decisions[0].Lines.Select(l => $"{l.Unit} {l.GrantedEctsCreditsHundredths}"));
        Assert.Equal([first.CaseId], decided.Decisions[0].ReplacedCaseIds);
        Assert.Equal(600, await LedgerAsync(later));
        var withdrawn = await _desk.ReadAsync(first);
        Assert.Equal((RecognitionCase.Types.State.Revoked, false), (withdrawn.State, withdrawn.Decisions[0].InEffect));
        // Who submitted the first case has its decision and its revocation; the later one has its own statement.
        Assert.Equal(2, (await _desk.Madrid.GetEvidenceAsync(new GetEvidenceRequest { CaseId = first.CaseId })).Statements.Count);
        Assert.Single((await _desk.Madrid.GetEvidenceAsync(new GetEvidenceRequest { CaseId = later.CaseId })).Statements);
        // A retry is answered, and does nothing twice.
        Assert.Equal(decided, (await _desk.Office.DecideCaseAsync(request)).RecognitionCase);
        Assert.Equal(withdrawn.Etag, (await _desk.ReadAsync(first)).Etag);
    }

    [Fact]
    public async Task replaces_only_a_case_of_the_learner_that_counts_these_credentials()
    {
        var (first, later) = await BothCasesAsync();
        var stranger = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(SubmitSeveralTests.Issue(_desk, "MC-A", "berta"), TestTables.Activities))).RecognitionCase;
        var unrelated = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(SubmitSeveralTests.Issue(_desk, "MC-A"), TestTables.Activities))).RecognitionCase;
        foreach (var other in new[] { stranger, unrelated, later })
        {
            var refusal = await MicroCreds.Tests.Services.Equivalence.Refusals.Of(_desk.Office.DecideCaseAsync(Replacing(later, other.CaseId)));
            Assert.Equal("INVALID_REQUEST replaces_case_ids[0]", $"{refusal.Reason} {Assert.Single(refusal.Fields)}");
        }

        Assert.Equal("CASE_NOT_FOUND", await ReasonAsync(Replacing(later, $"{7:x32}")));
        Assert.Equal("INVALID_REQUEST", await ReasonAsync(Replacing(later, "nonsense")));
        Assert.Equal("INVALID_REQUEST", await ReasonAsync(Replacing(later, first.CaseId, first.CaseId)));
        // A decision that cannot stand withdraws nothing.
        var weak = Replacing(later, first.CaseId);
        weak.Decision = new DecisionInput { Outcome = DecisionOutcome.Partial, Statement = "No reasons." };
        Assert.Equal("DECISION_INVALID", await ReasonAsync(weak));
        await _desk.AssertUnchangedAsync(first);
        await _desk.AssertUnchangedAsync(later);
    }

    private async Task<(RecognitionCase First, RecognitionCase Later)> BothCasesAsync()
    {
        var (a, b) = (SubmitSeveralTests.Issue(_desk, "MC-A"), SubmitSeveralTests.Issue(_desk, "MC-B"));
        var first = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(a, TestTables.Activities))).RecognitionCase;
        return (first, (await _desk.Madrid.SubmitCredentialAsync(SubmitSeveralTests.Together(TestTables.Stat, a, b))).RecognitionCase);
    }

    private static DecideCaseRequest Replacing(RecognitionCase c, params string[] cases) => new() { Change = CaseDesk.Change(c), Decision = CaseDesk.Full(), ReplacesCaseIds = { cases } };

    private async Task<string> ReasonAsync(DecideCaseRequest request) => (await MicroCreds.Tests.Services.Equivalence.Refusals.Of(_desk.Office.DecideCaseAsync(request))).Reason;

    private async Task<int> LedgerAsync(RecognitionCase c)
    {
        var found = await _desk.Node.Institution.Cases.FindAsync(CaseId.Parse(c.CaseId), CancellationToken.None);
        return (await _desk.Node.Institution.Cases.LedgerAsync(found!.Application.Learner, CancellationToken.None)).Entries.Sum(e => e.Credits.Hundredths);
    }
}
