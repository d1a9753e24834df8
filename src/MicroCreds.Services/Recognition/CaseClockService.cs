using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Institutions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// What time alone does to cases, looked for at start and every hour: information that was not supplied by its day lets a case lapse, and
/// the end of an appeal period makes a decision final.
/// </summary>
internal sealed class CaseClockService(Hosting hosting, TimeProvider clock, ILogger<CaseClockService> logger) : BackgroundService
{
    /// <summary>Time between two walks. Days count, so an hour is soon enough.</summary>
    public static readonly TimeSpan WalkEvery = TimeSpan.FromHours(1);

    private const int Page = 200;

    private static readonly CaseFilter Waiting = new([.. CaseVerbs.AllowedIn(CaseVerb.Lapse), .. CaseVerbs.AllowedIn(CaseVerb.BecomeFinal)], null, null, null, null);

    /// <summary>Looks through the cases of every institution once. Answers how many moved.</summary>
    public async Task<int> WalkAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        foreach (var institution in hosting.All)
        {
            try
            {
                moved += await WalkAsync(institution, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                logger.ClockWalkFailed(e, institution.Organisation.Value);
            }
        }

        return moved;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WalkEvery, clock);
        do await WalkAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> WalkAsync(HostedInstitution institution, CancellationToken cancellationToken)
    {
        var moved = 0;
        CaseListPosition? after = null;
        while (true)
        {
            var page = await institution.Cases.ListAsync(Waiting, after, Page, cancellationToken);
            foreach (var summary in page)
                if (await MoveAsync(institution, summary.Case, cancellationToken)) moved++;
            if (page.Length < Page) return moved;
            after = new CaseListPosition(page[^1].DueOn, page[^1].Case);
        }
    }

    private async Task<bool> MoveAsync(HostedInstitution institution, CaseId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await institution.Cases.FindAsync(id, cancellationToken) is not { } found || Due(found, now).Failed(out _, out _)) return false;
        var moved = await institution.Cases.ChangeAsync(id, NodeRequests.Of("case-clock", found), found.EventCount, (c, _) => Due(c, now), cancellationToken);
        return !moved.Failed(out _, out _);
    }

    private static Result<CaseTransition> Due(RecognitionCase c, DateTimeOffset now) =>
        c.State == CaseState.Incomplete ? CaseTransitions.Lapse(c, Actor.Node, now) : CaseTransitions.BecomeFinal(c, Actor.Node, now);
}
