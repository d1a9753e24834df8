using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Finds credentials that some rules of a unit match and others do not. Apart from the days and the level, every dimension only asks for at least something:
/// a rule that matches a credential matches every better one. So what others leave over is found, if there is any, at the least credentials of each level.
/// </summary>
internal sealed class WitnessSearch(TargetRules rules, RecognitionPolicy policy, DateOnly day)
{
    /// <summary>A credential found, and whether validity on the day of award or of application was looked at.</summary>
    internal sealed record Found(CredentialPoint Point, DateOnly Awarded, DateOnly Applied, bool OnAward)
    {
        internal TableWitness Witness => Point.On(Awarded, Applied);
    }

    /// <summary>
    /// The least credentials that match all of <paramref name="inside"/>, whose names go together; several where one of several assessments or modes is
    /// asked, and one of each level where a rule of the unit asks for a level and no higher.
    /// </summary>
    /// <param name="inside">Rules to be matched.</param>
    /// <param name="credits">Hundredths to state instead of the least; null for the least.</param>
    internal IEnumerable<CredentialPoint> Least(IReadOnlyCollection<RuleBox> inside, int? credits = null)
    {
        var (outcomes, coverage) = Outcomes(inside.Max(r => r.Coverage));
        var least = new CredentialPoint
        {
            Body = inside.Select(r => r.Body).FirstOrDefault(b => b is not null),
            Code = inside.FirstOrDefault(r => r.Code.Length > 0)?.Code ?? "",
            Title = TitleOf(inside),
            Field = inside.MaxBy(r => r.Field.Length)?.Field ?? "",
            Eqf = inside.Max(r => r.Eqf),
            Credits = credits ?? inside.Max(r => r.Credits),
            Supervision = inside.Max(r => r.Supervision),
            Grade = inside.Max(r => r.Grade),
            Percentile = inside.Max(r => r.Percentile),
            ConvertedGrades = [.. inside.SelectMany(r => r.ConvertedGrades).Distinct()],
            Minutes = 0,
            Frameworks = [.. inside.SelectMany(r => r.Frameworks).Distinct()],
            // Where no rule looks at it, an example states no end.
            ValidAtApplication = !rules.ValidityAsked || inside.Any(r => r.ValidAtApplication),
            Quality = inside.Any(r => r.Quality),
            Languages = [.. inside.SelectMany(r => r.Languages).Distinct()],
            Outcomes = outcomes,
            Coverage = coverage,
            Assessments = 0,
            Modes = 0,
        };
        var modes = RuleBox.LeastSets(inside.SelectMany(r => r.Modes));
        return RuleBox.LeastSets(inside.SelectMany(r => r.Assessments)).SelectMany(_ => modes, (a, m) => least with { Assessments = a, Modes = m })
            .SelectMany(p => Levels(inside), (p, level) => p with { Eqf = level }).SelectMany(p => WithWork(p, inside.Max(r => r.HoursPerCredit), credits));
    }

    private IEnumerable<int> Levels(IReadOnlyCollection<RuleBox> inside)
    {
        var (least, most) = (inside.Max(r => r.Eqf), inside.Min(r => r.HighestEqf));
        return least > most ? [] : rules.LevelsBounded ? Enumerable.Range(least, most - least + 1) : [least];
    }

    // A hundredth of a credit is less than a minute for each hour: two show the difference of an hour that one rounds away.
    private static IEnumerable<CredentialPoint> WithWork(CredentialPoint point, int hours, int? credits)
    {
        if (hours == 0) return [point];
        int[] amounts = credits is null && point.Credits == 1 ? [1, 2] : [point.Credits];
        return amounts.Select(c => point with { Credits = c, Minutes = (int)(((hours * 60L * c) + 99) / 100) });
    }

    /// <summary>A credential that matches all of <paramref name="inside"/> and, on that side of the date policy, none of <paramref name="outside"/>; null when there is none.</summary>
    internal Found? Outside(IReadOnlyCollection<RuleBox> inside, IReadOnlyCollection<RuleBox> outside, int? credits = null) =>
        Outside(inside.Select(r => r.Dates).Aggregate((one, other) => one.And(other)), Least(inside, credits), outside);

