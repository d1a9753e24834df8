using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>Compares the rules of one unit with each other: conflicts, rules that never speak, rules without which nothing changes.</summary>
internal sealed class OverlapCheck(TargetRules rules, WitnessSearch search, RecognitionPolicy policy)
{
    // So few pairs are compared one by one.
    private const int FewPairs = 4_096;

    private readonly List<(RuleBox One, RuleBox Other)> _tied = [];

    internal long Conflicts { get; private set; }
    internal long Agreeing { get; private set; }
    internal long Settled { get; private set; }

    /// <summary>Findings of the unit.</summary>
    /// <param name="room">Conflicts that may be listed; the rest is counted.</param>
    internal IEnumerable<TableFinding> Findings(int room)
    {
        foreach (var (ones, others) in rules.Groups()) Compare(ones, others);
        foreach (var (one, other) in _tied)
        {
            if (Conflict(one, other) is not { } found) Settled++;
            else if (Conflicts++ < room) yield return Finding(TableFindingCode.OverlapConflict, one, [other], "can match the same credential as {0} with the same rank and priority and grants a different thing: such a case goes to a person.", found);
        }

        var stronger = new List<RuleBox>();
        var alike = new List<RuleBox>();
        foreach (var box in rules.All)
        {
            if (!box.Own || !Candidates(box, stronger, alike)) continue;
            CredentialPoint[] least = [.. search.Least([box])];
            if ((Shadow(box, least, stronger) ?? Redundancy(box, least, alike)) is { } finding) yield return finding;
        }
    }

    // Most rules of a large table are named apart from all others: those cost no more than a look at each rule of their names.
    private bool Candidates(RuleBox box, List<RuleBox> stronger, List<RuleBox> alike)
    {
        stronger.Clear();
        alike.Clear();
        var body = box.Body?.Value ?? "";
        Look("", "");
        if (box.Code.Length > 0) Look("", box.Code);
        if (body.Length > 0) Look(body, "");
        if (body.Length > 0 && box.Code.Length > 0) Look(body, box.Code);
        return stronger.Count + alike.Count > 0;

        void Look(string ofBody, string code)
        {
            foreach (var other in rules.NamedAbout(ofBody, code, box.Field))
            {
                if (other == box || !other.MayAcceptLeastOf(box, rules.LevelsBounded)) continue;
                if (!box.Above(other)) stronger.Add(other);
                if (other.Rule.Automatic == box.Rule.Automatic && other.SameGrant(box)) alike.Add(other);
            }
        }
    }

    private void Compare(List<RuleBox> ones, List<RuleBox> others)
    {
        var same = ReferenceEquals(ones, others);
        if ((long)ones.Count * others.Count <= FewPairs)
        {
            for (var i = 0; i < ones.Count; i++)
            {
                for (var j = same ? i + 1 : 0; j < others.Count; j++) Compare(ones[i], others[j]);
            }

            return;
        }

        // A rule over a default is one of tens of millions of pairs in a large table: they are counted by kin.
        var levels = ones.Exists(b => b.HighestEqf < RuleBox.MaxEqf) || others.Exists(b => b.HighestEqf < RuleBox.MaxEqf);
        var meetings = new WindowMeetings(policy.RuleDate);
        var kin = RuleKin.ByField(ones, levels, meetings);
        var theirs = same ? kin : RuleKin.ByField(others, levels, meetings);
        foreach (var (field, mine) in kin)
        {
            foreach (var (other, its) in theirs)
            {
                if (!field.StartsWith(other, StringComparison.Ordinal) && !other.StartsWith(field, StringComparison.Ordinal)) continue;
                foreach (var one in mine)
                {
                    // Of one list each two kin are met from both sides.
                    foreach (var two in its) if (!same || one.Number <= two.Number) Compare(one, two, meetings);
                }
            }
        }
    }

    private void Compare(RuleKin one, RuleKin other, WindowMeetings meetings)
    {
        if ((!one.One.Own && !other.One.Own) || !one.One.MeetsBesidesDays(other.One)) return;
        if (one.One.SameGrant(other.One)) Agreeing += one.Meeting(other, meetings);
        else if (one.One.Above(other.One) || other.One.Above(one.One)) Settled += one.Meeting(other, meetings);
        else
        {
            // Two rules of one kin grant the same: these are two kin.
            foreach (var box in one.Boxes)
            {
                foreach (var its in other.Boxes) Compare(box, its);
            }
        }
    }

    private void Compare(RuleBox one, RuleBox other)
    {
        if ((!one.Own && !other.Own) || !one.Meets(other, policy.RuleDate)) return;
        if (one.SameGrant(other)) Agreeing++;
        else if (one.Above(other) || other.Above(one)) Settled++;
        else if (ConditionRelation.MoreSpecific(one.Rule, other.Rule) || ConditionRelation.MoreSpecific(other.Rule, one.Rule)) Settled++;
        else _tied.Add(string.CompareOrdinal(one.Rule.Id.Value, other.Rule.Id.Value) < 0 ? (one, other) : (other, one));
    }

