using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Federation.V1;
using Assessed = MicroCreds.Domain.Rules.Assessment;

namespace MicroCreds.Cli.Rules;

/// <summary>An assessment made here as the contract's message: a node says the same of the same assessment, which a test holds both to.</summary>
internal static class AssessmentMessage
{
    /// <summary>The message, with every rule judged. No grade table is at hand offline, so no grade is converted.</summary>
    public static Assessment Of(Assessed assessment)
    {
        var message = new Assessment
        {
            AsOfDate = assessment.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            RuleDatePolicy = SnakeCase.Of(assessment.RuleDatePolicy),
            TableId = assessment.Table.Value,
            TableVersion = assessment.TableVersion,
            TableDigest = assessment.TableDigest.Value,
            InputsDigest = assessment.InputsDigest.Value,
            AssessmentDigest = DecisionBuilder.DigestOf(assessment).Value,
            EngineVersion = Assessed.EngineVersion,
            Proposal = Enum.Parse<Assessment.Types.Proposal>(assessment.Proposal.ToString()),
            ProposedOutcome = assessment.ProposedOutcome is { } outcome ? SnakeCase.Of(outcome) : "",
            Unit = assessment.Unit?.Value ?? "",
            GrantedEctsCreditsHundredths = assessment.Granted.Hundredths,
            ExtraCurricularEctsCreditsHundredths = assessment.ExtraCurricular.Hundredths,
            RuleId = assessment.Rule?.Value ?? "",
            Explanation = { assessment.Explanation },
            Reasons = { assessment.Reasons.Select(r => $"{SnakeCase.Of(r.Code).ToUpperInvariant()}: {r.Text}") },
            Alternatives = { assessment.Alternatives.Select(a => a.Text) },
            ReferralReasons = { assessment.Referral.Select(SnakeCase.Of) },
            Information = { assessment.Information.Select(i => $"{i.Code}: {i.Text}") },
            Track = SnakeCase.Of(assessment.Track),
            Benefit = assessment.Benefit is { } benefit ? SnakeCase.Of(benefit) : "",
            Agreement = assessment.Agreement is { } applied
                ? new() { AgreementId = applied.Agreement.Value, Version = applied.Version, Digest = applied.Digest.Value, AskedEctsCreditsHundredths = applied.Asked.Hundredths } : null,
        };
        if (assessment.Coverage is { } coverage)
        {
            message.Coverage = new()
            {
                Covered = { coverage.Covered.Select(c => new CoveredOutcome { Target = c.Target, Source = c.Source, By = c.By }) },
                Missing = { coverage.Missing }, MissingEssential = { coverage.MissingEssential },
            };
        }

        message.Rules.AddRange(assessment.Rules.Select(finding => new RuleFinding
        {
            RuleId = finding.Rule.Value, TargetUnit = finding.Target.Value, Rank = (int)finding.Rank, Priority = finding.Priority, InForce = finding.InForce, Matched = finding.Matched,
            Conditions = { finding.Conditions.Select(Of) },
            Sources =
            {
                finding.Sources.Select(s => new SourceFinding
                {
                    Group = s.Group, Source = s.Source, CredentialDigest = s.Credential?.Value ?? "", AchievementTitle = s.Title, Conditions = { s.Conditions.Select(Of) },
                }),
            },
        }));
        message.Lines.AddRange(assessment.Lines.Select(line => new AssessmentLine
        {
            CredentialDigests = { line.Credentials.Select(d => d.Value) }, Outcome = line.Outcome is { } proposed ? SnakeCase.Of(proposed) : "", Unit = line.Unit?.Value ?? "",
            GrantedEctsCreditsHundredths = line.Granted.Hundredths, ExtraCurricularEctsCreditsHundredths = line.ExtraCurricular.Hundredths, RuleId = line.Rule?.Value ?? "",
            Grade = line.Grade?.Target ?? "", Automatic = line.NeedsNobody, Component = line.Component ?? "",
        }));
        message.NotChosen.AddRange(assessment.NotChosen.Select(other => new SelectionAlternative
        {
            GrantedEctsCreditsHundredths = other.Granted.Hundredths, LeftOverDigests = { other.LeftOver.Select(d => d.Value) },
            Uses = { other.Uses.Select(u => new SelectedRule { RuleId = u.Rule.Value, CredentialDigests = { u.Credentials.Select(d => d.Value) }, Units = { u.Grants.Select(g => g.Unit.Value) } }) },
        }));
        return message;
    }

    private static ConditionFinding Of(Domain.Rules.ConditionFinding c) => new() { Condition = c.Condition, Expected = c.Expected, Actual = c.Actual, Held = c.Held };
}
