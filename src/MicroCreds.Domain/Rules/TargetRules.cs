using System.Runtime.InteropServices;

namespace MicroCreds.Domain.Rules;

/// <summary>The rules that grant one unit, grouped by the awarding body and code they name, so that only rules that can meet are compared.</summary>
internal sealed class TargetRules(TargetUnit? unit)
{
    private static readonly List<RuleBox> Nothing = [];
    private readonly List<RuleBox> _all = [];
    private readonly Dictionary<(string Body, string Code), List<RuleBox>> _named = [];
    private readonly Dictionary<string, List<RuleBox>> _ofBody = new(StringComparer.Ordinal);
    private readonly List<RuleBox> _ofAnyBody = [];
    private readonly HashSet<string> _titles = new(StringComparer.Ordinal);

    internal TargetUnit? Unit { get; } = unit;

    internal IReadOnlyList<RuleBox> All => _all;

    /// <summary>Every pattern of a title that a rule asks for.</summary>
    internal IReadOnlyCollection<string> Titles => _titles;

    /// <summary>Whether a rule bounds the level above.</summary>
    internal bool LevelsBounded { get; private set; }

    /// <summary>Whether a rule asks for validity on the day of application.</summary>
    internal bool ValidityAsked { get; private set; }

    /// <summary>Adds a rule; rules are added by identifier, so that findings come in one order.</summary>
    internal void Add(RuleBox box)
    {
        _all.Add(box);
        LevelsBounded |= box.HighestEqf < 8;
        ValidityAsked |= box.ValidAtApplication;
        if (box.Title is { } title) _titles.Add(title);
        var body = box.Body?.Value ?? "";
        To(_named, (body, box.Code), box);
        if (body.Length > 0) To(_ofBody, body, box);
        else _ofAnyBody.Add(box);
    }

    /// <summary>Rules that name nothing else than this awarding body and code.</summary>
    internal IEnumerable<RuleBox> Naming(string body, string code)
    {
        IEnumerable<RuleBox> found = Named("", "");
        if (code.Length > 0) found = found.Concat(Named("", code));
        if (body.Length > 0) found = found.Concat(Named(body, ""));
        return body.Length > 0 && code.Length > 0 ? found.Concat(Named(body, code)) : found;
    }

    /// <summary>Rules whose awarding body and code go together with the rule's, the rule itself among them.</summary>
    internal IEnumerable<RuleBox> Near(RuleBox box) => (box.Body?.Value, box.Code) switch
    {
        (null, "") => _all,
        (null, var code) => _all.Where(o => o.Code.Length == 0 || o.Code == code),
        (var body, "") => _ofBody[body].Concat(_ofAnyBody),
        var (body, code) => Naming(body, code),
    };

    /// <summary>Every pair of rules whose awarding bodies and codes go together, once.</summary>
    internal void Pairs(Action<RuleBox, RuleBox> visit)
    {
        var generic = Named("", "");
        var coded = _ofAnyBody.Where(b => b.Code.Length > 0).ToList();
        foreach (var ((body, code), boxes) in _named)
        {
            Inside(boxes);
            if (body.Length == 0 && code.Length == 0) continue;
            Across(boxes, generic);
            if (body.Length == 0) continue;
            if (code.Length == 0) Across(boxes, coded);
            else
            {
                Across(boxes, Named("", code));
                Across(boxes, Named(body, ""));
            }
        }

        void Inside(List<RuleBox> boxes)
        {
            for (var i = 0; i < boxes.Count; i++)
            {
                for (var j = i + 1; j < boxes.Count; j++) visit(boxes[i], boxes[j]);
            }
        }

        void Across(List<RuleBox> ones, List<RuleBox> others)
        {
            foreach (var one in CollectionsMarshal.AsSpan(ones))
            {
                foreach (var other in CollectionsMarshal.AsSpan(others)) visit(one, other);
            }
        }
    }

    /// <summary>Rules that name exactly this awarding body and code; empty for none.</summary>
    internal List<RuleBox> Named(string body, string code) => _named.GetValueOrDefault((body, code)) ?? Nothing;

    private static void To<T>(Dictionary<T, List<RuleBox>> groups, T key, RuleBox box) where T : notnull
    {
        if (CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _) is { } known) known.Add(box);
        else groups[key] = [box];
    }
}
