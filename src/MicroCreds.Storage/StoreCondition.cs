using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>How a store stands. No personal data, no case ids.</summary>
/// <param name="Institution">Whose store it is.</param>
/// <param name="Engine">Engine and its version.</param>
/// <param name="SchemaVersion">Version of the schema.</param>
/// <param name="Bytes">Size on disk, without a write-ahead log.</param>
/// <param name="Cases">Cases by state; states without a case are not named.</param>
/// <param name="Outgoing">Streams to partners, newest epoch of each.</param>
/// <param name="Incoming">Streams from partners, newest epoch of each.</param>
public sealed record StoreCondition(
    OrganisationId Institution, string Engine, int SchemaVersion, long Bytes, ImmutableArray<CaseCount> Cases, ImmutableArray<OutgoingCondition> Outgoing, ImmutableArray<IncomingCondition> Incoming)
{
    /// <summary>Streams in which nothing is signed; empty when none is held.</summary>
    public ImmutableArray<StreamHold> Held { get; init; } = [];

    /// <summary>Cases about which statements came back from partners: they may know less than those say.</summary>
    public long ReturnedCases { get; init; }
}

/// <summary>How many cases are in a state.</summary>
public sealed record CaseCount(CaseState State, long Count);

/// <summary>A stream to a partner.</summary>
/// <param name="Partner">Partner.</param>
/// <param name="Head">Last statement.</param>
/// <param name="AcknowledgedSequence">Last statement for which the partner gave a receipt; 0 for none.</param>
/// <param name="Waiting">Statements that the partner has yet to acknowledge.</param>
/// <param name="OldestWaitingAt">When the oldest of them was stored; null when none waits.</param>
public sealed record OutgoingCondition(OrganisationId Partner, StreamHead Head, long AcknowledgedSequence, long Waiting, DateTimeOffset? OldestWaitingAt);

/// <summary>A stream from a partner. What is kept of it was acknowledged in the same transaction.</summary>
/// <param name="Partner">Partner.</param>
/// <param name="Head">Last statement.</param>
public sealed record IncomingCondition(OrganisationId Partner, StreamHead Head);
