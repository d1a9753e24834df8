using System.Globalization;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>
/// That workload, credits, levels and dates agree. A perfect seal can stand over nonsense, the Commission's own example included, so
/// contradictions make a person look; they never refuse.
/// </summary>
internal static class PlausibilityCheck
{
    // ECTS Users' Guide 2015, "ECTS credits": one credit corresponds to 25 to 30 hours of work.
    private const int MinHoursPerCredit = 25;
    private const int MaxHoursPerCredit = 30;
    private const string Guide = "ECTS Users' Guide 2015, 25 to 30 hours per credit";

    public static VerificationCheck Make(ElmCredential credential, DateTimeOffset at)
    {
        var contradictions = new List<string>();
        var remarks = new List<string>();
        foreach (var achievement in credential.Achievements) Judge(achievement, at, contradictions, remarks);
        if (credential.BirthDateAmbiguous) remarks.Add("the birth date is written as a late evening in UTC, a local midnight: the day meant may be the next");
        return contradictions.Count > 0
            ? new(CheckKind.Plausibility, CheckResult.Error, ReasonClass.Implausible, $"{string.Join("; ", contradictions.Concat(remarks))}.", Guide) { Holds = true }
            : new(CheckKind.Plausibility, CheckResult.Ok, ReasonClass.None, remarks.Count > 0 ? $"No contradiction. Note: {string.Join("; ", remarks)}." : "No contradiction.", Guide);
    }

    private static void Judge(ElmAchievement read, DateTimeOffset at, List<string> contradictions, List<string> remarks)
    {
        var achievement = read.Achievement;
        if (read.StatedCredits.Length > 1) contradictions.Add($"different ECTS credits are stated: {string.Join(", ", read.StatedCredits)}");
        if (achievement.Volume is { Minutes: null } volume) contradictions.Add($"the workload {volume.Iso} counts months or years, whose hours are not defined");
        if (achievement.ActivityVolume is { Minutes: null } activity) contradictions.Add($"the activity's workload {activity.Iso} counts months or years{(achievement.Volume is { } whole ? $", the achievement's is {whole.Iso}" : "")}");
        if (achievement is { ActivityVolume.Minutes: { } part, Volume.Minutes: { } all } && part > all) contradictions.Add($"the activity's workload {achievement.ActivityVolume.Iso} exceeds the achievement's {achievement.Volume.Iso}");
        if (achievement is { Credits: { Hundredths: > 0 } credits, Volume.Minutes: { } minutes })
        {
            // minutes / 60 / (hundredths / 100) against whole hours, in integers.
            var scaled = (long)minutes * 100;
            var unit = (long)credits.Hundredths * 60;
            if (scaled < unit * MinHoursPerCredit || scaled > unit * MaxHoursPerCredit)
                contradictions.Add(string.Create(CultureInfo.InvariantCulture, $"{achievement.Volume.Iso} for {credits} ECTS credits is {(decimal)scaled / unit:0.#} hours per credit"));
        }
        if (achievement.EqfLevel is { } eqf)
        {
            foreach (var label in read.NationalLevels)
            {
                // Frameworks count differently; the officer sees the label and knows.
                if (Number(label) is { } national && national != eqf) contradictions.Add(string.Create(CultureInfo.InvariantCulture, $"EQF level {eqf} beside the national level \"{label}\""));
            }
        }
        if (achievement.AwardedOn > DateOnly.FromDateTime(at.UtcDateTime).AddDays(1)) contradictions.Add(string.Create(CultureInfo.InvariantCulture, $"awarded on {achievement.AwardedOn:yyyy-MM-dd}, in the future"));
        if (read.AwardTime is { LocalMidnight: true } award) remarks.Add(string.Create(CultureInfo.InvariantCulture, $"the award date is written as a late evening in UTC, a local midnight: taken as {award.Day:yyyy-MM-dd}, the day meant may be the next"));
    }

    private static int? Number(string label)
    {
        var digits = string.Concat(label.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit));
        return digits.Length is 1 or 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
