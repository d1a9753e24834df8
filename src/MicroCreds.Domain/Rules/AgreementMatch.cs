using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;

namespace MicroCreds.Domain.Rules;

/// <summary>A component that a case asks for, with the credential that shows it.</summary>
/// <param name="Number">Number of the component in the agreement, from 1.</param>
/// <param name="Component">Component.</param>
/// <param name="Credential">Place of the credential among those of the case; null when none is about it.</param>
internal sealed record AskedComponent(int Number, AgreementComponent Component, int? Credential);

/// <summary>A learning agreement that was in force when the credentials of a case were awarded, and what the case asks for of it.</summary>
/// <param name="Agreement">The version that applies.</param>
/// <param name="Day">Day of award on which it was in force.</param>
/// <param name="Asked">Components asked for, in the order of the agreement; at least one with a credential.</param>
/// <param name="Attempts">Places of credentials that show a component was failed which another credential shows was passed.</param>
internal sealed record AgreementMatch(LearningAgreement Agreement, DateOnly Day, ImmutableArray<AskedComponent> Asked, ImmutableArray<int> Attempts)
{
    /// <summary>The agreement as a decision names it.</summary>
    internal AppliedAgreement Applied => new(Agreement.Id, Agreement.Version, Agreement.Digest(), LearningAgreement.Sum(Asked.Select(a => a.Component)));

    /// <summary>The agreements of the learner under which at least one of the case's credentials was earned, by identifier.</summary>
    /// <param name="input">Case.</param>
    internal static ImmutableArray<AgreementMatch> Among(AssessmentInput input)
    {
        if (input.Agreements.IsEmpty) return [];
        var each = input.Each;
        return [.. input.Agreements.OrderBy(a => a.Id.Value, StringComparer.Ordinal).Select(a => Of(a, input, each)).OfType<AgreementMatch>()];
    }

    private static AgreementMatch? Of(AgreementHistory history, AssessmentInput input, ImmutableArray<AssessmentInput> each)
    {
        if (history.Current.Programme != input.Programme) return null;
        var covered = Enumerable.Range(0, each.Length).Where(i => history.InForceOn(each[i].Achievement.AwardedOn) is not null).ToHashSet();
        if (covered.Count == 0) return null;

        // The components of a period were agreed as one whole and are changed as one whole, so the version of the last result speaks for all of them.
        var day = covered.Max(i => each[i].Achievement.AwardedOn);
        if (history.InForceOn(day) is not { } version) return null;

        // Several credentials are a transcript: all of the agreement is asked for. One credential asks for its unit alone.
        var whole = input.Target is null || (each.Length > 1 && version.Components.Any(c => c.Unit == input.Target));
        var asked = ImmutableArray.CreateBuilder<AskedComponent>();
        for (var i = 0; i < version.Components.Length; i++)
        {
            var component = version.Components[i];
            if (!whole && component.Unit != input.Target) continue;
            var found = covered.Where(at => Shows(each[at], component))
                .OrderBy(at => each[at].Achievement.Status).ThenByDescending(at => each[at].Achievement.Credits?.Hundredths ?? 0).ThenBy(at => at).Select(at => (int?)at).FirstOrDefault();
            if (found is { } taken) covered.Remove(taken);
            else if (Counted(input, version, component)) continue;
            asked.Add(new(i + 1, component, found));
        }

        var passed = asked.Where(a => a.Credential is { } at && each[at].Achievement.Status == ResultStatus.Passed).Select(a => a.Component).ToArray();
        ImmutableArray<int> attempts = [.. covered.Where(at => each[at].Achievement.Status == ResultStatus.Failed && passed.Any(c => Shows(each[at], c))).Order()];
        return asked.Any(a => a.Credential is not null) ? new(version, day, asked.ToImmutable(), attempts) : null;
    }

    // Where both name a code the code decides: titles are translated and shortened.
    private static bool Shows(AssessmentInput one, AgreementComponent component) =>
        one.AwardingBody == component.AwardingBody
        && (component.Code.Length > 0 && one.Achievement.Codes.Length > 0
            ? one.Achievement.Codes.Any(code => ComparableText.SameCode(code, component.Code))
            : component.Title.Length > 0 && one.Achievement.Title.ByLanguage.Values.Any(title => ComparableText.Title(title) == ComparableText.Title(component.Title)));

    // What an earlier case granted in full is not promised a second time.
    private static bool Counted(AssessmentInput input, LearningAgreement version, AgreementComponent component) =>
        input.Ledger.Entries.Where(e => e.Programme == input.Programme && e.Unit == component.Unit).Sum(e => e.Credits.Hundredths)
            >= version.Components.Where(c => c.Unit == component.Unit).Sum(c => c.Credits.Hundredths);
}
