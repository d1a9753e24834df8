using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Streams publications of tables in the order of commit, with the cursor to resume after in every message.</summary>
internal sealed class RuleWatch(Feed feed)
{
    /// <summary>Rules of each kind that one message lists: whoever watches a table with more changes reads the table.</summary>
    internal const int MaxListedRules = 1000;

    /// <summary>Publications read at a time; their tables are read one by one.</summary>
    private const int Batch = 64;

    /// <summary>Streams what comes after a cursor until the caller leaves or the node stops. A checkpoint says when everything kept has been replayed.</summary>
    internal Task StreamAsync(HostedInstitution institution, RuleVisibility upTo, long after, IServerStreamWriter<Wire.WatchRulesResponse> responses, CancellationToken cancellationToken) =>
        feed.StreamAsync(after, new Publications(institution, upTo, responses), cancellationToken);

    private static async Task<Wire.RulePublication> DescribeAsync(HostedInstitution institution, TablePublication publication, RuleVisibility upTo, CancellationToken cancellationToken)
    {
        var table = await institution.Tables.VersionAsync(publication.Table, publication.Version, cancellationToken)
            ?? throw new InvalidDataException($"Version {publication.Version} of the table {publication.Table} was published and is missing.");
        var before = publication.Version == 1 ? null : await institution.Tables.VersionAsync(publication.Table, publication.Version - 1, cancellationToken);
        var (then, now) = (Visible(before, upTo), Visible(table, upTo));
        var message = new Wire.RulePublication
        {
            Institution = institution.Organisation.Value, TableId = table.Id.Value, Version = table.Version, Digest = table.Digest.Value,
            PublishTime = Timestamp.FromDateTimeOffset(table.PublishedAt), EffectiveDate = EquivalenceMapping.Day(table.EffectiveOn),
        };
        message.AddedCount = List(now.Keys.Where(id => !then.ContainsKey(id)), message.AddedRuleIds);
        message.ChangedCount = List(now.Where(r => then.TryGetValue(r.Key, out var old) && !old.Equals(r.Value)).Select(r => r.Key), message.ChangedRuleIds);
        message.RemovedCount = List(then.Keys.Where(id => !now.ContainsKey(id)), message.RemovedRuleIds);
        return message;
    }

    // Compared as the caller sees them: a private note that changed is no news to anybody else.
    private static SortedDictionary<string, Wire.EquivalenceRule> Visible(EquivalenceTable? table, RuleVisibility upTo)
    {
        var rules = new SortedDictionary<string, Wire.EquivalenceRule>(StringComparer.Ordinal);
        foreach (var rule in table?.Rules.Where(r => r.Visibility <= upTo) ?? []) rules[rule.Id.Value] = EquivalenceMapping.ToWire(rule);
        return rules;
    }

    private static int List(IEnumerable<string> rules, RepeatedField<string> listed)
    {
        var count = 0;
        foreach (var rule in rules)
            if (count++ < MaxListedRules) listed.Add(rule);
        return count;
    }

    private sealed class Publications(HostedInstitution institution, RuleVisibility upTo, IServerStreamWriter<Wire.WatchRulesResponse> responses) : IFeedSource<TablePublication>
    {
        public async Task<IReadOnlyList<TablePublication>> ReadAsync(long after, CancellationToken cancellationToken) =>
            await institution.Tables.PublicationsAsync(after, Batch, cancellationToken);

        public long CursorOf(TablePublication entry) => entry.Cursor;

        public async Task<bool> SendAsync(TablePublication entry, CancellationToken cancellationToken)
        {
            var publication = await DescribeAsync(institution, entry, upTo, cancellationToken);
            await responses.WriteAsync(new() { Cursor = Feed.Write(entry.Cursor), Publication = publication }, cancellationToken);
            return true;
        }

        public Task SendCheckpointAsync(long cursor, CancellationToken cancellationToken) => responses.WriteAsync(new() { Cursor = Feed.Write(cursor) }, cancellationToken);

        public Task WaitAsync(long after, CancellationToken cancellationToken) => institution.Tables.WaitForPublicationAsync(after, cancellationToken);
    }
}
