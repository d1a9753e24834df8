using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>What was found out about a credential and what it claims, for the wire.</summary>
internal static class CredentialMapping
{
    /// <summary>A text in several languages.</summary>
    public static Wire.LocalisedText ToWire(LocalisedText text)
    {
        var wire = new Wire.LocalisedText();
        foreach (var (language, words) in text.ByLanguage) wire.ByLanguage[language] = words;
        return wire;
    }

    /// <summary>A day as the contract writes it; empty for none.</summary>
    public static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A report with the checks that officers made by hand after it.</summary>
    public static Wire.Verification ToWire(CredentialReport report, IEnumerable<VerificationCheck> byHand)
    {
        var wire = new Wire.Verification
        {
            CredentialDigest = report.Digest.Value,
            Format = CaseEnums.ToWire(report.Format),
            Verdict = CaseEnums.ToWire(report.Verdict),
            CredentialId = report.CredentialId,
            CheckTime = Timestamp.FromDateTimeOffset(report.CheckedAt),
        };
        wire.Checks.AddRange(report.Checks.Concat(byHand).Select(ToWire));
        wire.MissingElements.AddRange(report.MissingElements);
        wire.Findings.AddRange(CredentialFindings.Of(report).Select(ToWire));
        wire.Roles.AddRange(report.Roles.Select(role => ToWire(role, report)));
        return wire;
    }

    private static Wire.CredentialFinding ToWire(CredentialFinding finding) => new()
    {
        Kind = CaseEnums.ToWire(finding.Kind), Code = finding.Code, Standing = CaseEnums.ToWire(finding.Standing), Grade = finding.Grade,
        Found = finding.Found, Place = finding.Place, Missing = finding.Missing, Source = finding.Source,
    };

    private static Wire.CredentialRole ToWire(CredentialRole role, CredentialReport report)
    {
        var member = role.Kind switch
        {
            RoleKind.Sealer or RoleKind.Issuer => report.IssuerId,
            // Only where there is one body can the member be said to be it.
            RoleKind.AwardingBody when report.Roles.Count(r => r.Kind == RoleKind.AwardingBody) == 1 => report.AwardingBodyId,
            _ => null,
        };
        var wire = new Wire.CredentialRole { Kind = SnakeCase.Of(role.Kind), Name = role.Name, Member = member?.Value ?? "", Basis = role.Basis };
        wire.Identifiers.AddRange(role.Identifiers);
        return wire;
    }

    /// <summary>What a credential claims.</summary>
    public static Wire.Achievement ToWire(Achievement achievement)
    {
        var wire = new Wire.Achievement
        {
            Title = ToWire(achievement.Title),
            AwardedDate = Day(achievement.AwardedOn),
            VolumeOfLearning = achievement.Volume?.Iso ?? "",
            EqfLevel = achievement.EqfLevel ?? 0,
            Supervision = SnakeCase.Of(achievement.Supervision),
            Grade = achievement.Grade?.Label ?? "",
            ActivityVolumeOfLearning = achievement.ActivityVolume?.Iso ?? "",
            ResultStatus = SnakeCase.Of(achievement.Status),
            LearningSetting = achievement.Setting == LearningSetting.Unspecified ? "" : SnakeCase.Of(achievement.Setting),
        };
        if (achievement.Credits is { } credits) wire.EctsCreditsHundredths = credits.Hundredths;
        wire.Codes.AddRange(achievement.Codes);
        wire.AwardingBodies.AddRange(achievement.AwardingBodies.Select(ToWire));
        wire.Outcomes.AddRange(achievement.Outcomes.Select(ToWire));
        wire.AssessmentTypes.AddRange(achievement.AssessmentTypes.Select(SnakeCase.Of));
        wire.Modes.AddRange(achievement.Modes.Select(SnakeCase.Of));
        wire.IscedFields.AddRange(achievement.IscedFields);
        wire.OtherCreditFrameworks.AddRange(achievement.OtherFrameworks);
        wire.Languages.AddRange(achievement.Languages);
        AccreditationClaim[] claims = [.. achievement.AwardingBodies.SelectMany(b => b.Accreditations).Concat(achievement.Accreditations).Distinct()];
        wire.Accreditations.AddRange(claims.Select(Sentence).Distinct());
        wire.QualityAssurance.AddRange(claims.Select(ToWire));
        return wire;
    }

    private static Wire.QualityAssurance ToWire(AccreditationClaim claim)
    {
        var wire = new Wire.QualityAssurance { Id = claim.Id, Type = claim.Type, Decision = claim.Decision, Agent = claim.Agent, ExpiryDate = Day(claim.ExpiresOn), ValidFromDate = Day(claim.ValidFrom) };
        wire.EqfLevels.AddRange(claim.Scope?.EqfLevels ?? []);
        wire.IscedFields.AddRange(claim.Scope?.IscedFields ?? []);
        return wire;
    }

    private static Wire.VerificationCheck ToWire(VerificationCheck check) => new()
    {
        Kind = SnakeCase.Of(check.Kind),
        Result = CaseEnums.ToWire(check.Result),
        ReasonClass = SnakeCase.Of(check.Reason),
        Evidence = check.Evidence,
        Source = check.Source,
        Holds = check.Holds,
    };

    private static Wire.Organisation ToWire(CredentialOrganisation organisation)
    {
        var wire = new Wire.Organisation { LegalName = ToWire(organisation.LegalName), CountryCode = organisation.CountryCode };
        wire.Identifiers.AddRange(organisation.Identifiers);
        return wire;
    }

    private static Wire.LearningOutcome ToWire(LearningOutcome outcome)
    {
        var wire = new Wire.LearningOutcome { Id = outcome.Id, Title = ToWire(outcome.Title) };
        wire.Skills.AddRange(outcome.Skills);
        return wire;
    }

    private static string Sentence(AccreditationClaim claim)
    {
        var parts = new[]
        {
            claim.Type, claim.Agent.Length > 0 ? $"by {claim.Agent}" : "", claim.Decision.Length > 0 ? $"decision {claim.Decision}" : "",
            claim.ExpiresOn is { } end ? $"until {Day(end)}" : "", claim.Id.Length > 0 ? $"({claim.Id})" : "",
        };
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }
}
