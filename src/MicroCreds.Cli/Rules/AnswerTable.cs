using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Rules;

/// <summary>Answers about equivalences as one table.</summary>
internal static class AnswerTable
{
    /// <summary>The table; the heading stands over the kind of answer.</summary>
    public static Table Of(string heading, IEnumerable<EquivalenceAnswer> answers)
    {
        var table = Tables.Of(heading, "unit", "rule", "table", "grants", "automatic", "until", "from", "achievement", "note");
        foreach (var one in answers)
            table.Row(one.Generic ? $"{PlainText.Of(one.Kind)}, generic" : PlainText.Of(one.Kind), one.Unit, one.RuleId, one.TableId.Length == 0 ? "" : $"{one.TableId} v{one.TableVersion}",
                one.HasGrantedEctsCreditsHundredths ? $"{PlainText.Credits(one.GrantedEctsCreditsHundredths)} ECTS" : "", one.Automatic ? "yes" : "no", one.ValidUntilDate, one.AwardingBody,
                one.SourceGroups.Count > 0 ? string.Join("; ", RuleReadCommands.Asked(one.SourceGroups)) : one.Achievement, one.Note);
        return table;
    }
}
