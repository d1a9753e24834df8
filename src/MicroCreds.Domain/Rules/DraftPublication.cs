using System.Collections.Immutable;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Rules;

/// <summary>Publishes a draft, or says what stands in the way: errors, warnings nobody gave a reason for, the second person.</summary>
public sealed record DraftPublication
{
    // The whole list is the check's; a problem has room for the first few.
    private const int MaxNamed = 20;

    /// <summary>Who publishes.</summary>
    public required string By { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Day from which the version is to be in force; null for at once.</summary>
    public DateOnly? EffectiveOn { get; init; }
    /// <summary>The institution's policy.</summary>
    public required TableApproval Approval { get; init; }
    /// <summary>Reasons for warnings, by kind.</summary>
    public ImmutableDictionary<TableFindingCode, string> Reasons { get; init; } = ImmutableDictionary<TableFindingCode, string>.Empty;
    /// <summary>Reason for warnings of every other kind; null for none.</summary>
    public string? ReasonForOthers { get; init; }

    /// <summary>
    /// The next version, with the reasons and the approval. Fails with <see cref="ProblemCode.DraftNotPublishable"/>,
    /// <see cref="ProblemCode.SecondPersonNeeded"/>, and <see cref="ProblemCode.InvalidRequest"/> for a day that is over.
    /// </summary>
    /// <param name="draft">Draft as it stands.</param>
    /// <param name="version">Number of the version.</param>
    /// <param name="findings">What the check found in this draft.</param>
    public Result<EquivalenceTable> Publish(EquivalenceDraft draft, int version, IReadOnlyCollection<TableFinding> findings)
    {
        if (EffectiveOn < DateOnly.FromDateTime(At.UtcDateTime)) return Problem.InvalidRequest([new("effective_date", "must be today or later: what was in force is not rewritten")]);
        var errors = findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        if (errors.Count > 0) return NotPublishable(draft.Id, errors, $"has {errors.Count} finding(s) that forbid publication");
        var warnings = findings.Where(f => f.Severity == FindingSeverity.Warning).ToLookup(f => f.Code);
        var unexplained = warnings.Where(kind => ReasonFor(kind.Key) is null).OrderBy(kind => kind.Key).ToList();
        if (unexplained.Count > 0) return Unexplained(draft.Id, unexplained);
        if (Approval == TableApproval.SecondPerson && !IsApproved(draft)) return Needed(draft, $"The draft of {draft.Id} needs the approval of another account than {draft.EditedBy}, who edited it last.");

        return EquivalenceTableBuilder.Build(draft.Id, version, draft.Units, draft.Rules, At, By) with
        {
            AcceptedWarnings = [.. warnings.OrderBy(kind => kind.Key).Select(kind => new AcceptedWarning(kind.Key, kind.Count(), ReasonFor(kind.Key) ?? ""))],
            Approval = draft.Approval,
            EffectiveOn = EffectiveOn,
        };
    }

    /// <summary>The draft with an approval. Fails with <see cref="ProblemCode.SecondPersonNeeded"/> when the account edited it last.</summary>
    public static Result<EquivalenceDraft> Approve(EquivalenceDraft draft, string by, DateTimeOffset at) =>
        draft.EditedBy == by
            ? Needed(draft, $"{by} edited the draft of {draft.Id} last; somebody else approves it.")
            : draft with { Approval = new(by, at, EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules)) };

    private static bool IsApproved(EquivalenceDraft draft) =>
        draft.Approval is { } approval && approval.By != draft.EditedBy && approval.Digest == EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules);

    private string? ReasonFor(TableFindingCode code) => Reasons.GetValueOrDefault(code) ?? ReasonForOthers;

    private static Problem Needed(EquivalenceDraft draft, string message) =>
        Problem.Of(ProblemCode.SecondPersonNeeded, message, ("table_id", draft.Id.Value), ("edited_by", draft.EditedBy));

    private static Problem Unexplained(TableId table, List<IGrouping<TableFindingCode, TableFinding>> kinds)
    {
        var problem = NotPublishable(table, [.. kinds.Select(kind => kind.First())], $"has warnings of {kinds.Count} kind(s) without a reason to publish it nevertheless");
        return problem with { Facts = problem.Facts.Add("warnings_without_reason", string.Join(",", kinds.Select(kind => SnakeCase.Of(kind.Key)))) };
    }

    private static Problem NotPublishable(TableId table, List<TableFinding> findings, string what)
    {
        var first = findings.Take(MaxNamed).ToList();
        return Problem.Of(
            ProblemCode.DraftNotPublishable, $"The draft of {table} {what}; the first: {first[0].Message}",
            ("findings", string.Join(",", first.Select(f => $"{SnakeCase.Of(f.Code)} {f.Rule?.Value ?? f.Unit?.Value}"))), ("table_id", table.Value)) with
        {
            Violations = [.. first.Select(f => new FieldViolation(f.Rule?.Value ?? f.Unit?.Value ?? table.Value, f.Message))],
        };
    }
}
