using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Agreements;
using MicroCreds.Services.Grades;
using Assessed = MicroCreds.Domain.Rules.Assessment;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Assessments for the wire.</summary>
internal static class AssessmentMapping
{
    /// <summary>An assessment.</summary>
    /// <param name="assessment">Assessment.</param>
    /// <param name="shows">Whether the caller may see a rule that did not match, and the sentence about it. A rule that matched is part of the reasons and always shown.</param>
    public static Wire.Assessment ToWire(Assessed assessment, Func<RuleId, bool> shows)
    {
        var wire = new Wire.Assessment
        {
            AsOfDate = CredentialMapping.Day(assessment.AsOf),
            RuleDatePolicy = SnakeCase.Of(assessment.RuleDatePolicy),
            TableId = assessment.Table.Value,
            TableVersion = assessment.TableVersion,
            TableDigest = assessment.TableDigest.Value,
            InputsDigest = assessment.InputsDigest.Value,
            AssessmentDigest = DecisionBuilder.DigestOf(assessment).Value,
            EngineVersion = Assessed.EngineVersion,
            Proposal = CaseEnums.ToWire(assessment.Proposal),
            ProposedOutcome = assessment.ProposedOutcome is { } outcome ? SnakeCase.Of(outcome) : "",
            Unit = assessment.Unit?.Value ?? "",
            GrantedEctsCreditsHundredths = assessment.Granted.Hundredths,
            ExtraCurricularEctsCreditsHundredths = assessment.ExtraCurricular.Hundredths,
            RuleId = assessment.Rule?.Value ?? "",
            Grade = assessment.Grade is { } grade ? GradeMapping.ToWire(grade) : null,
            Coverage = assessment.Coverage is { } coverage ? ToWire(coverage) : null,
            Track = SnakeCase.Of(assessment.Track),
            Agreement = AgreementMapping.ToWire(assessment.Agreement),
            Benefit = assessment.Benefit is { } benefit ? SnakeCase.Of(benefit) : "",
        };
        wire.Rules.AddRange(assessment.Rules.Where(r => r.Matched || shows(r.Rule)).Select(ToWire));
        var kept = assessment.Rules.Where(r => !r.Matched && !shows(r.Rule)).Select(r => $"Rule {r.Rule} ").ToArray();
        wire.Explanation.AddRange(assessment.Explanation.Where(sentence => !kept.Any(rule => sentence.StartsWith(rule, StringComparison.Ordinal))));
        wire.Reasons.AddRange(assessment.Reasons.Select(r => $"{SnakeCase.Of(r.Code).ToUpperInvariant()}: {r.Text}"));
        var silent = assessment.Rules.Where(r => !r.Matched).Select(r => r.Rule).Concat(assessment.NotChosen.SelectMany(n => n.Uses).Select(u => u.Rule)).Where(rule => !shows(rule)).Select(r => r.Value).ToHashSet(StringComparer.Ordinal);
        wire.Alternatives.AddRange(assessment.Alternatives.Where(a => silent.Count == 0 || !a.Text.Split(' ').Any(word => silent.Contains(word.TrimEnd(',', ';', '.')))).Select(a => a.Text));
        wire.Lines.AddRange(assessment.Lines.Select(ToWire));
        wire.NotChosen.AddRange(assessment.NotChosen.Where(n => n.Uses.All(u => shows(u.Rule))).Select(ToWire));
        wire.ReferralReasons.AddRange(assessment.Referral.Select(SnakeCase.Of));
        wire.Information.AddRange(assessment.Information.Select(i => $"{i.Code}: {i.Text}"));
        return wire;
    }

    private static Wire.AssessmentLine ToWire(AssessmentLine line) => new()
    {
        CredentialDigests = { line.Credentials.Select(d => d.Value) },
        Outcome = line.Outcome is { } outcome ? SnakeCase.Of(outcome) : "",
        Unit = line.Unit?.Value ?? "",
        GrantedEctsCreditsHundredths = line.Granted.Hundredths,
        ExtraCurricularEctsCreditsHundredths = line.ExtraCurricular.Hundredths,
        RuleId = line.Rule?.Value ?? "",
        Grade = line.Grade?.Target ?? "",
        Automatic = line.NeedsNobody,
        Component = line.Component ?? "",
    };

    private static Wire.SelectionAlternative ToWire(SelectionAlternative alternative) => new()
    {
        GrantedEctsCreditsHundredths = alternative.Granted.Hundredths,
        Uses = { alternative.Uses.Select(u => new Wire.SelectedRule { RuleId = u.Rule.Value, CredentialDigests = { u.Credentials.Select(d => d.Value) }, Units = { u.Grants.Select(g => g.Unit.Value) } }) },
        LeftOverDigests = { alternative.LeftOver.Select(d => d.Value) },
    };

    private static Wire.OutcomeCoverage ToWire(OutcomeCoverage coverage)
    {
        var wire = new Wire.OutcomeCoverage();
        wire.Covered.AddRange(coverage.Covered.Select(c => new Wire.CoveredOutcome { Target = c.Target, Source = c.Source, By = c.By }));
        wire.Missing.AddRange(coverage.Missing);
        wire.MissingEssential.AddRange(coverage.MissingEssential);
        return wire;
    }

    private static Wire.RuleFinding ToWire(RuleFinding finding)
    {
        var wire = new Wire.RuleFinding
        {
            RuleId = finding.Rule.Value,
            TargetUnit = finding.Target.Value,
            Rank = (int)finding.Rank,
            Priority = finding.Priority,
            InForce = finding.InForce,
            Matched = finding.Matched,
        };
        wire.Conditions.AddRange(finding.Conditions.Select(ToWire));
        wire.Sources.AddRange(finding.Sources.Select(s => new Wire.SourceFinding
        {
            Group = s.Group, Source = s.Source, CredentialDigest = s.Credential?.Value ?? "", AchievementTitle = s.Title, Conditions = { s.Conditions.Select(ToWire) },
        }));
        return wire;
    }

    private static Wire.ConditionFinding ToWire(ConditionFinding c) => new() { Condition = c.Condition, Expected = c.Expected, Actual = c.Actual, Held = c.Held };
}
