using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Outside;

/// <summary>
/// Fetches documents from outside on its own schedule, apart from everything that verifies: what verification misses is put on a list, and
/// the list is worked off for all alike. Keeps what came on disk and hands it to <see cref="IOutsideTrust"/>.
/// </summary>
public sealed class DocumentFetcher : BackgroundService
{
    /// <summary>Most status lists that are kept current. A consortium's issuers have some hundreds.</summary>
    public const int MaxStatusLists = 2000;

    /// <summary>Most status lists of one host, so that no issuer takes all the room.</summary>
    public const int MaxStatusListsOfHost = 500;

    // A list that never came in this many tries, about a day, is forgotten until a credential points to it again.
    private const int MaxTries = 40;

    // Hosts asked at the same time; each by one connection.
    private const int HostsAtOnce = 4;

    private readonly AllowedAddresses _allowed;
    private readonly OutsideClient _client;
    private readonly DocumentShelf _shelf;
    private readonly IOutsideTrust _trust;
    private readonly FetchTimes _times;
    private readonly NodeMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<DocumentFetcher> _logger;
    private readonly ConcurrentDictionary<OutsideDocument, KeptDocument> _kept = new();
    private readonly ConcurrentDictionary<string, int> _listsOfHost = new(StringComparer.Ordinal);

    /// <summary>A fetcher. <see cref="Load"/> is called before it starts.</summary>
    public DocumentFetcher(AllowedAddresses allowed, OutsideClient client, DocumentShelf shelf, IOutsideTrust trust, FetchTimes times, NodeMetrics metrics, TimeProvider clock, ILogger<DocumentFetcher> logger)
    {
        (_allowed, _client, _shelf, _trust, _times, _metrics, _clock, _logger) = (allowed, client, shelf, trust, times, metrics, clock, logger);
        _trust.Missing += Want;
    }

    /// <summary>Raised after a walk that took over a document that was not held, or another than the one held.</summary>
    public event Action? Arrived;

    /// <summary>Everything known, by kind and address.</summary>
    public ImmutableArray<KeptDocument> Current => [.. _kept.Values.OrderBy(k => k.Document.Kind).ThenBy(k => k.Document.Address, StringComparer.Ordinal)];

    /// <summary>Puts what lies on disk into use, keys first, and forgets what may no longer be fetched. Called once, before the node takes calls.</summary>
    public void Load()
    {
        foreach (var (kept, content) in _shelf.Load().OrderBy(k => k.Kept.Document.Kind))
        {
            if (!_allowed.Allows(kept.Document))
            {
                _shelf.Remove(kept.Document);
                continue;
            }
            _kept[kept.Document] = kept;
            Count(kept.Document, 1);
            if (kept.ReliedUntil is { } until) _trust.Put(kept.Document, content, until);
        }
        _trust.LetGo(_clock.GetUtcNow());
        foreach (var document in _allowed.Named) _kept.TryAdd(document, new() { Document = document, NextAt = _clock.GetUtcNow() });
    }

    /// <summary>Puts a document on the list of those to fetch, when it may be fetched. Returns at once.</summary>
    public void Want(OutsideDocument document)
    {
        if (_kept.ContainsKey(document) || !_allowed.Allows(document)) return;
        var most = _listsOfHost.GetValueOrDefault(HostOf(document)) >= MaxStatusListsOfHost ? MaxStatusListsOfHost : _kept.Count >= MaxStatusLists + _allowed.Named.Length ? MaxStatusLists : 0;
        if (most > 0) _logger.TooManyOutside(document.Address, most);
        else if (_kept.TryAdd(document, new() { Document = document, NextAt = FetchTimes.FirstOf(_clock.GetUtcNow()) })) Count(document, 1);
    }

