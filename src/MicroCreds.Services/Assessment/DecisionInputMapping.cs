using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Assessment;

/// <summary>What an officer decides, from the wire. Only its shape is looked at here; whether it may be decided so is the domain's to say.</summary>
internal static class DecisionInputMapping
{
    private const int MaxEntries = 50;
    private const int MaxLines = 100;
    private const string UnitShape = "the code of a unit, 1 to 64 characters";

    /// <summary>Reads a decision; null after a violation.</summary>
    /// <param name="fields">Collects what is wrong.</param>
    /// <param name="path">Path of the decision in the request.</param>
    /// <param name="input">Decision.</param>
    public static OfficerDecision? Read(RequestFields fields, string path, Wire.DecisionInput input)
    {
        var outcome = fields.Choice($"{path}.outcome", CaseEnums.FromWire(input.Outcome));
        var unit = fields.Optional<UnitCode>($"{path}.unit", input.Unit, UnitCode.TryParse, UnitShape);
        var granted = Credits(fields, $"{path}.granted_ects_credits_hundredths", input.HasGrantedEctsCreditsHundredths, input.GrantedEctsCreditsHundredths);
        fields.Text($"{path}.granted_grade", input.GrantedGrade, 0, 64);
        var lines = Lines(fields, path, input);
        if (input.Lines.Count > 0 && (unit is not null || granted is not null || input.GrantedGrade.Length > 0)) fields.Wrong($"{path}.lines", "must not stand beside a unit, credits or a grade of the whole decision");
        var reasons = Reasons(fields, path, input);
        var alternatives = Alternatives(fields, path, input);
        fields.Text($"{path}.condition", input.Condition, 0, RecognitionMapping.MaxShortText);
        var conditionDue = fields.Day($"{path}.condition_due_date", input.ConditionDueDate);
        fields.Text($"{path}.statement", input.Statement, 0, RecognitionMapping.MaxLongText);
        if (outcome is not { } decided) return null;
        return new OfficerDecision
        {
            Outcome = decided,
            // What the officer left open in every part comes from the proposal as a whole.
            Lines = input.Lines.Count > 0 ? lines : unit is null && granted is null && input.GrantedGrade.Length == 0 ? [] : [new OfficerLine { Unit = unit, Granted = granted, Grade = input.GrantedGrade }],
            Reasons = reasons,
            Alternatives = alternatives,
            Condition = input.Condition,
            ConditionDueOn = conditionDue,
            Statement = input.Statement,
        };
    }

    private static EctsCredits? Credits(RequestFields fields, string field, bool stated, int hundredths)
    {
        if (!stated) return null;
        if (EctsCredits.TryFromHundredths(hundredths, out var credits)) return credits;
        fields.Wrong(field, $"must be 0 to {EctsCredits.MaxHundredths} hundredths");
        return null;
    }

    private static ImmutableArray<OfficerLine> Lines(RequestFields fields, string path, Wire.DecisionInput input)
    {
        if (input.Lines.Count > MaxLines) fields.Wrong($"{path}.lines", $"must have at most {MaxLines} lines");
        var lines = ImmutableArray.CreateBuilder<OfficerLine>();
        foreach (var (line, i) in input.Lines.Take(MaxLines).Select((line, i) => (line, i)))
        {
            var at = $"{path}.lines[{i}]";
            var credential = fields.Required<Sha256Digest>($"{at}.credential_digest", line.CredentialDigest, Sha256Digest.TryParse, "the digest of a credential of the case");
            var outcome = line.Outcome == Wire.DecisionOutcome.Unspecified ? null : fields.Choice($"{at}.outcome", CaseEnums.FromWire(line.Outcome));
            var unit = fields.Optional<UnitCode>($"{at}.unit", line.Unit, UnitCode.TryParse, UnitShape);
            fields.Text($"{at}.granted_grade", line.GrantedGrade, 0, 64);
            lines.Add(new OfficerLine
            {
                Credential = credential, Outcome = outcome, Unit = unit, Grade = line.GrantedGrade,
                Granted = Credits(fields, $"{at}.granted_ects_credits_hundredths", line.HasGrantedEctsCreditsHundredths, line.GrantedEctsCreditsHundredths),
                ExtraCurricular = Credits(fields, $"{at}.extra_curricular_ects_credits_hundredths", line.HasExtraCurricularEctsCreditsHundredths, line.ExtraCurricularEctsCreditsHundredths) ?? EctsCredits.Zero,
            });
        }

        return lines.ToImmutable();
    }

    private static ImmutableArray<DecisionReason> Reasons(RequestFields fields, string path, Wire.DecisionInput input)
    {
        if (input.Reasons.Count > MaxEntries) fields.Wrong($"{path}.reasons", $"must have at most {MaxEntries} reasons");
        var reasons = ImmutableArray.CreateBuilder<DecisionReason>();
        for (var i = 0; i < input.Reasons.Count; i++)
        {
            var reason = input.Reasons[i];
            var code = fields.Choice($"{path}.reasons[{i}].code", CaseEnums.FromWire(reason.Code));
            fields.Text($"{path}.reasons[{i}].text", reason.Text, 1, RecognitionMapping.MaxShortText);
            if (reason.TargetOutcomes.Count > MaxEntries || reason.TargetOutcomes.Any(o => o.Length is 0 or > 64)) fields.Wrong($"{path}.reasons[{i}].target_outcomes", $"must be at most {MaxEntries} codes of outcomes");
            if (code is { } known) reasons.Add(new DecisionReason(known, [.. reason.TargetOutcomes], reason.Text));
        }

        return reasons.ToImmutable();
    }

    private static ImmutableArray<ConsideredAlternative> Alternatives(RequestFields fields, string path, Wire.DecisionInput input)
    {
        if (input.Alternatives.Count > MaxEntries) fields.Wrong($"{path}.alternatives", $"must have at most {MaxEntries} alternatives");
        var alternatives = ImmutableArray.CreateBuilder<ConsideredAlternative>();
        for (var i = 0; i < input.Alternatives.Count; i++)
        {
            var alternative = input.Alternatives[i];
            var outcome = fields.Choice($"{path}.alternatives[{i}].outcome", CaseEnums.FromWire(alternative.Outcome));
            var unit = fields.Optional<UnitCode>($"{path}.alternatives[{i}].unit", alternative.Unit, UnitCode.TryParse, UnitShape);
            fields.Text($"{path}.alternatives[{i}].text", alternative.Text, 1, RecognitionMapping.MaxShortText);
            if (outcome is { } known) alternatives.Add(new ConsideredAlternative(known, unit, alternative.Text));
        }

        return alternatives.ToImmutable();
    }
}
