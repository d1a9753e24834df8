using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>Makes a source of a row. Rows of one group say the same about how many of them are needed.</summary>
internal sealed class SourceRow
{
    private readonly Dictionary<(RuleId Rule, int Group), (int? Needed, int Row)> _groups = [];

    /// <summary>The source; null when a cell is wrong.</summary>
    internal SheetRuleSource? Read(SheetRow row)
    {
        var rule = row.Value<RuleId>("rule", RuleId.TryParse, "a rule identifier: 1 to 64 letters, digits and . _ / : -", required: true);
        var group = row.Whole("group", 1, CredentialSelection.MaxCredentials, required: true);
        var needed = row.Whole("needed", 1, CredentialSelection.MaxCredentials);
        ImmutableArray<RuleCondition> conditions = [.. RuleRow.Conditions(row)];
        if (conditions.Length == 0 && row.Right) row.Wrong("awarding_body", "the source asks for nothing; fill in at least one condition");
        if (rule is null || group is not { } number || !row.Right) return null;
        if (!_groups.TryAdd((rule, number), (needed, row.Number)) && _groups[(rule, number)] is var first && first.Needed != needed)
        {
            row.Wrong("needed", $"row {first.Row} of the same group says {first.Needed?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing, which is all"}; write the same in every row of a group");
            return null;
        }

        return new(rule, number, needed, new(conditions), row.Cell("rule"));
    }
}