    /// <summary>Asks for every document whose time has come: keys and trusted lists first, for lists are verified by them. Answers how many were taken over.</summary>
    public async Task<int> WalkAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        foreach (var kinds in new OutsideKind[][] { [OutsideKind.IssuerKeys, OutsideKind.TrustedList], [OutsideKind.StatusList, OutsideKind.RevocationList] })
        {
            var now = _clock.GetUtcNow();
            var due = _kept.Values.Where(k => kinds.Contains(k.Document.Kind) && k.NextAt <= now).GroupBy(k => HostOf(k.Document));
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = HostsAtOnce, CancellationToken = cancellationToken }, async (host, stop) =>
            {
                foreach (var kept in host.OrderBy(k => k.NextAt))
                    if (await TryFetchAsync(kept, stop)) Interlocked.Increment(ref taken);
            });
        }
        _trust.LetGo(_clock.GetUtcNow());
        if (taken > 0) Arrived?.Invoke();
        return taken;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WalkAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                _logger.OutsideWalkFailed(e);
            }
            // New wishes come at full five minutes, so nothing is missed by looking again after one.
            await Task.Delay(TimeSpan.FromMinutes(1), _clock, stoppingToken);
        }
    }

    // An error of this node over one document, or a full disk, must not keep it from all the others.
    private async Task<bool> TryFetchAsync(KeptDocument kept, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchAsync(kept, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _logger.OutsideFailed(e, kept.Document.Address);
            var next = kept with { TriedAt = _clock.GetUtcNow(), Failures = kept.Failures + 1, Failure = "this node could not read or keep it; its log says why" };
            _kept[kept.Document] = next with { NextAt = FetchTimes.AfterFailure(next, null, _clock.GetUtcNow()) };
            return false;
        }
    }

    private async Task<bool> FetchAsync(KeptDocument kept, CancellationToken cancellationToken)
    {
        var held = kept.Digest is not null;
        var answer = await _client.GetAsync(kept.Document, held ? kept.EntityTag : "", held ? kept.ModifiedAt : null, cancellationToken);
        var now = _clock.GetUtcNow();
        switch (answer)
        {
            case FetchAnswer.Arrived arrived:
                var reading = _trust.Judge(kept.Document, arrived.Content);
                if (reading.Fault.Length > 0) return Fail(kept, reading.Fault, null, "refused", now);
                if (reading.Until < now) return Fail(kept, string.Create(CultureInfo.InvariantCulture, $"it is stale: it ended on {reading.Until.Value.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z"), null, "refused", now);
                return Take(kept, arrived, reading, now);
            case FetchAnswer.Unchanged when !held:
                return Fail(kept, "its host says that it is unchanged, and none is held", null, "failed", now);
            case FetchAnswer.Unchanged when Sha256Digest.Of(_shelf.ContentOf(kept.Document).Span) != kept.Digest:
                return Fail(kept with { Digest = null, EntityTag = "", ModifiedAt = null }, "the copy kept here was damaged", null, "failed", now);
            case FetchAnswer.Unchanged unchanged:
                Confirm(kept with { ConfirmedAt = now }, unchanged.MaxAge, null, "unchanged", now);
                return false;
            case FetchAnswer.Failed failed:
                return Fail(kept, failed.Why, failed.RetryAfter, "failed", now);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool Take(KeptDocument kept, FetchAnswer.Arrived arrived, OutsideReading reading, DateTimeOffset now)
    {
        var digest = Sha256Digest.Of(arrived.Content);
        var changed = digest != kept.Digest;
        var next = kept with
        {
            Digest = digest, Bytes = arrived.Content.Length, EntityTag = arrived.EntityTag, ModifiedAt = arrived.ModifiedAt, FetchedAt = changed ? now : kept.FetchedAt, ConfirmedAt = now,
            Until = reading.Until, TimeToLive = reading.TimeToLive, Words = reading.Words,
        };
        // Also the same bytes again: where the one held had been lost, they are news to those who read it.
        Confirm(next, arrived.MaxAge, arrived.Content, "fetched", now);
        if (changed) _logger.OutsideTaken(kept.Document.Kind, kept.Document.Address, _kept[kept.Document].ReliedUntil ?? now);
        return changed;
    }

    private void Confirm(KeptDocument kept, TimeSpan? maxAge, byte[]? content, string result, DateTimeOffset now)
    {
        var next = kept with { TriedAt = now, Failures = 0, Failure = "", ReliedUntil = _times.ReliedUntil(kept, now), NextAt = FetchTimes.After(kept, maxAge, now) };
        // On disk before it is relied upon: what was believed once must be known after a crash, or an older list could come back.
        Keep(next, content, result);
        _trust.Put(next.Document, content ?? _shelf.ContentOf(next.Document), next.ReliedUntil ?? now);
    }

    private bool Fail(KeptDocument kept, string why, TimeSpan? retryAfter, string result, DateTimeOffset now)
    {
        var next = kept with { TriedAt = now, Failures = kept.Failures + 1, Failure = why };
        next = next with { NextAt = FetchTimes.AfterFailure(next, retryAfter, now) };
        Keep(next, null, result);
        if (next.Failures >= MaxTries && next.Digest is null && !_allowed.Named.Contains(next.Document) && _kept.TryRemove(next.Document, out _))
        {
            Count(next.Document, -1);
            _shelf.Remove(next.Document);
        }
        _logger.OutsideAway(next.Document.Kind, next.Document.Address, why, (next.NextAt - now).TotalSeconds);
        return false;
    }

    private void Count(OutsideDocument document, int more)
    {
        if (document.Kind == OutsideKind.StatusList) _listsOfHost.AddOrUpdate(HostOf(document), more, (_, count) => count + more);
    }

    private static string HostOf(OutsideDocument document) => new Uri(document.Address).Authority;

    private void Keep(KeptDocument next, byte[]? content, string result)
    {
        _shelf.Save(next, content);
        _kept[next.Document] = next;
        _metrics.Fetched(SnakeCase.Of(next.Document.Kind), result);
    }
}
