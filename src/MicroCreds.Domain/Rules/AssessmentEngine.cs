using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Applies an institution's published rules to one credential. Pure: the same input gives the same assessment, to the byte. It may grant in
/// full where a published rule says so; everything else is a proposal for a person, and it never proposes to refuse
/// (GDPR, Article 22; Lisbon Recognition Convention).
/// </summary>
public static class AssessmentEngine
{
    private const string Completion = "COMPLETION_EVIDENCE";

    /// <summary>Assesses the credentials of a case for the unit asked for, or for the best units of the programme.</summary>
    /// <exception cref="ArgumentException">The institution has published no table.</exception>
    public static Assessment Assess(AssessmentInput input)
    {
        if (input.Table.Tables.Length == 0) throw new ArgumentException("An assessment needs at least one published table.", nameof(input));
        var digest = input.Digest();
        var agreements = AgreementMatch.Among(input);
        // A rule about several credentials, or for several units, is chosen together with the others that the credentials could be used for.
        if (input.Further.Length > 0 || agreements.Length > 0 || input.Each.Any(one => input.Table.Composites.Candidates(one.AwardingBody, one.Achievement.Codes).Any())) return JointAssessment.Of(input, digest, agreements);
        return Alone(input, digest);
    }

    /// <summary>Assesses one credential by the rules about one.</summary>
    internal static Assessment Alone(AssessmentInput input, Sha256Digest digest)
    {
        var facts = SourceFacts.Of(input);
        if (input.Target is { } target) return Complete(new(input, facts, input.Table.Find(target), digest));

        return input.Table.Candidates(input.AwardingBody, input.Achievement.Codes, null)
            .Select(r => input.Table.Find(r.Target)).OfType<TargetUnit>().DistinctBy(u => u.Code)
            .Where(u => u.Programme == input.Programme && u.Kind != UnitKind.Thesis)
            .Select(u => Complete(new(input, facts, u, digest)))
            .OrderBy(a => a.Proposal)
            .ThenBy(a => Place(a.ProposedOutcome))
            .ThenByDescending(a => a.Granted)
            .ThenBy(a => a.Unit?.Value, StringComparer.Ordinal)
            .FirstOrDefault()
            ?? Complete(new(input, facts, null, digest));
    }

    private static Assessment Complete(AssessmentDraft draft)
    {
        Introduce(draft);
        if (!StoppedBefore(draft)) RuleProposal.Write(draft);
        if (draft.Unit is not null && draft.NeedsNobody) draft.Propose(ProposalKind.GrantAutomatically);
        return draft.Done();
    }

    /// <summary>Says what the credential is and what speaks against a grant without a person.</summary>
    /// <param name="draft">Assessment.</param>
    /// <param name="agreed">Whether a learning agreement settled what the credential counts as: then it is not assessed further.</param>
    internal static void Introduce(AssessmentDraft draft, bool agreed = false)
    {
        var input = draft.Input;
        var achievement = input.Achievement;
        var days = input.Policy.RuleDate switch
        {
            RuleDatePolicy.AwardDate => $"the day of award, {Day(achievement.AwardedOn)}",
            RuleDatePolicy.ApplicationDate => $"the day of application, {Day(input.AppliedOn)}",
            _ => $"the day of award, {Day(achievement.AwardedOn)}, or of application, {Day(input.AppliedOn)}, whichever is more favourable",
        };
        if (!agreed) draft.Say($"Rules count as they stood on {days}.");
        draft.Say(input.Track == RecognitionTrack.Recognition
            ? $"{input.AwardingBody} is a higher-education institution: credits are recognised unless a substantial difference is shown."
            : $"{input.AwardingBody?.Value ?? "The awarding body"} is on the validation track: equivalence in content and level is to be shown.");
        draft.Say($"Claimed: {achievement.Credits?.ToString() ?? "no"} ECTS credits, workload {achievement.Volume?.ToString() ?? "not stated"}, EQF level {achievement.EqfLevel?.ToString(CultureInfo.InvariantCulture) ?? "not stated"}.");
        foreach (var volume in new[] { achievement.Volume, achievement.ActivityVolume })
        {
            if (volume is { Minutes: null }) draft.Say($"The workload {volume.Iso} is given in months or years, which have no fixed number of hours; it is not used.");
        }

        if (draft.Unit is { } unit) draft.Say($"Target: {unit.Code}, {unit.Credits} credits, EQF level {unit.EqfLevel}.");
        else if (input.Target is not null) draft.Say($"The unit {input.Target} is not in a published table.");
        else draft.Say($"No published rule names a unit of {input.Programme} for such a credential.");

        if (input.Track == RecognitionTrack.Validation) draft.Refer(ReferralReason.ValidationTrack);
        if (!input.Credential.AllowsAutomaticGrant)
        {
            draft.Refer(ReferralReason.CheckNotPassed);
            foreach (var check in input.Credential.Checks.Where(c => c.Result == CheckResult.Error || c.Holds)) draft.Say($"Check {CodeWord.Of(check.Kind)}: {check.Evidence}");
        }

        // Field reference B.4, scenario "merger": resolves for awards before the change; later ones are for a person.
        if (input.FormerIdentifier is { } former)
        {
            draft.Say(former.Sentence(achievement.AwardedOn));
            if (former.GivenUpBefore(achievement.AwardedOn)) draft.Refer(ReferralReason.FormerIdentifier);
        }

        // Annex I, O2: without supervision and identity check, nobody can say who was assessed.
        if (!agreed && achievement.Supervision == AssessmentSupervision.UnsupervisedWithoutIdentityVerification)
        {
            draft.Refer(ReferralReason.WeakIdentification);
            draft.Say("The assessment was unsupervised and the learner's identity was not verified.");
        }
    }

