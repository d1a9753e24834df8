using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Cases;

/// <summary>A decision as it is read in a terminal.</summary>
internal static class DecisionView
{
    /// <summary>Lines, reasons, alternatives and how to appeal.</summary>
    public static void Show(IAnsiConsole console, Decision decision)
    {
        console.Heading($"Decision {decision.Version}: {PlainText.Of(decision.Outcome)}{(decision.InEffect ? "" : " (not in effect)")}");
        var table = Tables.Of("achievement", "claimed", "grade", "unit", "granted", "granted grade", "outcome");
        foreach (var line in decision.Lines)
            table.Row(line.AchievementTitle, line.HasClaimedEctsCreditsHundredths ? PlainText.Credits(line.ClaimedEctsCreditsHundredths) : "", line.ClaimedGrade, line.Unit,
                line.Benefit.Length > 0 ? line.Benefit : PlainText.Credits(line.GrantedEctsCreditsHundredths), line.GrantedGrade, PlainText.Of(line.Outcome));
        console.Write(table);
        console.Write(Tables.Facts(
            ("decided by", $"{PlainText.Of(decision.DecidedBy)} {decision.DecidedByName}".Trim()), ("approved by", decision.ApprovedByName), ("when", PlainText.Of(decision.DecideTime)),
            ("reasons", string.Join("\n", decision.Reasons.Select(reason => $"{PlainText.Of(reason.Code)} {string.Join(",", reason.TargetOutcomes)}: {reason.Text}"))),
            ("alternatives", string.Join("\n", decision.Alternatives.Select(alternative => $"{PlainText.Of(alternative.Outcome)} {alternative.Unit}: {alternative.Text}"))),
            ("condition", decision.Condition.Length == 0 ? "" : $"{decision.Condition} {(decision.ConditionDueDate.Length == 0 ? "" : $"by {decision.ConditionDueDate}")}"),
            ("explanation", decision.Statement), ("legal basis", decision.LegalBasis), ("authority", decision.Authority),
            ("appeal", decision.AppealBody.Length == 0 ? "" : $"{decision.AppealBody}, until {decision.AppealUntilDate}"),
            ("agreement", AssessmentView.Applied(decision.Agreement)), ("rule", decision.RuleId), ("table", decision.TableId.Length == 0 ? "" : $"{decision.TableId} version {decision.TableVersion}")));
    }
}
