using System.Collections.Immutable;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>One application for recognition as it stands: the fold of its events.</summary>
public sealed record RecognitionCase
{
    /// <summary>Application.</summary>
    public required Application Application { get; init; }
    /// <summary>Stage.</summary>
    public required CaseState State { get; init; }
    /// <summary>Number of events folded: the etag of the case, and its place for replays.</summary>
    public required int EventCount { get; init; }
    /// <summary>Every event, oldest first.</summary>
    public required ImmutableArray<CaseEvent> History { get; init; }
    /// <summary>Verification of each credential, in the order of the application.</summary>
    public ImmutableArray<CredentialReport> Reports { get; init; } = [];
    /// <summary>Checks made by officers.</summary>
    public ImmutableArray<VerificationCheck> RecordedChecks { get; init; } = [];
    /// <summary>Newest assessment.</summary>
    public Assessment? Assessment { get; init; }
    /// <summary>Why the case is before an officer; empty when it is not.</summary>
    public ImmutableArray<ReferralReason> Referral { get; init; } = [];
    /// <summary>Officer in charge; empty when unassigned.</summary>
    public string Assignee { get; init; } = "";
    /// <summary>Information outstanding.</summary>
    public ImmutableArray<InformationItem> Outstanding { get; init; } = [];
    /// <summary>Day by which outstanding information is due.</summary>
    public DateOnly? InformationDueOn { get; init; }
    /// <summary>Day the clock started; null while information is outstanding.</summary>
    public DateOnly? ClockStartedOn { get; init; }
    /// <summary>Day by which a decision is due, included; null while no clock runs.</summary>
    public DateOnly? DueOn { get; init; }
    /// <summary>The clock as it stood when information was asked for; null unless it waits for information.</summary>
    public PausedClock? Paused { get; init; }
    /// <summary>Decision that waits for a second officer; null unless the case is <see cref="CaseState.AwaitingApproval"/>.</summary>
    public ProposedDecision? Proposed { get; init; }
    /// <summary>Decisions, by version.</summary>
    public ImmutableArray<Decision> Decisions { get; init; } = [];
    /// <summary>Version of the decision in effect; 0 when none is (undecided, revoked).</summary>
    public int EffectiveVersion { get; init; }
    /// <summary>Whether the credential's status changed after the decision and a person must look.</summary>
    public bool ReviewDue { get; init; }
    /// <summary>When the last event happened.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Stage in which the case stands but for a decision that waits for approval.</summary>
    public CaseState Standing => Proposed?.From ?? State;

    /// <summary>Decision in effect.</summary>
    public Decision? EffectiveDecision => EffectiveVersion == 0 ? null : Decisions[EffectiveVersion - 1];

    /// <summary>Whether no decision was taken by the due day. Opens an appeal against the lack of a decision.</summary>
    public bool OverdueOn(DateOnly day) => Decisions.IsEmpty && DueOn is { } due && day > due && State is not (CaseState.Withdrawn or CaseState.Inadmissible or CaseState.AuthenticityFailed or CaseState.Lapsed);
}

/// <summary>A clock that waits for information.</summary>
/// <param name="StartedOn">Day it started.</param>
/// <param name="DueOn">Day the decision was due, without the waiting.</param>
/// <param name="PausedOn">Day the information was asked for.</param>
public sealed record PausedClock(DateOnly StartedOn, DateOnly DueOn, DateOnly PausedOn);
