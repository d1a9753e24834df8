using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;
using Assessed = MicroCreds.Domain.Rules.Assessment;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// Takes the versions of the day that the policy names: of award, of application, or of whichever is more favourable. Source: field reference E.3.
/// Nothing is to be chosen as long as no version was published with a day.
/// </summary>
internal static class DatedVersions
{
    /// <summary>The rules with the versions that apply to a case.</summary>
    internal static async Task<CaseRules> ApplyAsync(PublishedRules published, CaseRules rules, Application application, ImmutableArray<CredentialReport> reports, CancellationToken cancellationToken)
    {
        if (reports.IsEmpty || reports.Any(r => r.Achievement is null)) return rules;
        // Several credentials make what was awarded with the last of them.
        var awardedOn = reports.Max(r => r.Achievement?.AwardedOn) ?? default;
        var applied = RecognitionClock.DayOf(application.SubmittedAt);
        var onApplication = Knowing(await published.ForCaseOfAsync(applied, cancellationToken));
        var onAward = Knowing(await published.ForCaseOfAsync(awardedOn, cancellationToken));
        if (onApplication.Tables.Select(t => (t.Id, t.Version)).SequenceEqual(onAward.Tables.Select(t => (t.Id, t.Version)))) return rules with { Published = onApplication };

        var (award, applying) = (Noted(onAward, "award", awardedOn), Noted(onApplication, "application", applied));
        return rules.Policy.RuleDate switch
        {
            RuleDatePolicy.AwardDate => award,
            RuleDatePolicy.ApplicationDate => applying,
            // The learner's record limits both alike, so it is left out of the comparison.
            _ => IsBetter(Try(award), Try(applying)) ? award : applying,
        };

        // A version from before the unit was there says nothing about it.
        CompiledTable Knowing(CompiledTable versions) => versions.Find(application.TargetUnit) is null ? rules.Published : versions;

        CaseRules Noted(CompiledTable versions, string what, DateOnly day) => rules with
        {
            Published = versions,
            VersionNote = string.Create(
                CultureInfo.InvariantCulture,
                $"The tables count as they were in force on the day of {what}, {day:yyyy-MM-dd}{(rules.Policy.RuleDate == RuleDatePolicy.MoreFavourable ? ", which is the more favourable" : "")}: {string.Join(", ", versions.Tables.Select(t => $"{t.Id} version {t.Version}"))}."),
        };

        Assessed? Try(CaseRules versions) =>
            versions.Published.Tables.IsEmpty ? null : versions.Assess(application, application.TargetUnit, reports, LearnerLedger.Empty, asked: false, []);
    }

    // More credits, then what needs nobody; of equals the day of application.
    private static bool IsBetter(Assessed? one, Assessed? other) =>
        one is not null && (other is null || one.Granted > other.Granted || (one.Granted == other.Granted && one.Proposal == ProposalKind.GrantAutomatically && other.Proposal != ProposalKind.GrantAutomatically));
}
