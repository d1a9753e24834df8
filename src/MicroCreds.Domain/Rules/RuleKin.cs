using System.Runtime.InteropServices;

namespace MicroCreds.Domain.Rules;

/// <summary>Rules that are the same to every other rule but for the days on which they match: their overlaps are counted together.</summary>
internal sealed class RuleKin
{
    private readonly int[] _from;
    private readonly int[] _until;

    private RuleKin(List<RuleBox> boxes, int number, WindowMeetings meetings)
    {
        (Boxes, Number) = (boxes, number);
        _from = [.. boxes.Where(b => b.ValidityAlone).Select(b => b.From)];
        _until = [.. boxes.Where(b => b.ValidityAlone).Select(b => b.Until)];
        Array.Sort(_from);
        Array.Sort(_until);
        Windows = [.. boxes.GroupBy(b => meetings.NumberOf(b.Dates)).Select(g => (g.First(), g.Key, g.Count()))];
    }

    /// <summary>The rules.</summary>
    internal List<RuleBox> Boxes { get; }

    /// <summary>Number among the kin of one list.</summary>
    internal int Number { get; }

    /// <summary>One of the rules, to be compared in place of all.</summary>
    internal RuleBox One => Boxes[0];

    // One rule for each window of days, the window's number, and how many rules have it.
    private (RuleBox Box, int Window, int Count)[] Windows { get; }

    /// <summary>The kin of rules, by field.</summary>
    /// <param name="boxes">Rules.</param>
    /// <param name="levels">Whether levels count: some rule they are compared with sets a highest one.</param>
    /// <param name="meetings">Windows of days of these rules and of those they are compared with.</param>
    internal static Dictionary<string, List<RuleKin>> ByField(IEnumerable<RuleBox> boxes, bool levels, WindowMeetings meetings)
    {
        var kin = new Dictionary<Key, List<RuleBox>>();
        foreach (var box in boxes)
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(kin, Key.Of(box, levels), out _);
            (list ??= []).Add(box);
        }

        return kin.Values.Select((list, number) => new RuleKin(list, number, meetings)).GroupBy(k => k.One.Field).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
    }

    /// <summary>How many pairs of these and others, whose names, fields, titles and levels go together, can match on one day.</summary>
    internal long Meeting(RuleKin other, WindowMeetings meetings)
    {
        if (ReferenceEquals(this, other))
        {
            // Each pair is counted twice, and each rule with itself once.
            return (Crossing(this, meetings) - Windows.Where(w => meetings.Meet(w.Window, w.Window)).Sum(w => (long)w.Count)) / 2;
        }

        return Crossing(other, meetings);
    }

    private long Crossing(RuleKin other, WindowMeetings meetings)
    {
        var pairs = 0L;
        foreach (var (box, window, count) in Windows)
        {
            if (box.ValidityAlone)
            {
                // Two intervals meet unless one begins after the other has ended.
                pairs += count * (long)(UpTo(other._from, box.Until) - Before(other._until, box.From));
            }

            foreach (var (its, itsWindow, itsCount) in other.Windows)
            {
                if (!(box.ValidityAlone && its.ValidityAlone) && meetings.Meet(window, itsWindow)) pairs += (long)count * itsCount;
            }
        }

        return pairs;
    }

    private static int UpTo(int[] sorted, int day) => day == int.MaxValue ? sorted.Length : Before(sorted, day + 1);

    private static int Before(int[] sorted, int day)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < day) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Everything that a comparison of two rules looks at, but their days and, where it comes to that, which conditions they have.</summary>
    private readonly record struct Key(
        bool Own, RuleRank Rank, int Priority, int? CreditsGranted, CreditGrant? Grant, GrantBenefit Benefit, GradeTreatment Grade, string GrantCondition, int Eqf, int HighestEqf, string Field, string? Title)
    {
        internal static Key Of(RuleBox box, bool levels) => new(
            box.Own, box.Rank, box.Rule.Priority, box.CreditsGranted, box.CreditsGranted is null ? box.Rule.Grant : null, box.Rule.Grant.Benefit, box.Rule.Grade, box.Rule.GrantCondition,
            levels ? box.Eqf : 0, levels ? box.HighestEqf : 0, box.Field, box.Title);
    }
}
