using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Institutions;
using MicroCreds.Tests.Domain.Rules;

namespace MicroCreds.Tests.Services.Institutions;

public sealed class PublishedRulesTests
{
    [Fact]
    public async Task a_slow_reader_does_not_put_back_what_it_read_before_another_publication()
    {
        var store = new SlowStore();
        var rules = new PublishedRules(store, new TestClock(Start));
        var first = rules.ReloadAsync(CancellationToken.None);
        store.Publish(1);
        var second = rules.ReloadAsync(CancellationToken.None);
        store.Gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Single(rules.Current.Tables);
    }

    [Fact]
    public async Task an_upcoming_version_is_in_effect_at_the_start_of_its_day_and_was_compiled_before()
    {
        var (store, clock) = (new SlowStore(), new TestClock(Start));
        store.Gate.SetResult();
        var rules = new PublishedRules(store, clock);
        store.Publish(1);
        store.Publish(2, new DateOnly(2026, 3, 3));
        await rules.ReloadAsync(CancellationToken.None);
        var read = store.Read;

        clock.Advance(new DateTimeOffset(2026, 3, 2, 23, 59, 59, 999, TimeSpan.Zero) - clock.GetUtcNow());
        Assert.Equal(1, Version(rules.Current));
        Assert.Equal(2, Version(await rules.AsOfAsync(new(2026, 3, 3), CancellationToken.None)));
        var before = rules.Current;
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Version(rules.Current));
        Assert.Same(rules.Current, rules.Current);
        Assert.Same(before, await rules.AsOfAsync(new(2026, 3, 2), CancellationToken.None));
        Assert.Equal(read, store.Read);
    }

    [Fact]
    public async Task what_was_published_later_for_the_same_day_replaces_an_upcoming_version()
    {
        var (store, clock) = (new SlowStore(), new TestClock(Start));
        store.Gate.SetResult();
        var rules = new PublishedRules(store, clock);
        store.Publish(1);
        store.Publish(2, new DateOnly(2026, 9, 1));
        store.Publish(3);
        await rules.ReloadAsync(CancellationToken.None);
        Assert.Equal(3, Version(rules.Current));
        Assert.Equal(2, Version(await rules.AsOfAsync(new(2026, 9, 1), CancellationToken.None)));
        store.Publish(4, new DateOnly(2026, 9, 1));
        await rules.ReloadAsync(CancellationToken.None);
        Assert.Equal((3, 4), (Version(rules.Current), Version(await rules.AsOfAsync(new(2026, 9, 1), CancellationToken.None))));
    }

    [Fact]
    public async Task a_version_with_a_day_leaves_cases_of_earlier_days_to_the_one_before_and_one_without_a_day_does_not()
    {
        var (store, clock) = (new SlowStore(), new TestClock(Start));
        store.Gate.SetResult();
        var rules = new PublishedRules(store, clock);
        store.Publish(1);
        store.Publish(2, new DateOnly(2026, 3, 3));
        await rules.ReloadAsync(CancellationToken.None);
        // Not in force yet, whatever day a case is of.
        Assert.Equal(1, Version(await rules.ForCaseOfAsync(new(2026, 3, 3), CancellationToken.None)));
        clock.MoveTo(new(2026, 4, 1));
        Assert.Equal(1, Version(await rules.ForCaseOfAsync(new(2026, 3, 2), CancellationToken.None)));
        Assert.Equal(1, Version(await rules.ForCaseOfAsync(new(2020, 1, 1), CancellationToken.None)));
        Assert.Equal(2, Version(await rules.ForCaseOfAsync(new(2026, 3, 3), CancellationToken.None)));
        store.Publish(3, publishedAt: clock.GetUtcNow());
        await rules.ReloadAsync(CancellationToken.None);
        Assert.Equal(3, Version(await rules.ForCaseOfAsync(new(2020, 1, 1), CancellationToken.None)));
    }

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static int Version(CompiledTable rules) => rules.Tables.Single().Version;

    /// <summary>The first reading takes its time, and answers what was published when it began.</summary>
    private sealed class SlowStore : IEquivalenceStore
    {
        private readonly List<EquivalenceTable> _published = [];
        private bool _asked;

        public TaskCompletionSource Gate { get; } = new();

        /// <summary>How many versions were read.</summary>
        public int Read { get; private set; }

        public void Publish(int version, DateOnly? effectiveOn = null, DateTimeOffset? publishedAt = null) =>
            _published.Add(RuleSamples.Table([RuleSamples.Rule($"V{version}", RuleSamples.By(RuleSamples.University))]) with { Version = version, PublishedAt = publishedAt ?? Start.AddMinutes(version), EffectiveOn = effectiveOn });

        public async Task<ImmutableArray<TablePublication>> PublicationsAsync(long afterCursor, int limit, CancellationToken cancellationToken)
        {
            var (found, slow) = (_published.Select((t, i) => new TablePublication(i + 1, t.Id, t.Version, t.PublishedAt, t.EffectiveOn)).ToImmutableArray(), !_asked);
            _asked = true;
            if (slow) await Gate.Task.WaitAsync(cancellationToken);
            return found;
        }

        public Task<EquivalenceTable?> VersionAsync(TableId id, int version, CancellationToken cancellationToken)
        {
            Read++;
            return Task.FromResult(_published.Find(t => t.Id == id && t.Version == version));
        }

        public Task<ImmutableArray<EquivalenceTable>> PublishedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<PublishedVersion>> VersionsAsync(TableId id, int before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceDraft>> DiscardDraftAsync(TableId id, ChangeRequest request, int? etag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WaitForPublicationAsync(long afterCursor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<EquivalenceDraft>> DraftsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<EquivalenceDraft?> DraftAsync(TableId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceDraft>> EditDraftAsync(
            TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceTable>> PublishAsync(
            TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
