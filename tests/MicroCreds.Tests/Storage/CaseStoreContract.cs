using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Tests.Storage;

/// <summary>The promises of <see cref="ICaseStore"/> on changes.</summary>
public abstract class CaseStoreContract(IStoreEngine engine) : StoreContract(engine)
{
    [EngineFact]
    public async Task keeps_a_case_with_its_files_across_a_restart()
    {
        var sample = new Samples { Files = [new byte[] { 1, 2, 3 }, ReadOnlyMemory<byte>.Empty] };
        var opened = await OpenedAsync(_ => sample);
        await ReopenAsync();
        var found = await Stores.Cases.FindAsync(sample.Case, Soon);
        Assert.Null(FullValue.FirstDifference(opened, found));
        Assert.Equal([1, 2, 3], (await Stores.Cases.FileAsync(opened.Application.Credentials[0], Soon))!.Value.ToArray());
        Assert.Equal(0, (await Stores.Cases.FileAsync(opened.Application.Credentials[1], Soon))!.Value.Length);
    }

    [EngineFact]
    public async Task keeps_one_file_once_for_two_cases()
    {
        var first = await OpenedAsync(s => s with { Files = [new byte[] { 7 }] });
        var second = await OpenedAsync(s => s with { Files = [new byte[] { 7 }] });
        Assert.Equal(first.Application.Credentials.Single(), second.Application.Credentials.Single());
    }

    [EngineFact]
    public async Task answers_null_for_what_is_not_there()
    {
        Assert.Null(await Stores.Cases.FindAsync(CaseId.New(), Soon));
        Assert.Null(await Stores.Cases.FileAsync(Sha256Digest.Of("x"u8), Soon));
        Assert.Empty((await Stores.Cases.LedgerAsync(new Samples().Learner, Soon)).Entries);
        Assert.Null(Kept(await Stores.Cases.FindReplayAsync(Samples.Request(), Soon)).Case);
        Refused(await Stores.Cases.ChangeAsync(CaseId.New(), Samples.Request(), null, (_, _) => Samples.Assign("x"), Soon), ProblemCode.CaseNotFound);
    }

    [EngineFact]
    public async Task gives_each_decision_one_place_of_its_own_among_the_status_lists()
    {
        Assert.Null(await Stores.Cases.WithdrawnAsync(0, Soon));
        var cases = new List<RecognitionCase>();
        for (var i = 0; i < 3; i++) cases.Add(await DecidedAsync(await OpenedAsync()));
        var places = await Task.WhenAll(cases.Concat(cases).Select(c => Stores.Cases.StatusPlaceAsync(c.Application.Case, 1, Soon)));
        Assert.Equal(places[..3], places[3..]);
        Assert.Equal(3, places.Distinct().Count());
        Assert.All(places, place => Assert.True(place is { List: 0, Index: >= 0 and < StatusPlace.ListLength }));
        Assert.Empty((await Stores.Cases.WithdrawnAsync(0, Soon))!.Value);
        Assert.Null(await Stores.Cases.WithdrawnAsync(1, Soon));

        // The second decision of one case, and the revocation of another's, withdraw what was decided before.
        var second = await DecidedAsync(cases[0]);
        var revoked = await Stores.Cases.ChangeAsync(
            cases[1].Application.Case, Samples.Request(), null, (c, _) => new CaseTransition { Events = [new CaseEvent.DecisionRevoked(Actor.Node, Samples.Noon, 1, "wrong", new(2026, 3, 2), new(2026, 4, 2))], Ledger = [] }, Soon);
        Assert.Equal(0, Kept(revoked).EffectiveVersion);
        var again = await Stores.Cases.StatusPlaceAsync(second.Application.Case, 2, Soon);
        Assert.Equal(new[] { places[0].Index, places[1].Index }.Order(), (await Stores.Cases.WithdrawnAsync(0, Soon))!.Value);
        await ReopenAsync();
        Assert.Equal((places[2], again), (await Stores.Cases.StatusPlaceAsync(cases[2].Application.Case, 1, Soon), await Stores.Cases.StatusPlaceAsync(second.Application.Case, 2, Soon)));
        await Assert.ThrowsAnyAsync<Exception>(() => Stores.Cases.StatusPlaceAsync(cases[2].Application.Case, 2, Soon));
    }

