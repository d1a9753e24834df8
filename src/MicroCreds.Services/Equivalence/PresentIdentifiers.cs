using System.Runtime.CompilerServices;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Services.Equivalence;

/// <summary>
/// Rules with awarding bodies under their present identifiers. Institutions merge and change their names (EWP Registry API, <c>previous-schac</c>): a
/// rule about the former identifier is about the same body. Made once per publication and trust list.
/// </summary>
internal static class PresentIdentifiers
{
    private static readonly ConditionalWeakTable<MemberDirectory, ConditionalWeakTable<CompiledTable, CompiledTable>> Made = [];

    /// <summary>The same rules; <paramref name="table"/> itself when none of them names a former identifier.</summary>
    internal static CompiledTable In(CompiledTable table, MemberDirectory members) => Made.GetValue(members, _ => []).GetValue(table, t => Make(t, members));

    private static CompiledTable Make(CompiledTable table, MemberDirectory members)
    {
        if (!table.Tables.Any(t => t.Rules.Any(NamesFormer))) return table;
        return CompiledTable.Of(table.Tables.Select(t => t with { Rules = [.. t.Rules.Select(r => NamesFormer(r) ? Present(r, members) : r)] }));

        bool NamesFormer(EquivalenceRule rule) => rule.EveryCondition.Any(c => !ReferenceEquals(c, Present(c, members)));
    }

    private static EquivalenceRule Present(EquivalenceRule rule, MemberDirectory members) => rule with
    {
        Conditions = [.. rule.Conditions.Select(c => Present(c, members))],
        Sources = [.. rule.Sources.Select(g => g with { Sources = [.. g.Sources.Select(s => new RuleSource([.. s.Conditions.Select(c => Present(c, members))]))] })],
    };

    private static RuleCondition Present(RuleCondition condition, MemberDirectory members) =>
        condition is RuleCondition.AwardingBody named && members.Find(named.Organisation) is { } member && member.Organisation != named.Organisation ? new RuleCondition.AwardingBody(member.Organisation) : condition;
}
