using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Which rules a list shows; what is null, empty or <see langword="false"/> narrows nothing.</summary>
internal sealed record RuleFilter
{
    private const int MaxQueryLength = 200;

    /// <summary>Table, always set for a draft.</summary>
    internal TableId? Table { get; private init; }

    /// <summary>Whether the table's draft is asked in place of what is published.</summary>
    internal bool Draft { get; private init; }

    private UnitCode? Unit { get; init; }

    private OrganisationId? AwardingBody { get; init; }

    private RuleId? Rule { get; init; }

    private RuleRank? Rank { get; init; }

    private bool? Automatic { get; init; }

    private DateOnly? InForceOn { get; init; }

    private ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Reads the filter of a request.</summary>
    internal static RuleFilter Read(Wire.ListRulesRequest request, RequestFields fields)
    {
        var filter = new RuleFilter
        {
            Table = fields.Optional<TableId>("table_id", request.TableId, TableId.TryParse, "a table identifier of 1 to 64 characters"),
            Unit = fields.Optional<UnitCode>("target_unit", request.TargetUnit, UnitCode.TryParse, "a unit code of 1 to 64 characters"),
            AwardingBody = fields.Organisation("awarding_body", request.AwardingBody),
            Rule = fields.Optional<RuleId>("rule_id", request.RuleId, RuleId.TryParse, "a rule identifier of 1 to 64 characters"),
            Rank = request.Rank == 0 ? null : (RuleRank)request.Rank,
            Automatic = request.HasAutomatic ? request.Automatic : null,
            InForceOn = fields.Day("in_force_date", request.InForceDate),
            Words = [.. request.Query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
            Draft = request.Draft,
        };
        fields.Require(filter.Rank is null || Enum.IsDefined(filter.Rank.Value), "rank", "must be from 1 to 5, or 0 for all");
        fields.Text("query", request.Query, 0, MaxQueryLength);
        fields.Require(!request.Draft || request.TableId.Length > 0, "table_id", "is required for a draft");
        return filter;
    }

    /// <summary>What a page token belongs to.</summary>
    internal static string Binding(Wire.ListRulesRequest request, OrganisationId institution)
    {
        var filter = request.Clone();
        (filter.Institution, filter.PageSize, filter.PageToken) = (institution.Value, 0, "");
        return $"EquivalenceService/ListRules {filter}";
    }

    /// <summary>The rules of what is published, by identifier, beginning after <paramref name="after"/>.</summary>
    /// <exception cref="Grpc.Core.RpcException">TABLE_NOT_FOUND.</exception>
    internal IEnumerable<EquivalenceRule> In(RuleView view, string? after)
    {
        if (Table is not null && !view.Table.Tables.Any(t => t.Id == Table)) throw EquivalenceAdminService.NoTable(Table).ToRpcException();
        return view.After(after).Where(r => (Table is null || r.Table == Table) && Shows(r.Rule, view.Table.Find)).Select(r => r.Rule);
    }

    /// <summary>The rules of a draft, by identifier.</summary>
    internal IEnumerable<EquivalenceRule> In(EquivalenceDraft draft)
    {
        var units = draft.Units.DistinctBy(u => u.Code).ToDictionary(u => u.Code);
        return draft.Rules.Where(r => Shows(r, units.GetValueOrDefault)).OrderBy(r => r.Id.Value, StringComparer.Ordinal);
    }

    // Words last: they alone make text.
    private bool Shows(EquivalenceRule rule, Func<UnitCode, TargetUnit?> unitOf) =>
        (Unit is null || rule.Grants(Unit)) && (Rule is null || rule.Id == Rule) && (Rank is null || rule.Rank == Rank) && (Automatic is null || rule.Automatic == Automatic)
        && (InForceOn is not { } day || rule.InForceOn(day))
        && (AwardingBody is null || rule.EveryCondition.Any(c => c is RuleCondition.AwardingBody named && named.Organisation == AwardingBody))
        && (Words.Length == 0 || Says(rule, unitOf(rule.Target)));

    private bool Says(EquivalenceRule rule, TargetUnit? unit)
    {
        string[] parts =
        [
            rule.Id.Value, rule.Target.Value, rule.GrantCondition, rule.PublicNote, .. rule.FurtherUnits.Select(u => u.Unit.Value), .. rule.EveryCondition.Select(ConditionJudge.Expected), .. unit?.Title.ByLanguage.Values ?? [],
        ];
        return Words.All(word => parts.Any(part => part.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }
}
