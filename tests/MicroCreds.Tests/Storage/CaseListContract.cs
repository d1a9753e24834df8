using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Storage;

/// <summary>The promises of <see cref="ICaseStore"/> on lists, changes and waiting.</summary>
public abstract class CaseListContract(IStoreEngine engine) : StoreContract(engine)
{
    private static readonly CaseFilter Any = new([], null, null, null, null);

    [EngineFact]
    public async Task lists_by_due_day_then_case_with_undated_cases_last()
    {
        foreach (var day in new int?[] { 9, null, 5, 5, null, 7, 5 }) await OpenedAsync(s => s with { DueOn = day is { } d ? new DateOnly(2026, 4, d) : null });
        var all = await Stores.Cases.ListAsync(Any, null, 100, Soon);
        Assert.Equal(new int?[] { 5, 5, 5, 7, 9, null, null }, all.Select(s => s.DueOn?.Day));
        Assert.Equal(all.OrderBy(s => s.DueOn ?? DateOnly.MaxValue).ThenBy(s => s.Case.Value, StringComparer.Ordinal), all);

        foreach (var filter in new[] { Any, Any with { States = [CaseState.Received, CaseState.Complete] }, Any with { SubmittedBy = Partner } })
        {
            var paged = new List<CaseSummary>();
            for (CaseListPosition? after = null; ;)
            {
                var page = await Stores.Cases.ListAsync(filter, after, 2, Soon);
                if (page.IsEmpty) break;
                paged.AddRange(page);
                after = new CaseListPosition(page[^1].DueOn, page[^1].Case);
            }
            Assert.Equal(all, paged);
        }
    }

    [EngineFact]
    public async Task shows_what_the_case_says()
    {
        var opened = await OpenedAsync(s => s with { DueOn = new DateOnly(2026, 4, 1), SubmittedBy = OrganisationId.Parse("vol.example") });
        var decided = await DecidedAsync(Kept(await AssignAsync(opened, "bert")));
        var summary = Assert.Single(await Stores.Cases.ListAsync(Any, null, 10, Soon));
        Assert.Equal(
            (opened.Application.Case, "vol.example", CaseState.Decided, "bert", MicroCreds.Domain.Rules.DecisionOutcome.Full, decided.EventCount, decided.UpdatedAt),
            (summary.Case, summary.SubmittedBy.Value, summary.State, summary.Assignee, summary.Outcome, summary.EventCount, summary.UpdatedAt));
    }

    [EngineFact]
    public async Task filters_by_each_part()
    {
        var plain = await OpenedAsync();
        var due = await OpenedAsync(s => s with { DueOn = new DateOnly(2026, 4, 1) });
        var later = await OpenedAsync(s => s with { DueOn = new DateOnly(2026, 4, 2) });
        var withdrawn = await OpenedAsync(s => s with { Withdrawn = true });
        var other = await OpenedAsync(s => s with { Programme = ProgrammeCode.Parse("MSC-DS"), SubmittedBy = OrganisationId.Parse("vol.example") });
        Kept(await AssignAsync(plain, "bert"));

        await ExpectAsync(Any with { States = [CaseState.Withdrawn] }, withdrawn);
        await ExpectAsync(Any with { States = [CaseState.Withdrawn, CaseState.Complete, CaseState.Withdrawn] }, withdrawn, due, later);
        await ExpectAsync(Any with { DueUntil = new DateOnly(2026, 4, 1) }, due);
        await ExpectAsync(Any with { Assignee = "bert" }, plain);
        await ExpectAsync(Any with { Assignee = "-" }, due, later, withdrawn, other);
        await ExpectAsync(Any with { Assignee = "" }, plain, due, later, withdrawn, other);
        await ExpectAsync(Any with { SubmittedBy = OrganisationId.Parse("vol.example") }, other);
        await ExpectAsync(Any with { Programme = ProgrammeCode.Parse("MSC-DS") }, other);
        await ExpectAsync(Any with { Programme = ProgrammeCode.Parse("MSC-DS"), States = [CaseState.Withdrawn] });
        await ExpectAsync(Any with { Assignee = "'; DROP TABLE recognition_case; --" });

        async Task ExpectAsync(CaseFilter filter, params RecognitionCase[] expected) =>
            Assert.Equal(
                expected.Select(c => c.Application.Case.Value).Order(StringComparer.Ordinal),
                (await Stores.Cases.ListAsync(filter, null, 100, Soon)).Select(s => s.Case.Value).Order(StringComparer.Ordinal));
    }

    [EngineFact]
    public async Task keeps_hostile_text_as_text()
    {
        var opened = await OpenedAsync();
        foreach (var text in new[] { "'; DELETE FROM case_event; --", "\" OR 1=1", "%s\0\u202e", "\uf8f0\uf8f00\0\uf8f01", "$1", "\ud83d\ude00" })
        {
            Assert.Equal(text, Kept(await AssignAsync(opened, text)).Assignee);
            Assert.Equal(text, (await Stores.Cases.FindAsync(opened.Application.Case, Soon))!.Assignee);
            Assert.Equal(text, Assert.Single(await Stores.Cases.ListAsync(new CaseFilter([], null, text, null, null), null, 10, Soon)).Assignee);
        }
    }

    [EngineFact]
    public async Task counts_changes_by_one_with_the_summary_after_each()
    {
        var opened = await OpenedAsync();
        Kept(await AssignAsync(opened, "bert"));
        Refused(await AssignAsync(opened, "carl", etag: 1), MicroCreds.Domain.Problems.ProblemCode.ConcurrentChange);
        await ReopenAsync();
        Kept(await AssignAsync(opened, "carl"));
        var changes = await Stores.Cases.ChangesAsync(0, 10, Soon);
        Assert.Equal([(1L, ""), (2L, "bert"), (3L, "carl")], changes.Select(c => (c.Cursor, c.Case.Assignee)));
        Assert.Equal(2, (await Stores.Cases.ChangesAsync(1, 1, Soon)).Single().Cursor);
        Assert.Empty(await Stores.Cases.ChangesAsync(3, 10, Soon));
    }

    [EngineFact]
    public async Task wakes_those_who_wait_for_a_change()
    {
        var opened = await OpenedAsync();
        await Stores.Cases.WaitForChangeAsync(0, Soon);
        var waiting = Stores.Cases.WaitForChangeAsync(1, Soon);
        Assert.False(waiting.IsCompleted);
        Kept(await AssignAsync(opened, "bert"));
        await waiting;
        Assert.Equal(2, (await Stores.Cases.ChangesAsync(1, 10, Soon)).Single().Cursor);
        await ReopenAsync();
        await Stores.Cases.WaitForChangeAsync(1, Soon);
    }

    [EngineFact]
    public async Task shows_every_change_to_a_watcher_that_only_waits_and_reads()
    {
        var watcher = Task.Run(async () =>
        {
            var seen = new List<long>();
            while (seen.Count < 200)
            {
                await Stores.Cases.WaitForChangeAsync(seen.Count, Soon);
                seen.AddRange((await Stores.Cases.ChangesAsync(seen.Count, 7, Soon)).Select(c => c.Cursor));
            }
            return seen;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await OpenedAsync();
        })));
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), await watcher);
    }

    [EngineFact]
    public async Task ends_a_wait_that_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var waiting = Stores.Cases.WaitForChangeAsync(0, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
