using System.Collections.Immutable;
using System.Threading.Channels;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Outside;

/// <summary>
/// Verifies again the credentials of open cases whose status, certificates or keys could not be asked, at start, when an institution joins and whenever a document came from outside, and lets the
/// rules speak again: what waited for a document alone does not wait for a person too. Once a day it also looks whether credentials of decided cases were revoked since.
/// </summary>
internal sealed class StatusFollower(
    Hosting hosting, DocumentFetcher fetcher, CaseFiles files, CaseRulesReader rules, NodeMetrics metrics, TimeProvider clock, ILogger<StatusFollower> logger) : BackgroundService
{
    private const int Page = 200;

    /// <summary>Time after which cases are looked through again that could not be, for example because their store was away: the next document may come in days.</summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Shortest time between two looks at decided cases: there are many, and every file is verified anew.</summary>
    public static readonly TimeSpan ReviewEvery = TimeSpan.FromDays(1);

    private static readonly CaseFilter Decided = new(CaseVerbs.AllowedIn(CaseVerb.MarkReviewDue), null, null, null, null);
    private static readonly CaseFilter Open = new(CaseVerbs.AllowedIn(CaseVerb.VerifyAgain), null, null, null, null);

    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Dictionary<OrganisationId, DateTimeOffset> _reviewedAt = [];

    private bool _missed;

    /// <summary>Looks through the open cases of every institution once, and through the decided ones once a day. Answers how many changed.</summary>
    public async Task<int> WalkAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        _missed = false;
        foreach (var institution in hosting.All)
        {
            try
            {
                foreach (var id in await CasesAsync(institution, Open, cancellationToken))
                    if (await VerifyAsync(institution, id, cancellationToken)) moved++;
                var now = clock.GetUtcNow();
                if (_reviewedAt.TryGetValue(institution.Organisation, out var last) && now - last < ReviewEvery) continue;
                foreach (var id in await CasesAsync(institution, Decided, cancellationToken))
                    if (await ReviewAsync(institution, id, cancellationToken)) moved++;
                _reviewedAt[institution.Organisation] = now;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                _missed = true;
                logger.StatusWalkFailed(e, institution.Organisation.Value);
            }
        }
        return moved;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        fetcher.Arrived += Wake;
        var joining = hosting.ForEachAsync(
            _ =>
            {
                Wake();
                return Task.CompletedTask;
            },
            stoppingToken);
        try
        {
            while (true)
            {
                await _woken.Reader.ReadAsync(stoppingToken);
                await WalkAsync(stoppingToken);
                if (!_missed) continue;
                await Task.Delay(AgainAfter, clock, stoppingToken);
                Wake();
            }
        }
        finally
        {
            fetcher.Arrived -= Wake;
            await joining;
        }

        void Wake() => _woken.Writer.TryWrite(true);
    }

    // All pages first: a case that goes on leaves the list, and those behind it move up.
    private static async Task<List<CaseId>> CasesAsync(HostedInstitution institution, CaseFilter filter, CancellationToken cancellationToken)
    {
        var found = new List<CaseId>();
        CaseListPosition? after = null;
        while (true)
        {
            var page = await institution.Cases.ListAsync(filter, after, Page, cancellationToken);
            found.AddRange(page.Select(s => s.Case));
            if (page.Length < Page) return found;
            after = new CaseListPosition(page[^1].DueOn, page[^1].Case);
        }
    }

    private async Task<bool> VerifyAsync(HostedInstitution institution, CaseId id, CancellationToken cancellationToken)
    {
        if (await institution.Cases.FindAsync(id, cancellationToken) is not { } found || !found.Reports.Any(r => r.Checks.Any(c => c.Holds && c.Reason is ReasonClass.StatusUnavailable or ReasonClass.KeyUnresolvable))) return false;
        var now = clock.GetUtcNow();
        if (await files.VerifyAsync(institution, found, now, cancellationToken) is not { } reports) return false;
        if (Asked(found.Reports, CheckKind.Status, CheckKind.CertificateChain).SequenceEqual(Asked(reports, CheckKind.Status, CheckKind.CertificateChain))) return false;

        var law = await rules.ForAsync(institution, found, cancellationToken);
        Decision? decision = null;
        var changed = await institution.Cases.ChangeAsync(id, NodeRequests.Of("status", found), found.EventCount, Change, cancellationToken);
        // What somebody changed meanwhile is looked at as it is now.
        if (changed.Failed(out var problem, out _)) return problem.Code == ProblemCode.ConcurrentChange && await VerifyAsync(institution, id, cancellationToken);
        if (decision is not null) metrics.Decided(SnakeCase.Of(decision.Outcome), SnakeCase.Of(decision.DecidedBy));
        return true;

        Result<CaseTransition> Change(RecognitionCase c, LearnerLedger ledger)
        {
            var transition = CaseTransitions.VerifyAgain(c, reports, again => law.Assess(again, ledger), law.Book, ledger, law.Policy, Actor.Node, now);
            decision = transition.Failed(out _, out var happened) ? null : happened.Events.OfType<CaseEvent.Decided>().LastOrDefault()?.Decision;
            return transition;
        }
    }

    private async Task<bool> ReviewAsync(HostedInstitution institution, CaseId id, CancellationToken cancellationToken)
    {
        if (await institution.Cases.FindAsync(id, cancellationToken) is not { } found) return false;
        var now = clock.GetUtcNow();
        if (await files.VerifyAsync(institution, found, now, cancellationToken) is not { } reports || Asked(found.Reports, CheckKind.Status).SequenceEqual(Asked(reports, CheckKind.Status))) return false;
        var changed = await institution.Cases.ChangeAsync(id, NodeRequests.Of("status-review", found), found.EventCount, (c, _) => CaseTransitions.NoteStatus(c, reports, Actor.Node, now), cancellationToken);
        return !changed.Failed(out var problem, out _) || (problem.Code == ProblemCode.ConcurrentChange && await ReviewAsync(institution, id, cancellationToken));
    }

    // Another reason of the same class, for example a list that came and is signed by a stranger, is no news for the case.
    private static IEnumerable<(CheckResult, ReasonClass)> Asked(ImmutableArray<CredentialReport> reports, params CheckKind[] kinds) =>
        reports.SelectMany(r => r.Checks).Where(c => kinds.Contains(c.Kind)).Select(c => (c.Result, c.Reason));
}
