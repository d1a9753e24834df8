using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Agreements;
using MicroCreds.Services.Grades;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Decisions for the wire.</summary>
internal static class DecisionMapping
{
    /// <summary>A decision.</summary>
    /// <param name="decision">Decision.</param>
    /// <param name="inEffect">Whether it is the one in effect.</param>
    /// <param name="toStaff">Whether the reader is staff of the institution and may see the officer's account.</param>
    public static Wire.Decision ToWire(Decision decision, bool inEffect, bool toStaff)
    {
        var wire = new Wire.Decision
        {
            Version = decision.Version,
            Outcome = CaseEnums.ToWire(decision.Outcome),
            Condition = decision.Condition,
            ConditionDueDate = CredentialMapping.Day(decision.ConditionDueOn),
            LegalBasis = decision.LegalBasis,
            Authority = decision.Authority,
            AppealBody = decision.AppealBody,
            AppealUntilDate = CredentialMapping.Day(decision.AppealUntil),
            DecidedBy = CaseEnums.ToWire(decision.DecidedBy),
            DecidedByName = toStaff || decision.DecidedBy == DecidedBy.Rule ? decision.DecidedByName : "",
            ApprovedByName = toStaff ? decision.ApprovedByName ?? "" : "",
            DecideTime = Timestamp.FromDateTimeOffset(decision.DecidedAt),
            RuleId = decision.Rule?.Value ?? "",
            TableId = decision.Table.Value,
            TableVersion = decision.TableVersion,
            TableDigest = decision.TableDigest.Value,
            InputsDigest = decision.InputsDigest.Value,
            AssessmentDigest = decision.AssessmentDigest.Value,
            EngineVersion = decision.EngineVersion,
            Supersedes = decision.Supersedes,
            Statement = decision.Statement,
            InEffect = inEffect,
            Agreement = AgreementMapping.ToWire(decision.Agreement),
        };
        if (toStaff) wire.ReplacedCaseIds.AddRange(decision.Replaces.Select(id => id.Value));
        wire.Lines.AddRange(decision.Lines.Select(ToWire));
        wire.Reasons.AddRange(decision.Reasons.Select(ToWire));
        wire.Alternatives.AddRange(decision.Alternatives.Select(ToWire));
        return wire;
    }

    private static Wire.DecisionLine ToWire(DecisionLine line)
    {
        var wire = new Wire.DecisionLine
        {
            AchievementTitle = line.AchievementTitle,
            AwardingBody = line.AwardingBody?.Value ?? "",
            ClaimedVolumeOfLearning = line.ClaimedVolume,
            ClaimedGrade = line.ClaimedGrade,
            ClaimedEqfLevel = line.ClaimedEqfLevel ?? 0,
            Outcome = CaseEnums.ToWire(line.Outcome),
            Unit = line.Unit?.Value ?? "",
            GrantedEctsCreditsHundredths = line.GrantedCredits.Hundredths,
            ExtraCurricularEctsCreditsHundredths = line.ExtraCurricular.Hundredths,
            GrantedGrade = line.GrantedGrade,
            CredentialDigest = line.Credential.Value,
            RuleId = line.Rule?.Value ?? "",
            Benefit = line.Benefit is { } benefit ? SnakeCase.Of(benefit) : "",
            Conversion = line.Conversion is { } conversion ? GradeMapping.ToWire(conversion) : null,
        };
        if (line.ClaimedCredits is { } claimed) wire.ClaimedEctsCreditsHundredths = claimed.Hundredths;
        return wire;
    }

    private static Wire.DecisionReason ToWire(DecisionReason reason)
    {
        var wire = new Wire.DecisionReason { Code = CaseEnums.ToWire(reason.Code), Text = reason.Text };
        wire.TargetOutcomes.AddRange(reason.TargetOutcomes);
        return wire;
    }

    private static Wire.ConsideredAlternative ToWire(ConsideredAlternative alternative) =>
        new() { Outcome = CaseEnums.ToWire(alternative.Outcome), Unit = alternative.Unit?.Value ?? "", Text = alternative.Text };
}
