using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>The credits of one application: claimed, backed by hours, earned. All in hundredths, nothing rounded up.</summary>
/// <param name="Claimed">As the credential states them; null when it states none.</param>
/// <param name="ByHours">What the stated workload makes at the institution's hours per credit; null without hours.</param>
/// <param name="WorkloadMismatch">Whether fewer hours than the claimed credits need are stated, on the track where this has to be cleared up.</param>
/// <param name="Earned">What can be granted at most without a rule that fixes another amount; null when nothing says.</param>
/// <param name="Limit">Most that even a fixed amount may grant, because the hours were not explained; null for no limit.</param>
/// <param name="Step">Smallest step in which the institution grants credits in part.</param>
internal sealed record CreditReckoning(EctsCredits? Claimed, EctsCredits? ByHours, bool WorkloadMismatch, EctsCredits? Earned, EctsCredits? Limit, EctsCredits Step)
{
    /// <summary>Code of the question about hours that do not carry the credits.</summary>
    internal const string Mismatch = "WORKLOAD_CREDIT_MISMATCH";

    internal static CreditReckoning Of(AssessmentInput input)
    {
        var claimed = input.Achievement.Credits;
        var byHours = SourceFacts.CreditsOfWork(input.Achievement.Volume, input.Policy.HoursPerCredit);

        // Credits of a higher-education institution stand as they are: hours per credit are the issuer's own, and duration alone is no ground
        // (EAR manual, chapter 13). On the validation track the applicant is asked to explain the difference.
        var mismatch = input.Track == RecognitionTrack.Validation && byHours < claimed;
        var onHours = byHours?.FloorTo(input.Policy.CreditStep);
        var limit = mismatch && input.InformationLapsed && !input.Answered.Contains(Mismatch) ? onHours : null;
        return new(claimed, byHours, mismatch, limit ?? claimed ?? onHours, limit, input.Policy.CreditStep);
    }

    /// <summary>Credits that <paramref name="rule"/> grants for <paramref name="unit"/>, never more than the unit has; null when nothing says how many were earned.</summary>
    internal EctsCredits? GrantedBy(EquivalenceRule rule, TargetUnit unit)
    {
        var granted = rule.Grant.Hundredths(Earned?.Hundredths ?? -1, unit.Credits.Hundredths, Step);
        return granted < 0 ? null : EctsCredits.Min(EctsCredits.FromHundredths(granted), Limit ?? unit.Credits);
    }

    /// <summary>Credits asked for: a course is filled or not, while an elective slot takes what was earned up to its size.</summary>
    internal EctsCredits AskedOf(TargetUnit unit) =>
        unit.Kind is UnitKind.Course or UnitKind.Thesis ? unit.Credits : EctsCredits.Min(unit.Credits, Claimed ?? unit.Credits);
}