    [EngineFact]
    public async Task keeps_nothing_of_a_refused_opening()
    {
        var (sample, request) = (new Samples(), Samples.Request());
        Refused(await Stores.Cases.OpenAsync(request, sample.Learner, sample.Files, _ => Problem.Of(ProblemCode.AlreadyCounted, "counted"), Soon), ProblemCode.AlreadyCounted);
        Assert.Null(await Stores.Cases.FileAsync(sample.Application.Credentials[0], Soon));
        Assert.Null(Kept(await Stores.Cases.FindReplayAsync(request, Soon)).Case);
        Assert.Empty(await Stores.Cases.ChangesAsync(0, 10, Soon));
    }

    [EngineFact]
    public async Task keeps_nothing_of_a_verb_that_throws_and_carries_on()
    {
        var opened = await OpenedAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => Stores.Cases.ChangeAsync(opened.Application.Case, Samples.Request(), null, (_, _) => throw new TimeoutException(), Soon));
        // The decision refers to a file the store does not have.
        await Assert.ThrowsAnyAsync<Exception>(() => Stores.Cases.OpenAsync(Samples.Request(), opened.Application.Learner, [], _ => new Samples { Learner = opened.Application.Learner }.Opening(), Soon));
        Assert.Equal(opened.EventCount + 1, Kept(await AssignAsync(opened, "bert")).EventCount);
        Assert.Equal(2, (await Stores.Cases.ChangesAsync(0, 10, Soon)).Length);
    }

    [EngineFact]
    public async Task answers_a_repeated_opening_with_the_case_as_it_was()
    {
        var (sample, request, calls) = (new Samples(), Samples.Request(), 0);
        var first = Kept(await Stores.Cases.OpenAsync(request, sample.Learner, sample.Files, Receive, Soon));
        await AssignAsync(first, "bert");
        var again = Kept(await Stores.Cases.OpenAsync(request, sample.Learner, sample.Files, Receive, Soon));
        Assert.Null(FullValue.FirstDifference(first, again));
        Assert.Null(FullValue.FirstDifference(first, Kept(await Stores.Cases.FindReplayAsync(request, Soon)).Case));
        Assert.Equal(1, calls);

        Result<CaseTransition> Receive(LearnerLedger ledger)
        {
            calls++;
            return sample.Opening();
        }
    }

    [EngineFact]
    public async Task answers_a_repeated_change_with_the_case_as_it_was_and_signs_nothing_again()
    {
        var opened = await OpenedAsync();
        var request = Samples.Request();
        var first = Kept(await Stores.Cases.ChangeAsync(opened.Application.Case, request, opened.EventCount, (c, _) => Samples.Decide(c, Partner), Soon));
        await DecidedAsync(first);
        var again = Kept(await Stores.Cases.ChangeAsync(opened.Application.Case, request, opened.EventCount, (_, _) => throw new InvalidOperationException(), Soon));
        Assert.Null(FullValue.FirstDifference(first, again));
        Assert.Equal(1, Signatures);
    }

    [EngineFact]
    public async Task refuses_a_request_id_used_for_something_else()
    {
        var request = Samples.Request();
        var opened = await OpenedAsync();
        Kept(await AssignAsync(opened, "bert", request: request));
        Clock.Advance(TimeSpan.FromDays(1));
        var other = request with { Content = Sha256Digest.Of("other"u8) };
        var problem = Refused(await AssignAsync(opened, "carl", request: other), ProblemCode.RequestIdReused);
        Assert.Equal(request.Id.Value, problem.Facts["request_id"]);
        Assert.StartsWith("2026-03-02T08:00:00", problem.Facts["first_used_time"], StringComparison.Ordinal);
        Refused(await Stores.Cases.FindReplayAsync(other, Soon), ProblemCode.RequestIdReused);
        Refused(await AssignAsync(await OpenedAsync(), "carl", request: request), ProblemCode.RequestIdReused);
        Refused(await Stores.GradeTables.PutAsync(FullValue.Of<MicroCreds.Domain.Grades.GradeTable>(), request, Soon), ProblemCode.RequestIdReused);
        // Ids of different callers never meet.
        Assert.Equal("carl", Kept(await AssignAsync(opened, "carl", request: other with { Caller = "staff:bert" })).Assignee);
    }

    [EngineFact]
    public async Task refuses_a_stale_etag_after_what_the_state_forbids()
    {
        var opened = await OpenedAsync();
        Kept(await AssignAsync(opened, "bert", opened.EventCount));
        var problem = Refused(await AssignAsync(opened, "carl", opened.EventCount), ProblemCode.ConcurrentChange);
        Assert.Equal(("2", "3"), (problem.Facts["etag"], problem.Facts["current_etag"]));
        Refused(
            await Stores.Cases.ChangeAsync(opened.Application.Case, Samples.Request(), opened.EventCount, (_, _) => Problem.Of(ProblemCode.CaseStateConflict, "decided"), Soon),
            ProblemCode.CaseStateConflict);
        Assert.Equal("bert", (await Stores.Cases.FindAsync(opened.Application.Case, Soon))!.Assignee);
    }

    [EngineFact]
    public async Task lets_one_of_64_writers_win_with_the_same_etag()
    {
        var opened = await OpenedAsync();
        for (var round = 0; round < 20; round++)
        {
            var etag = (await Stores.Cases.FindAsync(opened.Application.Case, Soon))!.EventCount;
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => AssignAsync(opened, $"officer {i}", etag))));
            var winner = Assert.Single(answers, a => !a.Failed(out _, out _));
            Assert.All(answers.Where(a => a.Failed(out _, out _)), a => Refused(a, ProblemCode.ConcurrentChange));
            Assert.Null(FullValue.FirstDifference(Kept(winner), await Stores.Cases.FindAsync(opened.Application.Case, Soon)));
        }
    }

    [EngineFact]
    public async Task shares_transactions_between_writers_that_come_together()
    {
        var before = Stores.Commits();
        var opened = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(() => OpenedAsync())));
        Assert.InRange(Stores.Commits() - before, 1, 399);
        Assert.Equal(400, opened.Select(c => c.Application.Case).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 400).Select(n => (long)n), (await Stores.Cases.ChangesAsync(0, 1000, Soon)).Select(n => n.Cursor));
    }

    [EngineFact]
    public async Task stops_waiting_when_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var sample = new Samples();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Stores.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), cancelled.Token));
    }

    [EngineFact]
    public async Task keeps_the_ledger_of_a_decision_and_takes_it_back()
    {
        var opened = await OpenedAsync();
        var decided = await DecidedAsync(opened);
        var entry = Assert.Single((await Stores.Cases.LedgerAsync(opened.Application.Learner, Soon)).Entries);
        Assert.Equal((opened.Application.Case, 300), (entry.Case, entry.Credits.Hundredths));

        var seen = LearnerLedger.Empty;
        Kept(await Stores.Cases.ChangeAsync(decided.Application.Case, Samples.Request(), null, (c, ledger) =>
        {
            seen = ledger;
            var revoked = new CaseEvent.DecisionRevoked(Actor.Node, Samples.Noon, 1, "basis fell away", new DateOnly(2026, 4, 1), new DateOnly(2026, 5, 1));
            return new CaseTransition { Events = [revoked], Ledger = ImmutableArray<LedgerEntry>.Empty };
        }, Soon));
        Assert.Equal(entry, Assert.Single(seen.Entries));
        Assert.Empty((await Stores.Cases.LedgerAsync(opened.Application.Learner, Soon)).Entries);
    }
}
