using System.Collections.Frozen;
using System.Diagnostics;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using Wire = MicroCreds.Federation.V1;
using WireState = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Services.Recognition;

/// <summary>Enumerations of the domain and of the contract. A value the contract does not know, or the unspecified one, reads as null.</summary>
internal static class CaseEnums
{
    private static readonly FrozenDictionary<WireState, CaseState> States = Enum.GetValues<CaseState>().ToFrozenDictionary(ToWire);
    private static readonly FrozenDictionary<Wire.DecisionOutcome, DecisionOutcome> Outcomes = Enum.GetValues<DecisionOutcome>().ToFrozenDictionary(ToWire);
    private static readonly FrozenDictionary<Wire.ReasonCode, ReasonCode> Reasons = Enum.GetValues<ReasonCode>().ToFrozenDictionary(ToWire);

    /// <summary>A stage from the wire.</summary>
    public static CaseState? FromWire(WireState state) => States.TryGetValue(state, out var found) ? found : null;

    /// <summary>An outcome from the wire.</summary>
    public static DecisionOutcome? FromWire(Wire.DecisionOutcome outcome) => Outcomes.TryGetValue(outcome, out var found) ? found : null;

    /// <summary>A reason from the wire.</summary>
    public static ReasonCode? FromWire(Wire.ReasonCode code) => Reasons.TryGetValue(code, out var found) ? found : null;

    /// <summary>A form of a decision's file from the wire.</summary>
    public static DecisionForm? FromWire(Wire.ExportDecisionRequest.Types.Format format) => format switch
    {
        Wire.ExportDecisionRequest.Types.Format.Elm => DecisionForm.Elm,
        Wire.ExportDecisionRequest.Types.Format.Elmo => DecisionForm.Elmo,
        _ => null,
    };

    /// <summary>A stage.</summary>
    public static WireState ToWire(CaseState state) => state switch
    {
        CaseState.Submitted => WireState.Submitted,
        CaseState.Received => WireState.Received,
        CaseState.Incomplete => WireState.Incomplete,
        CaseState.Complete => WireState.Complete,
        CaseState.Verifying => WireState.Verifying,
        CaseState.Assessing => WireState.Assessing,
        CaseState.Referred => WireState.Referred,
        CaseState.Decided => WireState.Decided,
        CaseState.ConditionMet => WireState.ConditionMet,
        CaseState.ConditionFailed => WireState.ConditionFailed,
        CaseState.Appealed => WireState.Appealed,
        CaseState.AppealUpheld => WireState.AppealUpheld,
        CaseState.AppealDismissed => WireState.AppealDismissed,
        CaseState.AppealRemitted => WireState.AppealRemitted,
        CaseState.Final => WireState.Final,
        CaseState.Withdrawn => WireState.Withdrawn,
        CaseState.Inadmissible => WireState.Inadmissible,
        CaseState.AuthenticityFailed => WireState.AuthenticityFailed,
        CaseState.Lapsed => WireState.Lapsed,
        CaseState.Revoked => WireState.Revoked,
        CaseState.AwaitingApproval => WireState.AwaitingApproval,
        _ => throw new UnreachableException(),
    };

    /// <summary>An outcome.</summary>
    public static Wire.DecisionOutcome ToWire(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Full => Wire.DecisionOutcome.Full,
        DecisionOutcome.Alternative => Wire.DecisionOutcome.Alternative,
        DecisionOutcome.Partial => Wire.DecisionOutcome.Partial,
        DecisionOutcome.Conditional => Wire.DecisionOutcome.Conditional,
        DecisionOutcome.Refused => Wire.DecisionOutcome.Refused,
        DecisionOutcome.NothingEarned => Wire.DecisionOutcome.NothingEarned,
        _ => throw new UnreachableException(),
    };

