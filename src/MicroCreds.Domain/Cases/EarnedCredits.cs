using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>What a credential earned and how much of it a unit can take.</summary>
internal static class EarnedCredits
{
    /// <summary>Credits as stated, else the workload in hours over the institution's hours per credit; null when neither is stated.</summary>
    public static EctsCredits? Of(CredentialReport report, RecognitionPolicy policy) =>
        report.Achievement is not { } achievement ? null
        : achievement.Credits is { } credits ? credits
        // ECTS Users' Guide 2015: workload is what a credit measures, so hours stand in where no credits are stated.
        : achievement.Volume?.Minutes is { } minutes && EctsCredits.TryFromHundredths(minutes * 100 / (60 * policy.HoursPerCredit), out var worked) ? worked
        : null;

    /// <summary>What a full grant of <paramref name="unit"/> comes to: a course is filled or not, while a slot takes what was earned up to its size.</summary>
    public static EctsCredits InFull(RecognitionCase c, TargetUnit unit, RecognitionPolicy policy)
    {
        if (unit.Kind is UnitKind.Course or UnitKind.Thesis) return unit.Credits;
        var sum = 0;
        foreach (var report in c.Reports)
        {
            if (Of(report, policy) is not { } earned) return unit.Credits;
            sum += earned.Hundredths;
        }
        return sum >= unit.Credits.Hundredths ? unit.Credits : EctsCredits.FromHundredths(sum);
    }
}
