using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Verification;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// The history of a case as its readers see it. Sentences hold no personal data; what people wrote stands apart in the remarks, and account
/// names of staff are for staff alone.
/// </summary>
internal static class CaseHistory
{
    /// <summary>One event.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="happened">Event.</param>
    /// <param name="toStaff">Whether the reader is staff of the institution.</param>
    public static Wire.CaseHistoryEntry ToWire(int number, CaseEvent happened, bool toStaff)
    {
        var (summary, remarks, toSubmitter) = Describe(happened, toStaff);
        return new Wire.CaseHistoryEntry
        {
            Number = number,
            Event = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.GetType().Name),
            Actor = ActorOf(happened.Actor, toStaff),
            Time = Timestamp.FromDateTimeOffset(happened.At),
            Summary = summary,
            Remarks = toStaff || toSubmitter ? remarks : "",
        };
    }

    private static string ActorOf(Actor actor, bool toStaff) => actor.Kind switch
    {
        ActorKind.Node => "node",
        ActorKind.Staff => toStaff ? $"staff:{actor.Name}" : "staff",
        ActorKind.Partner => actor.Name,
        _ => throw new UnreachableException(),
    };

    private static (string Summary, string Remarks, bool ToSubmitter) Describe(CaseEvent happened, bool toStaff) => happened switch
    {
        CaseEvent.Submitted e => ($"Submitted by {e.Application.SubmittedBy} for unit {e.Application.TargetUnit} of {e.Application.Programme}.", "", true),
        CaseEvent.Acknowledged e => ($"Acknowledged by {e.Authority}; a decision is due {e.DecisionMonths} months after the information is complete.", "", true),
        CaseEvent.Verified e => ($"Verified: {SnakeCase.Of(e.Report.Verdict)}, {e.Report.Checks.Count(c => c.Result == CheckResult.Ok)} of {e.Report.Checks.Length} checks passed.", "", true),
        CaseEvent.InformationRequested e => ($"Information asked for until {CredentialMapping.Day(e.DueOn)}: {string.Join(", ", e.Items.Select(i => i.Code))}.", "", true),
        CaseEvent.InformationProvided e => ($"Answered: {string.Join(", ", e.Answers.Select(a => a.Code))}.", string.Join('\n', e.Answers.Select(a => $"{a.Code}: {a.Text}")), true),
        CaseEvent.BecameComplete e => ($"The information is complete; a decision is due by {CredentialMapping.Day(e.DueOn)}.", "", true),
        CaseEvent.CheckRecorded e => ($"Check {SnakeCase.Of(e.Check.Kind)} made by hand: {SnakeCase.Of(e.Check.Result)}.", e.Check.Evidence, false),
        CaseEvent.Assessed e => ($"Assessed against table {e.Assessment.Table} version {e.Assessment.TableVersion}: {SnakeCase.Of(e.Assessment.Proposal)}.", "", true),
        CaseEvent.Referred e => ($"Put before an officer: {string.Join(", ", e.Reasons.Select(SnakeCase.Of))}.", "", true),
        CaseEvent.Assigned e => (e.Assignee.Length == 0 ? "Assignment taken back." : toStaff ? $"Assigned to {e.Assignee}." : "Assigned to an officer.", "", true),
        // What is only proposed is for the office: who submitted hears that the case waits, as its stage says.
        CaseEvent.DecisionProposed e => toStaff ? ($"Decision {e.Decision.Version} proposed: {SnakeCase.Of(e.Decision.Outcome)}; another officer is to approve it.", e.Decision.Statement, false) : ("A decision is before a second officer.", "", false),
        CaseEvent.DecisionSentBack e => (toStaff ? "The proposed decision was sent back." : "The case is before the office again.", e.Reason, false),
        CaseEvent.Decided e => ($"Decision {e.Decision.Version}: {SnakeCase.Of(e.Decision.Outcome)}{(e.Decision.Supersedes > 0 ? $", supersedes decision {e.Decision.Supersedes}" : "")}{(toStaff && e.Decision.ApprovedByName is { } by ? $", proposed by {e.Decision.DecidedByName}, approved by {by}" : "")}.{(e.Returned is null ? "" : " The store had lost it; it came back, signed, from the partner it was sent to. How it was reached is not known here.")}", e.Decision.Statement, true),
        CaseEvent.DelayAnnounced e => ($"Delay announced; a decision is due by {CredentialMapping.Day(e.DueOn)}.", e.Reason, true),
        CaseEvent.ConditionReported e => (e.Met ? "The condition was met." : "The condition was not met.", e.Evidence, false),
        CaseEvent.Appealed e => (e.AgainstVersion == 0 ? "Appealed against the lack of a decision." : $"Appealed against decision {e.AgainstVersion}.", e.Grounds, true),
        CaseEvent.AppealDecided e => ($"Appeal: {SnakeCase.Of(e.Result)}.", e.Explanation, true),
        CaseEvent.DecisionRevoked e => ($"Decision {e.Version} revoked with effect from {CredentialMapping.Day(e.EffectiveOn)}; an appeal is open until {CredentialMapping.Day(e.AppealUntil)}.", e.Ground, true),
        CaseEvent.ReviewDue e => ("The credential's status changed; a person must review the decision.", e.Ground, false),
        CaseEvent.Withdrawn e => ("Withdrawn by the applicant.", e.Ground, true),
        CaseEvent.DeclaredInadmissible e => ("Declared inadmissible; not a refusal on the merits.", $"{e.Ground}\n{e.Advice}", true),
        CaseEvent.AuthenticityFailed e => ("The credential was found not authentic.", e.Ground, true),
        CaseEvent.Lapsed => ("Lapsed: information was not supplied in time; not a refusal on the merits.", "", true),
        CaseEvent.BecameFinal => ("No appeal is possible any more.", "", true),
        _ => throw new UnreachableException(),
    };
}
