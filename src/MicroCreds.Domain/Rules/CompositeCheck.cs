using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Looks at the rules about several credentials or several units: each by itself, and those that ask for exactly the same with each other.
/// </summary>
/// <remarks>
/// Composite rules whose sources only overlap are not compared, nor are they with rules about one credential: which of them is used is chosen by
/// credits for the credentials at hand, not by precedence. Findings about them have no example, since one would be several credentials.
/// </remarks>
internal sealed class CompositeCheck(IReadOnlyDictionary<UnitCode, TargetUnit> units, RecognitionPolicy policy, DateOnly day)
{
    /// <summary>Findings about one rule.</summary>
    internal IEnumerable<TableFinding> Findings(EquivalenceRule rule)
    {
        foreach (var code in rule.Units)
        {
            if (units.GetValueOrDefault(code) is not { } unit) yield return Finding(rule, TableFindingCode.DanglingTarget, FindingSeverity.Error, $"grants {code}, which is in no table of the institution.", code);
            else if (unit.Kind == UnitKind.Thesis) yield return Finding(rule, TableFindingCode.RestrictedTarget, FindingSeverity.Error, $"grants {code}, a thesis, which is never granted by recognition.", code);
        }

        foreach (var twice in rule.Units.GroupBy(u => u).Where(g => g.Count() > 1)) yield return Finding(rule, TableFindingCode.DuplicateCode, FindingSeverity.Error, $"names {twice.Key} twice.", twice.Key);
        var why = WhyUnreachable(rule);
        if (why is not null) yield return Finding(rule, TableFindingCode.Unreachable, FindingSeverity.Error, $"can never match: {why}.");
        if (rule.ValidUntil < day) yield return Finding(rule, TableFindingCode.Expired, FindingSeverity.Warning, $"ended on {Day(rule.ValidUntil)}.");
        if (why is null && rule.ValidFrom > day) yield return Finding(rule, TableFindingCode.FutureOnly, FindingSeverity.Info, $"begins on {Day(rule.ValidFrom)}.");
        foreach (var finding in Credits(rule).Concat(Track(rule))) yield return finding;
    }

    /// <summary>Conflicts among rules that ask for exactly the same, have the same rank and priority, share a day and grant different things. Every pair once.</summary>
    internal static IEnumerable<TableFinding> Conflicts(IEnumerable<(EquivalenceRule Rule, bool Own)> rules)
    {
        foreach (var alike in rules.GroupBy(r => (r.Rule.Target, Asked: AskedBy(r.Rule), r.Rule.Rank, r.Rule.Priority)))
        {
            var same = alike.ToArray();
            for (var i = 0; i < same.Length; i++)
            {
                for (var j = i + 1; j < same.Length; j++)
                {
                    var (one, other) = (same[i], same[j]);
                    if ((!one.Own && !other.Own) || !ShareADay(one.Rule, other.Rule) || Granted(one.Rule) == Granted(other.Rule)) continue;
                    yield return Finding(one.Rule, TableFindingCode.OverlapConflict, FindingSeverity.Warning, $"asks for the same credentials as rule {other.Rule.Id} with the same rank and priority and grants a different thing: such a case goes to a person.") with
                    {
                        OtherRule = other.Rule.Id,
                        OtherRules = [other.Rule.Id],
                    };
                }
            }
        }
    }

    private string? WhyUnreachable(EquivalenceRule rule)
    {
        if (rule.ValidFrom > rule.ValidUntil) return $"it begins on {Day(rule.ValidFrom)} and ends on {Day(rule.ValidUntil)}";
        if (rule.CredentialsNeeded > CredentialSelection.MaxCredentials) return $"it takes {rule.CredentialsNeeded} credentials, and at most {CredentialSelection.MaxCredentials} are judged together";
        if (rule.Grant.Benefit != GrantBenefit.Credits) return "an exemption or admission is granted for one credential and one unit";
        var unit = units.GetValueOrDefault(rule.Target);
        var together = rule.Sources.Length == 0 ? [] : rule.Conditions.Where(c => c is RuleCondition.OutcomeCoverageAtLeast).ToImmutableArray();
        if (together.Length > 0 && Reason(rule with { Conditions = together, Sources = [], FurtherUnits = [] }, unit) is { } coverage) return coverage;
        foreach (var (group, number) in rule.Sources.Select((g, i) => (g, i + 1)))
        {
            if (group.Sources.Length == 0) return "its sources are missing; fill in the sources sheet";
            if (group.Needed < 1) return $"group {number} needs {group.Needed} credentials";
            if (group.Needed > group.Sources.Length) return $"group {number} needs {group.Needed} of {group.Sources.Length} sources";
        }

        foreach (var group in CompositeIndex.SourcesOf(rule).GroupBy(s => s.Group))
        {
            var dead = group.Select(s => (s.Source, Why: Reason(s.Alone, unit))).Where(s => s.Why is not null).ToArray();
            if (rule.Sources.Length == 0 && dead is [var only]) return only.Why;
            if (dead.Length > 0 && group.Count() - dead.Length < rule.Sources[group.Key].Needed) return $"source {dead[0].Source + 1} of group {group.Key + 1}: {dead[0].Why}";
        }

        return null;
    }