    // A conflict does no wrong: the cases it touches go to a person. The administrator decides whether that is meant. Where a stronger or more
    // specific rule matches every credential that both match, there is none.
    private TableWitness? Conflict(RuleBox one, RuleBox other)
    {
        RuleBox[] silencing = [.. rules.Naming((one.Body ?? other.Body)?.Value ?? "", one.Code.Length > 0 ? one.Code : other.Code, one.Field.Length > other.Field.Length ? one.Field : other.Field)
            .Where(r => r != one && r != other && (r.Above(one) || (!one.Above(r) && (ConditionRelation.MoreSpecific(r.Rule, one.Rule) || ConditionRelation.MoreSpecific(r.Rule, other.Rule)))))];
        foreach (var credits in CreditsThatTell(one, other))
        {
            if (search.Outside([one, other], silencing, credits) is not { } found) continue;
            if (search.Choose(found) is RuleChoice.Conflict { Rules: var tied } && tied.Contains(one.Rule) && tied.Contains(other.Rule)) return found.Witness;
        }

        return null;
    }

    // Grants that differ by grade or condition differ for every credential; a fixed amount and the amount earned differ for all amounts but one.
    private IEnumerable<int> CreditsThatTell(RuleBox one, RuleBox other)
    {
        var least = Math.Max(one.Credits, other.Credits);
        var most = rules.Unit?.Credits.Hundredths ?? EctsCredits.MaxHundredths;
        var alike = one.Rule.Grant.Benefit == other.Rule.Grant.Benefit && one.Rule.Grade == other.Rule.Grade && one.Rule.GrantCondition == other.Rule.GrantCondition;
        var whole = Math.Max(0, (least + 99) / 100 * 100);
        return new[] { most, whole, whole + 100, least, least + 1 }.Concat(Steps(one)).Concat(Steps(other))
            .Where(c => c >= least && c <= EctsCredits.MaxHundredths && !(alike && one.Granted(c, policy.CreditStep) == other.Granted(c, policy.CreditStep))).Distinct();
    }

    // A share that is rounded down changes at each of these amounts and nowhere else.
    private IEnumerable<int> Steps(RuleBox box) => box.Rule.Grant is CreditGrant.Proportional { Percent: > 0 and var percent }
        ? Enumerable.Range(1, box.Most / policy.CreditStep.Hundredths).Select(n => (int)(((n * 100L * policy.CreditStep.Hundredths) + percent - 1) / percent)).TakeWhile(c => c <= EctsCredits.MaxHundredths)
        : [];

    private TableFinding? Shadow(RuleBox box, CredentialPoint[] least, List<RuleBox> candidates)
    {
        RuleBox[] stronger = [.. candidates.Where(r => Array.Exists(least, r.Accepts) && r.Beats(box))];
        if (stronger.Length == 0 || search.Outside(box.Dates, least, stronger) is not null || search.Outside(box.Dates, least, []) is not { } found) return null;

        // As few as it takes, the last in the order of identifiers given up first.
        var needed = stronger.OrderBy(r => r.Rule.Id.Value, StringComparer.Ordinal).ToList();
        if (needed.Find(r => search.Outside(box.Dates, least, [r]) is null) is { } alone) needed = [alone];
        for (var i = needed.Count - 1; i >= 0 && needed.Count > 1; i--)
        {
            if (search.Outside(box.Dates, least, [.. needed.Where((_, n) => n != i)]) is null) needed.RemoveAt(i);
        }

        var silent = search.Choose(found) switch
        {
            RuleChoice.Applies(var rule) => rule != box.Rule,
            RuleChoice.Conflict(var tied) => !tied.Contains(box.Rule),
            _ => false,
        };
        return Finding(TableFindingCode.Shadowed, box, needed, "never speaks: whatever it matches, {0} matches and is stronger.", silent ? found.Witness : null);
    }

    private TableFinding? Redundancy(RuleBox box, CredentialPoint[] least, List<RuleBox> alike)
    {
        foreach (var other in alike)
        {
            if (!other.MayHoldAllDaysOf(box) || !Array.TrueForAll(least, other.Accepts) || search.Outside(box.Dates, least, [other]) is not null) continue;
            // Of two that match the same the first by identifier stays.
            var twin = search.Outside([other], [box]) is null && !other.Above(box) && !box.Above(other);
            if (twin && string.CompareOrdinal(other.Rule.Id.Value, box.Rule.Id.Value) > 0 && other.Own) continue;
            // A rule in between would speak in its place, or conflict with the other where the rule silenced it.
            if (rules.Between(other, box).Any(r => !r.Above(box) && !other.Above(r) && r.Meets(box, policy.RuleDate) && r != box && r != other && !r.SameGrant(other) && !other.Beats(r) && !r.Beats(box))) continue;
            if (search.Outside(box.Dates, least, []) is not { } found) continue;
            var same = search.Choose(found, without: box.Rule) is RuleChoice.Applies(var rule) && rule.Grade == box.Rule.Grade && rule.GrantCondition == box.Rule.GrantCondition;
            return Finding(TableFindingCode.Redundant, box, [other], "can go: whatever it matches, {0} matches and grants the same.", same ? found.Witness : null);
        }

        return null;
    }

    private static TableFinding Finding(TableFindingCode code, RuleBox box, List<RuleBox> others, string text, TableWitness? witness)
    {
        var names = string.Join(" and ", others.Select(o => o.Rule.Id.Value));
        return new(code, FindingSeverity.Warning, box.Rule.Id, others[0].Rule.Id, box.Rule.Target, $"Rule {box.Rule.Id} {text.Replace("{0}", (others.Count > 1 ? "one of " : "rule ") + names, StringComparison.Ordinal)}")
        {
            OtherRules = [.. others.Select(o => o.Rule.Id)],
            Witness = witness,
        };
    }
}