    /// <summary>What comes before any rule: whether this procedure can judge the credential at all, and whether it has what it needs.</summary>
    /// <param name="draft">Assessment.</param>
    /// <param name="agreed">Whether a learning agreement settled what the credential counts as: then nothing further is asked about it but whether it was passed.</param>
    internal static bool StoppedBefore(AssessmentDraft draft, bool agreed = false)
    {
        var input = draft.Input;
        var types = input.Achievement.AssessmentTypes.Where(t => t != AssessmentType.Unspecified).ToArray();
        if (!agreed && types.Length > 0 && types.All(t => t == AssessmentType.LevelOfAttendance))
        {
            // ENIC-NARIC: recognition needs an assessment of outcomes; other learning goes through recognition of prior learning.
            draft.Propose(ProposalKind.DeclareInadmissible);
            draft.Consider(DecisionOutcome.Alternative, null, "Recognition of prior learning: show the learning outcomes in a portfolio.");
            draft.Say("Only attendance was recorded and no outcome was assessed, so this procedure cannot judge the certificate; this is no refusal.");
            return true;
        }

        if (input.Credential.Verdict == Verdict.Reject)
        {
            draft.Because(ReasonCode.Authenticity, "The credential did not pass verification.");
            draft.Consider(DecisionOutcome.Alternative, null, "Submit the credential again as the issuer sealed it.");
            return true;
        }

        var counted = input.Ledger.Counts(input.Credential.Digest, input.Credential.CredentialId);
        if (counted && !input.Counted) draft.Say($"The credential was counted before for another programme; the institution counts it once in each, so also in {input.Programme}.");
        if (input.Counted)
        {
            draft.Refer(ReferralReason.AlreadyCounted);
            draft.Because(ReasonCode.AlreadyCounted, "This credential was already counted at this institution.");
            draft.Consider(DecisionOutcome.Alternative, null, "Enter it as an additional activity in the diploma supplement, without credits.");
            draft.Say("Nothing counts twice: the credential is already in the learner's record.");
            return true;
        }

        if (draft.Unit is { Kind: UnitKind.Thesis } thesis)
        {
            draft.Refer(ReferralReason.LessThanAsked);
            draft.Because(ReasonCode.RestrictedTarget, $"{thesis.Code} is a thesis, which is never granted by recognition.");
            AlternativeUnit.Offer(draft);
            return true;
        }

        return AsksForInformation(draft, agreed);
    }

    private static bool AsksForInformation(AssessmentDraft draft, bool agreed)
    {
        var input = draft.Input;
        var lapsed = input.InformationLapsed;
        // An answer is words for a person: whatever it says, no rule may take it for read.
        foreach (var code in input.Answered)
        {
            draft.Refer(ReferralReason.InformationAnswered);
            draft.Say($"{code} was asked for and answered; the answer stands in the history, and a person weighs it.");
        }

        if (input.Achievement.Status != ResultStatus.Passed) Need(Completion, "The result is not a pass yet. Please supply evidence of completion.");
        foreach (var element in agreed ? [] : input.Credential.MissingElements) Need(element, $"Please supply the element {element} of Annex I of Council Recommendation 2022/C 243/02: {AnnexOneElements.Name(element)}.");
        if (!agreed && draft.Credits is { WorkloadMismatch: true, Claimed: { } claimed })
            Need(CreditReckoning.Mismatch, $"{claimed} credits need at least {Hours(claimed, input.Policy.HoursPerCredit)} h of work at {input.Policy.HoursPerCredit} h per credit; {input.Achievement.Volume} are stated. Please explain the workload.");

        if (lapsed && input.Achievement.Status != ResultStatus.Passed)
        {
            // EAR manual, chapter 8: without evidence of completion the decision is suspended, which is no ground against the learner.
            if (input.Track == RecognitionTrack.Validation)
                draft.Because(ReasonCode.InsufficientEvidence, input.Answered.Contains(Completion) ? "The credential states no pass; what was answered is for a person to weigh." : "No evidence of completion was supplied.");
            draft.Consider(DecisionOutcome.Conditional, draft.Unit?.Code, "Decide when the result is a pass.");
            return true;
        }

        if (lapsed || draft.AsksNothing) return false;
        draft.Propose(ProposalKind.RequestInformation);
        return true;

        void Need(string code, string text)
        {
            if (input.Answered.Contains(code)) return;
            draft.Say(lapsed ? $"{code} was asked for and not supplied; the assessment goes on without it." : $"{code}: {text}");
            if (lapsed) draft.Refer(ReferralReason.CheckNotPassed);
            else draft.Ask(code, text);
        }
    }

    private static string Hours(EctsCredits credits, int perCredit) => (credits.Hundredths * perCredit / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    internal static int Place(DecisionOutcome? outcome) => outcome switch
    {
        DecisionOutcome.Full => 0,
        DecisionOutcome.Partial => 1,
        DecisionOutcome.Conditional => 2,
        DecisionOutcome.Alternative => 3,
        _ => 4,
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
