using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Cases;

/// <summary>What the rules say about a case.</summary>
internal static class AssessmentView
{
    /// <summary>Proposal, explanation, rules with each condition, coverage and grade.</summary>
    public static void Show(IAnsiConsole console, Assessment assessment)
    {
        console.Heading($"Assessment as of {assessment.AsOfDate}: {PlainText.Of(assessment.Proposal)}");
        console.Write(Tables.Facts(
            ("proposed", assessment.ProposedOutcome.Length == 0 ? "" : $"{assessment.ProposedOutcome}, {PlainText.Credits(assessment.GrantedEctsCreditsHundredths)} ECTS for {PlainText.OrDash(assessment.Unit)}"),
            ("agreement", Applied(assessment.Agreement)), ("rule", assessment.RuleId), ("table", $"{assessment.TableId} version {assessment.TableVersion}"), ("digest", assessment.AssessmentDigest),
            ("why", string.Join("\n", assessment.Explanation)), ("reasons", string.Join("\n", assessment.Reasons)), ("alternatives", string.Join("\n", assessment.Alternatives))));
        if (assessment.Lines.Count > 0) Lines(console, assessment);
        if (assessment.Coverage is { } coverage) Show(console, coverage);
        foreach (var rule in assessment.Rules) Show(console, rule);
        if (assessment.Grade is { } grade) Show(console, grade);
    }

    /// <summary>The agreement that was applied; empty for none.</summary>
    public static string Applied(AppliedAgreement? agreement) =>
        agreement is null ? "" : $"{agreement.AgreementId} version {agreement.Version}, {PlainText.Credits(agreement.AskedEctsCreditsHundredths)} ECTS asked, digest {agreement.Digest}";

    /// <summary>A converted grade with what overlapped.</summary>
    public static void Show(IAnsiConsole console, GradeConversion grade)
    {
        console.Heading($"Grade {grade.Source} becomes {PlainText.OrDash(grade.Target)}");
        console.Write(Tables.Facts(
            ("source segment", grade.SourceSegment), ("choice", $"{grade.Choice}, slivers below {grade.SliverPercent} % left out"),
            ("overlaps", string.Join(", ", grade.Overlaps.Select(overlap => $"{overlap.Label} {PlainText.Credits(overlap.ShareHundredthsPercent)} %"))),
            ("cautions", string.Join("\n", grade.Warnings))));
    }

    private static void Show(IAnsiConsole console, OutcomeCoverage coverage)
    {
        var table = Tables.Of("target outcome", "covered by", "matched");
        foreach (var covered in coverage.Covered) table.Row(covered.Target, covered.Source, covered.By);
        foreach (var missing in coverage.Missing) table.Row(missing, coverage.MissingEssential.Contains(missing) ? "missing, essential" : "missing", "");
        console.Write(table);
    }

    private static void Show(IAnsiConsole console, RuleFinding rule)
    {
        console.Heading($"Rule {rule.RuleId} for {rule.TargetUnit}: {(rule.Matched ? "matched" : "did not match")}{(rule.InForce ? "" : ", not in force")}, rank {rule.Rank}");
        var table = Tables.Of("condition", "asked", "found", "held");
        foreach (var condition in rule.Conditions) table.Row(condition.Condition, condition.Expected, condition.Actual, condition.Held ? "yes" : "no");
        foreach (var source in rule.Sources)
        {
            table.Row($"source {source.Group}.{source.Source}", "", source.CredentialDigest.Length == 0 ? "missing" : source.AchievementTitle, "");
            foreach (var condition in source.Conditions) table.Row($"  {condition.Condition}", condition.Expected, condition.Actual, condition.Held ? "yes" : "no");
        }

        console.Write(table);
    }

    private static void Lines(IAnsiConsole console, Assessment assessment)
    {
        var table = Tables.Of("credentials", "outcome", "unit", "ECTS", "rule", "automatic");
        foreach (var line in assessment.Lines)
            table.Row(
                line.CredentialDigests.Count == 0 ? $"none for {line.Component}" : string.Join(" ", line.CredentialDigests.Select(digest => digest[..Math.Min(8, digest.Length)])), line.Outcome.Length == 0 ? "left over" : line.Outcome, line.Unit,
                PlainText.Credits(line.GrantedEctsCreditsHundredths), line.RuleId, line.Automatic ? "yes" : "no");
        console.Write(table);
    }
}
