using System.Collections.Immutable;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Domain.Cases;

/// <summary>What one verb does to a case: its events, the ledger after it, and the statements to partners. All of it is kept together, or nothing.</summary>
public sealed record CaseTransition
{
    /// <summary>Events to append; at least one.</summary>
    public required ImmutableArray<CaseEvent> Events { get; init; }

    /// <summary>The case's ledger entries after the verb; null leaves them as they are, empty removes them.</summary>
    public ImmutableArray<LedgerEntry>? Ledger { get; init; }

    /// <summary>Statements to send, each to one partner.</summary>
    public ImmutableArray<StatementDraft> Statements { get; init; } = [];

    /// <summary>What becomes of the cases that were read together with this one, in their order; empty when nothing does.</summary>
    public ImmutableArray<CaseTransition> Together { get; init; } = [];
}
