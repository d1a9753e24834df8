using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>One more credential of a case.</summary>
/// <param name="Achievement">What was learnt.</param>
/// <param name="Credential">How the credential was verified.</param>
/// <param name="AwardingBody">Member that is the awarding body; null when it is none.</param>
/// <param name="FormerIdentifier">Former identifier by which the credential names it; null for the present one.</param>
public sealed record AssessedCredential(Achievement Achievement, CredentialSummary Credential, OrganisationId? AwardingBody, FormerIdentifier? FormerIdentifier = null)
{
    /// <summary>An input about this credential alone.</summary>
    internal AssessmentInput In(AssessmentInput input) => input with { Achievement = Achievement, Credential = Credential, AwardingBody = AwardingBody, FormerIdentifier = FormerIdentifier, Further = [] };

    /// <summary>
    /// Several credentials taken for one: credits, work and outcomes together, level and supervision of the weakest, and the track of the one that is
    /// to be shown equivalent. Grades of several credentials make no grade.
    /// </summary>
    internal static AssessmentInput Together(ImmutableArray<AssessmentInput> members)
    {
        if (members is [var only]) return only;
        var achievements = members.Select(m => m.Achievement).ToArray();
        var leading = members.FirstOrDefault(m => m.Track == RecognitionTrack.Validation) ?? members[0];
        return leading with
        {
            Achievement = leading.Achievement with
            {
                Codes = [.. achievements.SelectMany(a => a.Codes).Distinct()],
                AwardingBodies = [.. achievements.SelectMany(a => a.AwardingBodies)],
                Outcomes = [.. achievements.SelectMany(a => a.Outcomes)],
                Credits = Sum(achievements.Select(a => a.Credits)),
                Volume = Array.TrueForAll(achievements, a => a.Volume?.Minutes is not null) && achievements.Sum(a => (long)(a.Volume?.Minutes ?? 0)) is <= int.MaxValue and var minutes
                    ? new($"PT{minutes}M", (int)minutes) : null,
                ActivityVolume = null,
                OtherFrameworks = [.. achievements.SelectMany(a => a.OtherFrameworks).Distinct()],
                EqfLevel = Array.TrueForAll(achievements, a => a.EqfLevel is not null) ? achievements.Min(a => a.EqfLevel) : null,
                AssessmentTypes = [.. achievements.SelectMany(a => a.AssessmentTypes).Distinct()],
                Modes = [.. achievements.SelectMany(a => a.Modes).Distinct()],
                Supervision = achievements.Min(a => a.Supervision),
                Grade = null,
                IscedFields = [.. achievements.SelectMany(a => a.IscedFields).Distinct()],
                Languages = [.. achievements.SelectMany(a => a.Languages).Distinct()],
                Accreditations = [.. achievements.SelectMany(a => a.Accreditations)],
            },
            Credential = leading.Credential with { Checks = [.. members.SelectMany(m => m.Credential.Checks)], Verdict = members.Max(m => m.Credential.Verdict), ValidUntil = members.Min(m => m.Credential.ValidUntil) },
        };
    }

    private static EctsCredits? Sum(IEnumerable<EctsCredits?> credits)
    {
        var sum = 0;
        foreach (var one in credits)
        {
            if (one is not { } amount) return null;
            sum += amount.Hundredths;
        }

        return EctsCredits.FromHundredths(Math.Min(sum, EctsCredits.MaxHundredths));
    }
}
