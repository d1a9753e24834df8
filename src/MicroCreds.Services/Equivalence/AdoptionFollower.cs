using System.Collections.Immutable;
using System.Threading.Channels;
using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>
/// Follows what partners publish from whom rules were adopted, from a cursor kept with what was found, and notes where the source of an adopted rule
/// has changed. A partner may be away for months: tries are spread out, and what was published meanwhile is caught up with. A version that was told
/// before its day is looked at again once it is in force.
/// </summary>
internal sealed class AdoptionFollower(Hosting hosting, IPartnerChannels channels, PartnerRules partners, TimeProvider clock, ILogger<AdoptionFollower> logger) : BackgroundService
{
    /// <summary>Longest silence of a partner's stream: it sends a checkpoint every fifteen seconds.</summary>
    private static readonly TimeSpan LongestSilence = 4 * Paging.Feed.CheckpointEvery;

    /// <summary>Time after which adoptions that came in a sheet, and versions that have come into force, are looked for.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Looks for adoptions now: one was made.</summary>
    internal void Wake() => _woken.Writer.TryWrite(true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var following = new Dictionary<(OrganisationId, OrganisationId), Task>();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                foreach (var institution in hosting.All)
                {
                    foreach (var partner in await PartnersAsync(institution, stoppingToken))
                        if (!following.ContainsKey((institution.Organisation, partner))) following[(institution.Organisation, partner)] = FollowAsync(institution, partner, stoppingToken);
                    await LookAgainAsync(institution, stoppingToken);
                }

                await Task.WhenAny(_woken.Reader.WaitToReadAsync(stoppingToken).AsTask(), Task.Delay(LookEvery, clock, stoppingToken));
                _woken.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }

