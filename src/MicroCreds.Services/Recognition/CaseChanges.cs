using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>What a verb is run on: the case and its learner's ledger as they stand, and what it looks up.</summary>
internal sealed record CaseMoment(RecognitionCase Case, LearnerLedger Ledger, CaseRules Rules, Actor Actor, DateTimeOffset Now)
{
    /// <summary>Cases read together with it, in the order named.</summary>
    public ImmutableArray<RecognitionCase> Together { get; init; } = [];
}

/// <summary>Runs a verb of the domain on a case: reads what it needs, keeps what it answers, or only says what it would do.</summary>
internal sealed class CaseChanges(CaseRulesReader rules, NodeMetrics metrics, TimeProvider clock)
{
    /// <summary>The case after the verb, as <paramref name="caller"/> sees it. Throws the contract's status when the verb is refused.</summary>
    public async Task<Wire.RecognitionCase> RunAsync(
        HostedInstitution institution, Caller caller, CaseCommand command, ChangeRequest request,
        Func<CaseMoment, Result<CaseTransition>> verb, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var read = await institution.Cases.FindAsync(command.Case, cancellationToken);
        var law = read is null ? null : await rules.ForAsync(institution, read, cancellationToken);
        Decision? decision = null;
        // An unknown case goes to the store too: a request id that was used for something else is said first.
        var result = command.ValidateOnly
            ? await TryAsync(institution, command, request, read, Change, cancellationToken)
            : await institution.Cases.ChangeTogetherAsync(command.Case, command.Together, request, command.Etag, Change, cancellationToken);
        if (result.Failed(out var problem, out var changed)) throw InTermsOfRequest(problem, command).ToRpcException();

        if (decision is not null && !command.ValidateOnly) metrics.Decided(SnakeCase.Of(decision.Outcome), SnakeCase.Of(decision.DecidedBy));
        var book = law?.Book ?? await CaseRulesReader.BookAsync(institution, changed, cancellationToken);
        return CaseMapping.ToWire(changed, institution, book, caller, RecognitionClock.DayOf(now));

        Result<CaseTransition> Change(RecognitionCase c, ImmutableArray<RecognitionCase> together, LearnerLedger ledger)
        {
            if (!caller.Sees(c) || read is null || law is null) return CaseAccess.NotFound(command.Case);
            // The rules were read for another assessment than the one that stands now.
            if ((c.Assessment?.Table, c.Assessment?.TableVersion) != (read.Assessment?.Table, read.Assessment?.TableVersion)) return Changed(command, read.EventCount, c.EventCount);
            var transition = verb(new CaseMoment(c, ledger, law, caller.AsActor(), now) { Together = together });
            decision = transition.Failed(out _, out var happened) ? null : happened.Events.OfType<CaseEvent.Decided>().LastOrDefault()?.Decision;
            return transition;
        }
    }

    /// <summary>What the verb would do; nothing is kept, and the request id stays unused.</summary>
    private static async Task<Result<RecognitionCase>> TryAsync(
        HostedInstitution institution, CaseCommand command, ChangeRequest request, RecognitionCase? read,
        Func<RecognitionCase, ImmutableArray<RecognitionCase>, LearnerLedger, Result<CaseTransition>> change, CancellationToken cancellationToken)
    {
        if ((await institution.Cases.FindReplayAsync(request, cancellationToken)).Failed(out var reused, out _)) return reused;
        if (read is null) return CaseAccess.NotFound(command.Case);
        var ledger = await institution.Cases.LedgerAsync(read.Application.Learner, cancellationToken);
        var together = ImmutableArray.CreateBuilder<RecognitionCase>();
        foreach (var id in command.Together)
        {
            if (await institution.Cases.FindAsync(id, cancellationToken) is not { } other) return CaseAccess.NotFound(id);
            together.Add(other);
        }

        if (change(read, together.ToImmutable(), ledger).Failed(out var refused, out var transition)) return refused;
        if (command.Etag is { } etag && etag != read.EventCount) return Changed(command, etag, read.EventCount);
        return CaseFold.Apply(read, transition.Events);
    }

    private static Problem Changed(CaseCommand command, int etag, int current) =>
        Problem.Of(
            ProblemCode.ConcurrentChange, $"The case {command.Case} has changed since it was read (etag {etag}, now {current}); read it again and decide anew.",
            ("case_id", command.Case.Value), ("etag", CaseMapping.Etag(etag)), ("current_etag", CaseMapping.Etag(current)));

    private static Problem InTermsOfRequest(Problem problem, CaseCommand command) => problem.Code switch
    {
        ProblemCode.CaseNotFound => CaseAccess.NotFound(command.Together.FirstOrDefault(id => id.Value == problem.Facts.GetValueOrDefault("case_id")) ?? command.Case),
        // The invariants of a decision name its fields from the decision on.
        ProblemCode.DecisionInvalid => problem with { Violations = [.. problem.Violations.Select(v => v with { Field = $"decision.{v.Field}" })] },
        _ => problem,
    };
}