    private string? Reason(EquivalenceRule alone, TargetUnit? unit) => RuleCheck.WhyUnreachable(new RuleBox(alone, unit, own: true), unit, policy.RuleDate);

    private IEnumerable<TableFinding> Credits(EquivalenceRule rule)
    {
        var target = units.GetValueOrDefault(rule.Target);
        (UnitCode Unit, EctsCredits? Credits)[] grants = [(rule.Target, (rule.Grant as CreditGrant.Fixed)?.Credits), .. rule.FurtherUnits.Select(u => (u.Unit, (EctsCredits?)u.Credits))];
        foreach (var (code, credits) in grants)
        {
            if (credits is { } more && units.GetValueOrDefault(code) is { } unit && more > unit.Credits) yield return Finding(rule, TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {more} credits, {code} has {unit.Credits}.", code);
        }

        // As many as were earned for one unit leave nothing for another.
        if (rule.FurtherUnits.Length > 0 && grants[0].Credits is null)
        {
            yield return Finding(rule, TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants what was earned for {rule.Target} and more for other units; name the credits of each unit.");
            yield break;
        }

        var granted = grants.Sum(g => g.Credits?.Hundredths ?? 0);
        var asked = LeastEarned(rule);
        if (granted > 0 && asked is { } least && granted > least) yield return Finding(rule, TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {Text(granted)} credits in all for {Text(least)} earned.");
        else if (granted > 0 && asked is null && (rule.Rank > RuleRank.NamedAchievement || rule.FurtherUnits.Length > 0))
            yield return Finding(rule, TableFindingCode.CreditInflation, FindingSeverity.Warning, $"grants {Text(granted)} credits in all without asking how many were earned.");

        if (policy.ValidationCap is { } cap && Math.Max(granted, grants[0].Credits is null ? Math.Min(asked ?? 0, target?.Credits.Hundredths ?? 0) : 0) > cap.Hundredths && Bodies(rule).All(b => policy.TrackOf(b) == RecognitionTrack.Validation))
            yield return Finding(rule, TableFindingCode.CapInfeasible, Bodies(rule).Any(b => b is null) ? FindingSeverity.Warning : FindingSeverity.Error, $"grants more than the {cap} credits that are validated in a programme.");
    }

    // The least that the credentials of any use have earned; null when one need not say.
    private static int? LeastEarned(EquivalenceRule rule)
    {
        var sum = 0;
        foreach (var group in CompositeIndex.SourcesOf(rule).GroupBy(s => s.Group))
        {
            var asked = group.Select(s => s.Alone.Conditions.OfType<RuleCondition.CreditsAtLeast>().Select(c => c.Credits.Hundredths).DefaultIfEmpty(0).Max()).Order();
            int[] least = [.. asked.Take(rule.Sources.Length == 0 ? 1 : Math.Max(0, rule.Sources[group.Key].Needed))];
            if (Array.Exists(least, l => l == 0)) return null;
            sum += least.Sum();
        }

        return sum;
    }

    private IEnumerable<TableFinding> Track(EquivalenceRule rule)
    {
        if (!rule.Automatic) yield break;
        foreach (var alone in CompositeIndex.SourcesOf(rule).Select(s => s.Alone).Where(a => !a.Conditions.Any(c => c is RuleCondition.QualityAssured)))
        {
            var body = BodyOf(alone);
            if (policy.TrackOf(body) != RecognitionTrack.Validation) continue;
            yield return Finding(rule, TableFindingCode.TrackMismatch, body is null ? FindingSeverity.Warning : FindingSeverity.Error, $"is automatic for {body?.Value ?? "any awarding body"} without asking for quality assurance.");
            yield break;
        }
    }

    private static TableFinding Finding(EquivalenceRule rule, TableFindingCode code, FindingSeverity severity, string text, UnitCode? unit = null) =>
        new(code, severity, rule.Id, null, unit ?? rule.Target, $"Rule {rule.Id} {text}");

    private static IEnumerable<OrganisationId?> Bodies(EquivalenceRule rule) => CompositeIndex.SourcesOf(rule).Select(s => BodyOf(s.Alone));

    private static OrganisationId? BodyOf(EquivalenceRule alone) => alone.Conditions.OfType<RuleCondition.AwardingBody>().FirstOrDefault()?.Organisation;

    private static string AskedBy(EquivalenceRule rule) => Convert.ToBase64String(DomainJson.Write(rule.Sources.Length == 0
        ? [new SourceGroup(1, [new RuleSource(EquivalenceTableBuilder.Normalise(rule.Conditions))])]
        : EquivalenceTableBuilder.Normalise([.. rule.Sources, new SourceGroup(0, [new RuleSource(rule.Conditions)])])));

    private static string Granted(EquivalenceRule rule) =>
        $"{Convert.ToBase64String(DomainJson.Write(rule.Grant))} {rule.Grade} {string.Join(' ', rule.FurtherUnits.OrderBy(u => u.Unit.Value, StringComparer.Ordinal).Select(u => $"{u.Unit}={u.Credits}"))} {rule.GrantCondition}";

    private static bool ShareADay(EquivalenceRule one, EquivalenceRule other) => !(one.ValidUntil < other.ValidFrom) && !(other.ValidUntil < one.ValidFrom);

    private static string Text(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
