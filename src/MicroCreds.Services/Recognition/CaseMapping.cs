using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Cases for the wire. What only staff of the institution may see is left out for a partner.</summary>
internal static class CaseMapping
{
    /// <summary>A case.</summary>
    /// <param name="c">Case.</param>
    /// <param name="institution">Institution that decides.</param>
    /// <param name="rules">Where the unit asked for and hidden rules are looked up.</param>
    /// <param name="caller">Who reads it.</param>
    /// <param name="today">Day on which it is read, for what is overdue.</param>
    public static Wire.RecognitionCase ToWire(RecognitionCase c, HostedInstitution institution, RuleBook rules, Caller caller, DateOnly today)
    {
        var toStaff = caller is Caller.Staff;
        var application = c.Application;
        var wire = new Wire.RecognitionCase
        {
            Institution = institution.Organisation.Value,
            CaseId = application.Case.Value,
            Etag = Etag(c.EventCount),
            State = CaseEnums.ToWire(c.State),
            SubmittedBy = application.SubmittedBy.Value,
            Target = Target(application.Programme, application.TargetUnit),
            Purpose = application.Purpose,
            Track = c.Assessment is { } assessed ? CaseEnums.ToWire(assessed.Track) : Wire.RecognitionTrack.Unspecified,
            Holder = toStaff && c.Reports.Select(r => r.Holder).FirstOrDefault(h => h is not null) is { } holder ? ToWire(holder, application.Learner) : null,
            Assessment = c.Assessment is { } assessment ? AssessmentMapping.ToWire(assessment, id => toStaff || rules.Rule(id) is { Visibility: not RuleVisibility.Hidden }) : null,
            Assignee = toStaff ? c.Assignee : "",
            InformationDueDate = CredentialMapping.Day(c.InformationDueOn),
            DueDate = CredentialMapping.Day(c.DueOn),
            Overdue = c.OverdueOn(today),
            ReviewDue = c.ReviewDue,
            SubmitTime = Timestamp.FromDateTimeOffset(application.SubmittedAt),
            UpdateTime = Timestamp.FromDateTimeOffset(c.UpdatedAt),
            Authority = institution.Policy.Authority,
            CriteriaUrl = institution.Policy.CriteriaUrl,
            ProposedDecision = toStaff && c.Proposed is { } proposed
                ? new() { Decision = DecisionMapping.ToWire(proposed.Decision, inEffect: false, toStaff), ProposedBy = proposed.By.Name, ProposeTime = Timestamp.FromDateTimeOffset(proposed.At) } : null,
            TargetUnit = rules.Unit(application.TargetUnit) is { } unit ? EquivalenceMapping.ToWire(unit) : null,
        };
        // A case has its checks by hand once; they stand with its first credential. What a person noted there is for the office, as in the history.
        var byHand = toStaff ? c.RecordedChecks : [.. c.RecordedChecks.Select(check => check with { Evidence = "" })];
        wire.Verifications.AddRange(c.Reports.Select((r, i) => CredentialMapping.ToWire(r, i == 0 ? byHand : [])));
        wire.Achievements.AddRange(c.Reports.Select(r => r.Achievement).OfType<Domain.Achievements.Achievement>().Select(CredentialMapping.ToWire));
        wire.ReferralReasons.AddRange(c.Referral.Select(SnakeCase.Of));
        wire.Outstanding.AddRange(c.Outstanding.Select(i => new Wire.InformationItem { Code = i.Code, Text = i.Text }));
        wire.Decisions.AddRange(c.Decisions.Select(d => DecisionMapping.ToWire(d, d.Version == c.EffectiveVersion, toStaff)));
        wire.History.AddRange(c.History.Select((e, i) => CaseHistory.ToWire(i + 1, e, toStaff)));
        return wire;
    }

    /// <summary>What a list shows of a case.</summary>
    public static Wire.CaseSummary ToWire(CaseSummary summary, OrganisationId institution, Caller caller, DateOnly today) => new()
    {
        Institution = institution.Value,
        CaseId = summary.Case.Value,
        Etag = Etag(summary.EventCount),
        State = CaseEnums.ToWire(summary.State),
        SubmittedBy = summary.SubmittedBy.Value,
        Target = Target(summary.Programme, summary.TargetUnit),
        AchievementTitle = summary.AchievementTitle,
        Assignee = caller is Caller.Staff ? summary.Assignee : "",
        DueDate = CredentialMapping.Day(summary.DueOn),
        // A decision, and every other end, takes the due day away; only a case decided anew after an appeal has both.
        Overdue = summary.DueOn is { } due && today > due && summary.Outcome is null,
        Outcome = summary.Outcome is { } outcome ? CaseEnums.ToWire(outcome) : Wire.DecisionOutcome.Unspecified,
        SubmitTime = Timestamp.FromDateTimeOffset(summary.SubmittedAt),
        UpdateTime = Timestamp.FromDateTimeOffset(summary.UpdatedAt),
    };

    /// <summary>The etag of a case with this many events.</summary>
    public static string Etag(int eventCount) => eventCount.ToString(CultureInfo.InvariantCulture);

    private static Wire.RecognitionTarget Target(ProgrammeCode programme, UnitCode unit) => new() { Programme = programme.Value, Unit = unit.Value };

    private static Wire.Holder ToWire(Holder holder, LearnerKey learner) =>
        new() { FullName = holder.FullName, BirthDate = CredentialMapping.Day(holder.BornOn), LearnerKey = learner.Value };
}