    /// <summary>A reason.</summary>
    public static Wire.ReasonCode ToWire(ReasonCode code) => code switch
    {
        ReasonCode.Level => Wire.ReasonCode.Level,
        ReasonCode.LearningOutcomes => Wire.ReasonCode.LearningOutcomes,
        ReasonCode.Quality => Wire.ReasonCode.Quality,
        ReasonCode.Profile => Wire.ReasonCode.Profile,
        ReasonCode.Workload => Wire.ReasonCode.Workload,
        ReasonCode.Grade => Wire.ReasonCode.Grade,
        ReasonCode.Authenticity => Wire.ReasonCode.Authenticity,
        ReasonCode.NotRecognisedProvider => Wire.ReasonCode.NotRecognisedProvider,
        ReasonCode.InsufficientEvidence => Wire.ReasonCode.InsufficientEvidence,
        ReasonCode.CapReached => Wire.ReasonCode.CapReached,
        ReasonCode.AlreadyCounted => Wire.ReasonCode.AlreadyCounted,
        ReasonCode.TooOld => Wire.ReasonCode.TooOld,
        ReasonCode.RestrictedTarget => Wire.ReasonCode.RestrictedTarget,
        ReasonCode.NotPassed => Wire.ReasonCode.NotPassed,
        _ => throw new UnreachableException(),
    };

    /// <summary>A track.</summary>
    public static Wire.RecognitionTrack ToWire(RecognitionTrack track) => track switch
    {
        RecognitionTrack.Recognition => Wire.RecognitionTrack.Recognition,
        RecognitionTrack.Validation => Wire.RecognitionTrack.Validation,
        _ => throw new UnreachableException(),
    };

    /// <summary>Who decided.</summary>
    public static Wire.Decision.Types.DecidedBy ToWire(DecidedBy by) => by switch
    {
        DecidedBy.Rule => Wire.Decision.Types.DecidedBy.Rule,
        DecidedBy.Officer => Wire.Decision.Types.DecidedBy.Officer,
        _ => throw new UnreachableException(),
    };

    /// <summary>A proposal.</summary>
    public static Wire.Assessment.Types.Proposal ToWire(ProposalKind proposal) => proposal switch
    {
        ProposalKind.GrantAutomatically => Wire.Assessment.Types.Proposal.GrantAutomatically,
        ProposalKind.Refer => Wire.Assessment.Types.Proposal.Refer,
        ProposalKind.RequestInformation => Wire.Assessment.Types.Proposal.RequestInformation,
        ProposalKind.DeclareInadmissible => Wire.Assessment.Types.Proposal.DeclareInadmissible,
        _ => throw new UnreachableException(),
    };

    /// <summary>A verdict.</summary>
    public static Wire.Verification.Types.Verdict ToWire(Verdict verdict) => verdict switch
    {
        Verdict.Accept => Wire.Verification.Types.Verdict.Accept,
        Verdict.Hold => Wire.Verification.Types.Verdict.Hold,
        Verdict.Reject => Wire.Verification.Types.Verdict.Reject,
        _ => throw new UnreachableException(),
    };

    /// <summary>The result of a check.</summary>
    public static Wire.VerificationCheck.Types.Result ToWire(CheckResult result) => result switch
    {
        CheckResult.Ok => Wire.VerificationCheck.Types.Result.Ok,
        CheckResult.Skipped => Wire.VerificationCheck.Types.Result.Skipped,
        CheckResult.Error => Wire.VerificationCheck.Types.Result.Error,
        _ => throw new UnreachableException(),
    };

    /// <summary>The list of a finding.</summary>
    public static Wire.CredentialFinding.Types.Kind ToWire(FindingKind kind) => kind switch
    {
        FindingKind.Mandatory => Wire.CredentialFinding.Types.Kind.Mandatory,
        FindingKind.Optional => Wire.CredentialFinding.Types.Kind.Optional,
        FindingKind.Criterion => Wire.CredentialFinding.Types.Kind.Criterion,
        _ => throw new UnreachableException(),
    };

    /// <summary>How a credential stands by a finding.</summary>
    public static Wire.CredentialFinding.Types.Standing ToWire(FindingStanding standing) => standing switch
    {
        FindingStanding.Met => Wire.CredentialFinding.Types.Standing.Met,
        FindingStanding.Partly => Wire.CredentialFinding.Types.Standing.Partly,
        FindingStanding.Missing => Wire.CredentialFinding.Types.Standing.Missing,
        FindingStanding.NotAsked => Wire.CredentialFinding.Types.Standing.NotAsked,
        _ => throw new UnreachableException(),
    };

    /// <summary>The name of a format in the contract.</summary>
    public static string ToWire(CredentialFormat format) => format.Name();
}
