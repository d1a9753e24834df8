using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Moving;

namespace MicroCreds.Node.Operations;

/// <summary>What an operation says of one institution, for people by <see cref="Lines"/>, for programs as it is.</summary>
/// <param name="Institution">Institution.</param>
/// <param name="Good">Whether it was done and nothing is wrong.</param>
/// <param name="Said">What was done or is wrong, in one sentence.</param>
internal sealed record OperationAnswer(string Institution, bool Good, string Said)
{
    /// <summary>How the store, or its copy, stands.</summary>
    public StoreCondition? Condition { get; init; }

    /// <summary>Process that has the store open.</summary>
    public string? HeldBy { get; init; }

    /// <summary>What a check found; null when none was made.</summary>
    public StoreVerdict? Verdict { get; init; }

    /// <summary>What a move found to be the same in source and target; null when nothing was moved.</summary>
    public ImmutableArray<TableDigest>? Tables { get; init; }

    /// <summary>Where the copy is, or the store that was restored.</summary>
    public string? Place { get; init; }

    private static string WhyHeld(StreamHoldReason reason) => reason switch
    {
        StreamHoldReason.Restored => "the store was put back from a copy. The node asks; `release --partner` goes on without an answer",
        StreamHoldReason.Behind => "the partner holds more than the store. The node takes it back when it reaches the partner",
        StreamHoldReason.Contradicted => "the partner holds another statement at the same place. Put a newer copy back, or settle it with the partner",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Institution}: {Said}";
        if (Place is not null) yield return $"  {Place}";
        if (Condition is { } c)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  {c.Engine}, schema {c.SchemaVersion}, {c.Bytes} bytes{(HeldBy is null ? "" : $", open in {HeldBy}")}; {c.Cases.Sum(n => n.Count)} cases{(c.Cases.IsEmpty ? "" : $" ({string.Join(", ", c.Cases.Select(n => $"{n.Count} {n.State}"))})")}");
            foreach (var stream in c.Outgoing)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"  to {stream.Partner}: statement {stream.Head.Sequence} of epoch {stream.Head.Epoch}{(stream.Waiting == 0 ? ", all acknowledged" : $", {stream.Waiting} wait for {stream.Partner} to acknowledge them, the oldest since {stream.OldestWaitingAt:u}")}");
            foreach (var stream in c.Incoming)
                yield return string.Create(CultureInfo.InvariantCulture, $"  from {stream.Partner}: statement {stream.Head.Sequence} of epoch {stream.Head.Epoch}, acknowledged");
        }
        foreach (var hold in Condition?.Held ?? [])
            yield return $"  HELD since {hold.Since:u}, nothing is signed to {hold.Partner}: {WhyHeld(hold.Reason)}";
        if (Condition is { ReturnedCases: > 0 } behind) yield return string.Create(CultureInfo.InvariantCulture, $"  {behind.ReturnedCases} cases know less than statements that came back from partners say; their evidence holds those");
        foreach (var table in Tables ?? []) yield return string.Create(CultureInfo.InvariantCulture, $"  {table.Digest} {table.Table}, {table.Rows} rows");
        foreach (var finding in Verdict?.Findings ?? []) yield return $"  WRONG {finding.Subject}: {finding.Text}";
        foreach (var unproven in Verdict?.Unproven ?? []) yield return $"  not verified, {unproven.Subject}: {unproven.Text}";
    }
}

/// <summary>What an operation says of all.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Good">Whether it is good for each.</param>
/// <param name="Institutions">Each.</param>
internal sealed record OperationReport(string Operation, bool Good, ImmutableArray<OperationAnswer> Institutions);