        await Task.WhenAll(following.Values);
    }

    private async Task<ImmutableArray<OrganisationId>> PartnersAsync(HostedInstitution institution, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await AdoptionBook.ReadAsync(institution, cancellationToken)).Select(a => a.Source.Organisation).Where(o => o != institution.Organisation).Distinct()];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.AdoptionsUnreadable(e, institution.Organisation.Value);
            return [];
        }
    }

    private async Task FollowAsync(HostedInstitution institution, OrganisationId partner, CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var status = StatusCode.OK;
            try
            {
                if (await WatchAsync(institution, partner, stoppingToken)) failures = 0;
            }
            catch (Exception e) when (stoppingToken.IsCancellationRequested && e is OperationCanceledException or RpcException)
            {
                return;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                status = (e as RpcException)?.StatusCode ?? StatusCode.DeadlineExceeded;
            }
            catch (Exception e)
            {
                status = StatusCode.Internal;
                logger.AdoptionsUnreadable(e, institution.Organisation.Value);
            }

            var wait = BackOff.After(++failures, $"{institution.Organisation} {partner} rules");
            logger.PartnerAway(partner.Value, institution.Organisation.Value, status.ToString(), wait.TotalSeconds);
            await Task.Delay(wait, clock, stoppingToken);
        }
    }

    // Until the partner ends the stream; whether it said anything.
    private async Task<bool> WatchAsync(HostedInstitution institution, OrganisationId partner, CancellationToken stoppingToken)
    {
        var cursor = await institution.Adoptions.CursorAsync(partner, stoppingToken);
        using var quiet = new CancellationTokenSource(LongestSilence, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, quiet.Token);
        var client = new Wire.EquivalenceService.EquivalenceServiceClient(channels.For(institution, partner));
        using var watch = client.WatchRules(new() { Institution = partner.Value, AfterCursor = cursor }, new CallOptions(cancellationToken: ends.Token));
        var heard = false;
        while (await watch.ResponseStream.MoveNext(ends.Token))
        {
            heard = true;
            quiet.CancelAfter(LongestSilence);
            var message = watch.ResponseStream.Current;
            var changed = message.Publication is { } publication ? await ChangedAsync(institution, partner, publication, ends.Token) : [];
            if (message.Cursor == cursor) continue;
            cursor = message.Cursor;
            await institution.Adoptions.AdvanceAsync(partner, cursor, changed, stoppingToken);
        }

        return heard;
    }

    private async Task<ImmutableArray<SourceRuleVersion>> ChangedAsync(HostedInstitution institution, OrganisationId partner, Wire.RulePublication publication, CancellationToken cancellationToken)
    {
        var changed = ImmutableArray.CreateBuilder<SourceRuleVersion>();
        foreach (var source in (await AdoptionBook.ReadAsync(institution, cancellationToken)).Select(a => a.Source).Where(s => s.Organisation == partner).DistinctBy(s => (s.Table, s.Rule)))
        {
            if (source.Table.Value != publication.TableId || publication.Version <= source.Version || !Touches(publication, source.Rule.Value)) continue;
            if (!Sha256Digest.TryParse(publication.Digest, out var digest)) continue;
            var seen = new SourceRuleVersion
            {
                Source = source with { Version = publication.Version, Digest = digest }, SeenAt = clock.GetUtcNow(),
                EffectiveOn = DateOnly.TryParseExact(publication.EffectiveDate, "yyyy-MM-dd", out var day) ? day : null,
            };
            // While the version is not in force the partner shows the one before.
            if (!(await partners.FindAsync(institution, partner, source.Rule, cancellationToken)).Failed(out var problem, out var found))
                changed.Add(found.Provenance.Version >= publication.Version && found.Provenance.Table == source.Table ? seen with { Content = found.Rule } : seen);
            else if (problem.Code == ProblemCode.RuleNotFound) changed.Add(seen with { Gone = true });
        }

        return changed.ToImmutable();
    }

    private async Task LookAgainAsync(HostedInstitution institution, CancellationToken stoppingToken)
    {
        var today = RecognitionClock.DayOf(clock.GetUtcNow());
        try
        {
            var newest = (await institution.Adoptions.SourcesAsync(stoppingToken)).GroupBy(s => (s.Source.Organisation, s.Source.Table, s.Source.Rule)).Select(rule => rule.MaxBy(s => s.Source.Version));
            var due = newest.OfType<SourceRuleVersion>().Where(s => s is { Content: null, Gone: false, EffectiveOn: { } day } && day <= today);
            foreach (var ofPartner in due.GroupBy(s => s.Source.Organisation)) await LookAsync(institution, ofPartner, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            logger.AdoptionsUnreadable(e, institution.Organisation.Value);
        }
    }

    // A partner that is away is asked once, not once for each rule.
    private async Task LookAsync(HostedInstitution institution, IGrouping<OrganisationId, SourceRuleVersion> ofPartner, CancellationToken stoppingToken)
    {
        try
        {
            foreach (var unseen in ofPartner)
            {
                var seen = (await partners.FindAsync(institution, ofPartner.Key, unseen.Source.Rule, stoppingToken)).Failed(out var problem, out var found)
                    ? problem.Code == ProblemCode.RuleNotFound ? unseen with { Gone = true } : null
                    // Of a newer version the partner's stream tells.
                    : found.Provenance.Table == unseen.Source.Table && found.Provenance.Version == unseen.Source.Version ? unseen with { Content = found.Rule } : null;
                if (seen is not null) await institution.Adoptions.KeepAsync(seen, stoppingToken);
            }
        }
        catch (RpcException away) when (!stoppingToken.IsCancellationRequested)
        {
            logger.PartnerAway(ofPartner.Key.Value, institution.Organisation.Value, away.StatusCode.ToString(), LookEvery.TotalSeconds);
        }
    }

    private static bool Touches(Wire.RulePublication publication, string rule) =>
        publication.ChangedRuleIds.Contains(rule) || publication.RemovedRuleIds.Contains(rule) || publication.AddedRuleIds.Contains(rule)
        || publication.ChangedCount > publication.ChangedRuleIds.Count || publication.RemovedCount > publication.RemovedRuleIds.Count || publication.AddedCount > publication.AddedRuleIds.Count;
}
