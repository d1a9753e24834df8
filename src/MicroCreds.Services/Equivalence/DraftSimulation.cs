using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Assessment;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using Assessed = MicroCreds.Domain.Rules.Assessment;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Assesses past cases again with a draft in place of its published table. Reads only; whatever is told names no person.</summary>
internal sealed class DraftSimulation(CaseRulesReader rules)
{
    private const int Page = 200;

    /// <summary>Cases between two messages about progress.</summary>
    private const int ProgressEvery = 500;

    /// <summary>Streams the cases that would have come out otherwise, and how far it is.</summary>
    internal async Task RunAsync(HostedInstitution institution, EquivalenceDraft draft, AskedSimulation asked, IServerStreamWriter<Wire.SimulateDraftResponse> responses, CancellationToken cancellationToken)
    {
        if (Compile(institution, draft).Failed(out var problem, out var drafted)) throw Errors.ProblemStatus.ToRpcException(problem);
        var counts = SimulationMapping.Begin(draft);
        var then = new PastTables(institution);
        await foreach (var summary in CasesAsync(institution, asked, cancellationToken))
        {
            if (counts.CaseCount == asked.MaxCases)
            {
                counts.Truncated = true;
                break;
            }

            if (await institution.Cases.FindAsync(summary.Case, cancellationToken) is not { } found || AssessedCase.Of(found) is not { } past) continue;
            var simulated = await SimulateAsync(institution, past, drafted, then, cancellationToken);
            SimulationMapping.Count(counts, simulated);
            if (asked.UnchangedToo || simulated.Change != Wire.SimulatedCase.Types.Change.Same) await responses.WriteAsync(new() { SimulatedCase = simulated }, cancellationToken);
            if (counts.CaseCount % ProgressEvery == 0) await responses.WriteAsync(new() { Progress = counts.Clone() }, cancellationToken);
        }

        counts.Done = true;
        await responses.WriteAsync(new() { Progress = counts }, cancellationToken);
    }

    private static async IAsyncEnumerable<CaseSummary> CasesAsync(
        HostedInstitution institution, AskedSimulation asked, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CaseListPosition? after = null;
        while (true)
        {
            var page = await institution.Cases.ListAsync(new([], null, null, null, asked.Programme), after, Page, cancellationToken);
            foreach (var summary in page)
                if (asked.Since is not { } since || RecognitionClock.DayOf(summary.SubmittedAt) >= since) yield return summary;
            if (page.Length < Page) yield break;
            after = new(page[^1].DueOn, page[^1].Case);
        }
    }

    private async Task<Wire.SimulatedCase> SimulateAsync(HostedInstitution institution, AssessedCase past, CompiledTable drafted, PastTables then, CancellationToken cancellationToken)
    {
        var law = await rules.ForAsync(institution, past.Case.Reports.Select(r => r.AwardingBodyId).FirstOrDefault(), cancellationToken);
        // The day that selects the rules was chosen then; a policy changed since is no part of the draft.
        var agreements = await CaseRulesReader.AgreementsAsync(institution, past.Case.Application, cancellationToken);
        law = law with { Policy = law.Policy with { RuleDate = past.Recorded.RuleDatePolicy }, Agreements = [.. agreements.Select(a => a.AsOf(past.At)).OfType<AgreementHistory>()] };
        var ledger = await LedgerAsync(institution, past, cancellationToken);
        var again = (law with { Published = await then.OfAsync(past, cancellationToken) }).Assess(past.Case, ledger);
        var after = (law with { Published = drafted }).Assess(past.Case, ledger);
        return SimulationMapping.ToWire(past, after, SimulationMapping.Reproduced(past, again));
    }

    // What was granted to the learner by other cases before this one was assessed. What was taken back since cannot be told any more.
    private static async Task<LearnerLedger> LedgerAsync(HostedInstitution institution, AssessedCase past, CancellationToken cancellationToken)
    {
        var ledger = await institution.Cases.LedgerAsync(past.Case.Application.Learner, cancellationToken);
        var before = ImmutableArray.CreateBuilder<LedgerEntry>();
        foreach (var entries in ledger.Entries.GroupBy(e => e.Case).Where(e => e.Key != past.Case.Application.Case))
        {
            if (await institution.Cases.FindAsync(entries.Key, cancellationToken) is { } other && other.History.OfType<CaseEvent.Decided>().Any(e => e.At <= past.At)) before.AddRange(entries);
        }

        return new(before.ToImmutable());
    }

    private static Result<CompiledTable> Compile(HostedInstitution institution, EquivalenceDraft draft) => RuleTrial.Compile(
        [EquivalenceTableBuilder.Build(draft.Id, 0, draft.Units, draft.Rules, draft.EditedAt, draft.EditedBy), .. institution.Published.Current.Tables.Where(t => t.Id != draft.Id)], draft.Id);

    /// <summary>The tables by which cases were assessed. Few versions are in use at a time.</summary>
    private sealed class PastTables(HostedInstitution institution)
    {
        private const int MaxKept = 8;
        private readonly Dictionary<(TableId, int, CompiledTable), CompiledTable> _made = [];

        internal async Task<CompiledTable> OfAsync(AssessedCase past, CancellationToken cancellationToken)
        {
            var (table, version) = (past.Recorded.Table, past.Recorded.TableVersion);
            var others = await institution.Published.AsOfAsync(RecognitionClock.DayOf(past.At), cancellationToken);
            if (others.Tables.Any(t => t.Id == table && t.Version == version)) return others;
            if (_made.TryGetValue((table, version, others), out var known)) return known;
            var applied = await institution.Tables.VersionAsync(table, version, cancellationToken) ?? throw new InvalidDataException($"Version {version} of the table {table} was applied and is missing.");
            if (_made.Count == MaxKept) _made.Clear();
            return _made[(table, version, others)] = CompiledTable.Of([applied, .. others.Tables.Where(t => t.Id != table)]);
        }
    }
}

/// <summary>Which past cases are assessed again.</summary>
/// <param name="Table">Table whose draft is simulated.</param>
/// <param name="Programme">Only cases of this programme.</param>
/// <param name="Since">Only cases submitted on this day or later.</param>
/// <param name="MaxCases">Most cases.</param>
/// <param name="UnchangedToo">Whether those that come out the same are told too.</param>
internal sealed record AskedSimulation(TableId Table, ProgrammeCode? Programme, DateOnly? Since, int MaxCases, bool UnchangedToo);

/// <summary>A case as it stood when it was assessed last.</summary>
/// <param name="Case">The case just before.</param>
/// <param name="Recorded">What was recorded.</param>
/// <param name="At">When.</param>
/// <param name="Engine">Version of the engine with which it was decided; empty when it was not.</param>
internal sealed record AssessedCase(RecognitionCase Case, Assessed Recorded, DateTimeOffset At, string Engine)
{
    /// <summary>The case at its last assessment; null when it was never assessed.</summary>
    internal static AssessedCase? Of(RecognitionCase c)
    {
        var at = c.History.Length - 1;
        while (at >= 0 && c.History[at] is not CaseEvent.Assessed) at--;
        return at > 0 && c.History[at] is CaseEvent.Assessed assessed
            ? new(CaseFold.Fold([.. c.History.Take(at)]), assessed.Assessment, assessed.At, c.Decisions.Select(d => d.EngineVersion).FirstOrDefault() ?? "")
            : null;
    }
}