    /// <summary>As <see cref="Outside(IReadOnlyCollection{RuleBox}, IReadOnlyCollection{RuleBox}, int?)"/>, of least credentials found before.</summary>
    /// <param name="window">Days on which the credentials match.</param>
    /// <param name="least">The least credentials, as <see cref="Least"/> gives them.</param>
    /// <param name="outside">Rules not to be matched.</param>
    internal Found? Outside(in DateWindow window, IEnumerable<CredentialPoint> least, IReadOnlyCollection<RuleBox> outside)
    {
        foreach (var point in least)
        {
            DateWindow[] covering = [.. outside.Where(r => r.Accepts(point)).Select(r => r.Dates)];
            foreach (var onAward in RuleBox.OnAward(policy.RuleDate))
            {
                if (window.Outside(covering, onAward, day) is var (awarded, applied)) return new(point, awarded, applied, onAward);
            }
        }

        return null;
    }

    /// <summary>A credential that the rule matches, shown by judging it; null when there is none.</summary>
    internal TableWitness? Matching(RuleBox box) => Changed(box, p => p, judged => judged.Matched);

    /// <summary>A credential that the rule would match but for a change, shown by judging it; null when none shows it.</summary>
    internal TableWitness? Changed(RuleBox box, Func<CredentialPoint, CredentialPoint?> change, Func<JudgedRule, bool> shows)
    {
        if (Outside([box], []) is not { } found || change(found.Point) is not { } point) return null;
        var witness = point.On(found.Awarded, found.Applied);
        return shows(Judge(witness, policy.RuleDate)(box.Rule)) ? witness : null;
    }

    /// <summary>What the rules of the unit say to a credential on one side of the date policy.</summary>
    internal RuleChoice Choose(Found found, EquivalenceRule? without = null)
    {
        var witness = found.Witness;
        var side = found.OnAward ? RuleDatePolicy.AwardDate : RuleDatePolicy.ApplicationDate;
        var judge = Judge(witness, side);
        var matched = rules.Naming(found.Point.Body?.Value ?? "", found.Point.Code, found.Point.Field).Where(b => b.Rule != without).Select(b => judge(b.Rule)).Where(j => j.Matched).Select(j => j.Rule);
        return RuleChoice.Among(matched, rule => CreditsOf(rule, found.Point.Credits));
    }

    private int CreditsOf(EquivalenceRule rule, int earned) =>
        rule.Grant.Hundredths(earned, rules.Unit?.Credits.Hundredths ?? EctsCredits.MaxHundredths, policy.CreditStep);

    // What the credential states, and what of the unit it covers, is the same to every rule.
    private Func<EquivalenceRule, JudgedRule> Judge(TableWitness witness, RuleDatePolicy side)
    {
        var (facts, coverage) = (witness.Facts(), rules.Unit is { } unit ? OutcomeMatcher.Cover(unit, witness.Achievement.Outcomes) : null);
        return rule => JudgedRule.Of(rule, facts, rules.Unit, coverage, side);
    }

    /// <summary>The fewest outcomes that reach a coverage: the essential ones first, then as many others as it takes.</summary>
    internal (ImmutableArray<LearningOutcome> Outcomes, OutcomeCoverage? Coverage) Outcomes(int percent)
    {
        if (rules.Unit is not { Outcomes: { Length: > 0 } targets } unit || percent <= 0) return ([], null);
        var enough = ((targets.Length * percent) + 99) / 100;
        var mapped = targets.Where(t => t.CoveredBy.Length > 0).OrderByDescending(t => t.Essential).ToArray();
        ImmutableArray<LearningOutcome> chosen = [.. mapped.Take(Math.Max(enough, mapped.Count(t => t.Essential))).Select(t => new LearningOutcome(t.CoveredBy[0], LocalisedText.Of(t.CoveredBy[0]), []))];
        return (chosen, OutcomeMatcher.Cover(unit, chosen));
    }

    // A title that the pattern asked for matches, and no other pattern of the unit that the pattern does not imply.
    private string TitleOf(IReadOnlyCollection<RuleBox> inside)
    {
        var asked = inside.Select(r => r.Title).OfType<string>().Aggregate((string?)null, (one, other) => one is not null && ConditionRelation.TitleImplies(one, other) ? one : other) ?? "*";
        if (!asked.EndsWith('*')) return asked;
        var stem = asked[..^1].TrimEnd();
        var patterns = rules.Titles.Where(t => !ConditionRelation.TitleImplies(asked, t)).ToArray();
        for (var letter = 'A'; ; letter++)
        {
            var title = $"{stem}{(stem.Length == 0 ? "" : " ")}{(letter == 'A' ? "Example" : $"{letter}")}";
            if (!Array.Exists(patterns, p => ComparableText.TitleMatches(p, title)) || letter == '\uD7FF') return title;
        }
    }
}
