using System.Runtime.InteropServices;

namespace MicroCreds.Domain.Rules;

/// <summary>The rules that grant one unit, grouped by the awarding body and code they name, so that only rules that can meet are compared.</summary>
internal sealed class TargetRules(TargetUnit? unit)
{
    // So few are looked at one by one.
    private const int FewRules = 16;

    private static readonly List<RuleBox> Nothing = [];
    private readonly List<RuleBox> _all = [];
    private readonly Dictionary<(string Body, string Code), List<RuleBox>> _named = [];
    private readonly Dictionary<(RuleRank Rank, int Priority), Dictionary<Alike, List<RuleBox>>> _byStrength = [];
    private readonly Dictionary<(RuleRank Rank, int Priority), Dictionary<Alike, List<RuleBox>>> _ofAnyBodyByStrength = [];
    private readonly Dictionary<string, List<RuleBox>> _ofBody = new(StringComparer.Ordinal);
    private readonly List<RuleBox> _ofAnyBody = [];
    private readonly Dictionary<(string Body, string Code), ILookup<string, RuleBox>> _byField = [];
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
        ToStrength(_byStrength, box);
        if (body.Length > 0) To(_ofBody, body, box);
        else
        {
            _ofAnyBody.Add(box);
            ToStrength(_ofAnyBodyByStrength, box);
        }
    }

    /// <summary>Rules that name nothing else than this awarding body and code, and can accept this field; null for any.</summary>
    internal IEnumerable<RuleBox> Naming(string body, string code, string? field)
    {
        var found = NamedAbout("", "", field);
        if (code.Length > 0) found = found.Concat(NamedAbout("", code, field));
        if (body.Length > 0) found = found.Concat(NamedAbout(body, "", field));
        return body.Length > 0 && code.Length > 0 ? found.Concat(NamedAbout(body, code, field)) : found;
    }

    /// <summary>Rules whose awarding body and code go together with the weaker rule's, of those that grant another thing than the stronger, in any case all that neither rule's precedence settles.</summary>
    internal IEnumerable<RuleBox> Between(RuleBox stronger, RuleBox weaker) => (weaker.Body?.Value, weaker.Code) switch
    {
        (null, "") => Unsettled(_byStrength, stronger, weaker),
        (null, _) => Unsettled(_byStrength, stronger, weaker).Where(o => o.Code.Length == 0 || o.Code == weaker.Code),
        (var body, "") => _ofBody[body].Concat(Unsettled(_ofAnyBodyByStrength, stronger, weaker)),
        (var body, var code) => Naming(body, code, null),
    };

    // In a large unit most of the table: what grants the same as the stronger, or is about another field than the weaker, is passed over together.
    private static IEnumerable<RuleBox> Unsettled(Dictionary<(RuleRank Rank, int Priority), Dictionary<Alike, List<RuleBox>>> byStrength, RuleBox stronger, RuleBox weaker)
    {
        foreach (var strong in byStrength.Values)
        {
            foreach (var alike in strong.Values)
            {
                var one = alike[0];
                if (one.Above(weaker) || stronger.Above(one)) break;
                if (one.SameGrant(stronger) || !one.FieldMeets(weaker)) continue;
                foreach (var box in alike) yield return box;
            }
        }
    }

    /// <summary>
    /// Every pair of rules whose awarding bodies and codes go together, once: each of a first group with each of a second, or of one group with each
    /// other where both are the same list.
    /// </summary>
    internal IEnumerable<(List<RuleBox> Ones, List<RuleBox> Others)> Groups()
    {
        foreach (var alike in _named.Values) yield return (alike, alike);
        var named = _all.Where(b => b.Body is not null || b.Code.Length > 0).ToList();
        yield return (named, Named("", ""));
        yield return (named.FindAll(b => b.Code.Length == 0), _ofAnyBody.FindAll(b => b.Code.Length > 0));
        var both = named.FindAll(b => b.Body is not null && b.Code.Length > 0);
        foreach (var code in both.GroupBy(b => b.Code).Where(g => Named("", g.Key).Count > 0)) yield return ([.. code], Named("", code.Key));
        foreach (var body in both.GroupBy(b => b.Body?.Value ?? "").Where(g => Named(g.Key, "").Count > 0)) yield return ([.. body], Named(body.Key, ""));
    }

    /// <summary>Rules that name exactly this awarding body and code and can accept this field; null for any. Of few rules all are answered.</summary>
    internal IEnumerable<RuleBox> NamedAbout(string body, string code, string? field)
    {
        var named = Named(body, code);
        if (field is null || named.Count <= FewRules) return named;
        if (!_byField.TryGetValue((body, code), out var fields)) _byField[(body, code)] = fields = named.ToLookup(b => b.Field, StringComparer.Ordinal);
        return Enumerable.Range(0, field.Length + 1).SelectMany(length => fields[field[..length]]);
    }

    /// <summary>Rules that name exactly this awarding body and code; empty for none.</summary>
    internal List<RuleBox> Named(string body, string code) => _named.GetValueOrDefault((body, code)) ?? Nothing;

    private static void To<T>(Dictionary<T, List<RuleBox>> groups, T key, RuleBox box) where T : notnull
    {
        if (CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _) is { } known) known.Add(box);
        else groups[key] = [box];
    }

    private static void ToStrength(Dictionary<(RuleRank Rank, int Priority), Dictionary<Alike, List<RuleBox>>> byStrength, RuleBox box)
    {
        ref var strong = ref CollectionsMarshal.GetValueRefOrAddDefault(byStrength, (box.Rank, box.Rule.Priority), out _);
        To(strong ??= [], Alike.Of(box), box);
    }

    /// <summary>What rules have in common that grant the same for the same field.</summary>
    private readonly record struct Alike(int? CreditsGranted, CreditGrant? Grant, GrantBenefit Benefit, GradeTreatment Grade, string GrantCondition, string Field)
    {
        internal static Alike Of(RuleBox box) =>
            new(box.CreditsGranted, box.CreditsGranted is null ? box.Rule.Grant : null, box.Rule.Grant.Benefit, box.Rule.Grade, box.Rule.GrantCondition, box.Field);
    }
}
