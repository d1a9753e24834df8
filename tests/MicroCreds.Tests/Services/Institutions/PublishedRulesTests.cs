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
        var rules = new PublishedRules(store);
        var first = rules.ReloadAsync(CancellationToken.None);
        store.Published = [RuleSamples.Table([RuleSamples.Rule("NEW", RuleSamples.By(RuleSamples.University))])];
        var second = rules.ReloadAsync(CancellationToken.None);
        store.Gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Single(rules.Current.Tables);
    }

    /// <summary>The first reading takes its time, and answers what was published when it began.</summary>
    private sealed class SlowStore : IEquivalenceStore
    {
        private bool _read;

        public TaskCompletionSource Gate { get; } = new();

        public ImmutableArray<EquivalenceTable> Published { get; set; } = [];

        public async Task<ImmutableArray<EquivalenceTable>> PublishedAsync(CancellationToken cancellationToken)
        {
            var (found, slow) = (Published, !_read);
            _read = true;
            if (slow) await Gate.Task.WaitAsync(cancellationToken);
            return found;
        }

        public Task<ImmutableArray<TablePublication>> PublicationsAsync(long afterCursor, int limit, CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<TablePublication>.Empty);

        public Task<ImmutableArray<PublishedVersion>> VersionsAsync(TableId id, int before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceDraft>> DiscardDraftAsync(TableId id, ChangeRequest request, int? etag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WaitForPublicationAsync(long afterCursor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<EquivalenceTable?> VersionAsync(TableId id, int version, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<EquivalenceDraft?> DraftAsync(TableId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceDraft>> EditDraftAsync(
            TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<EquivalenceTable>> PublishAsync(
            TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
