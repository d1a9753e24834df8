using System.Diagnostics;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>From findings of the domain to those of the contract.</summary>
internal static class TableFindingMapping
{
    /// <summary>Most findings of an answer: each may take a kilobyte, and nobody mends more at a time.</summary>
    internal const int MaxListed = 2_000;

    /// <summary>Findings with the rows they are about; of very many the first of the gravest.</summary>
    internal static IEnumerable<Wire.TableFinding> ToWire(IReadOnlyCollection<TableFinding> findings, TablePlaces places) =>
        (findings.Count > MaxListed ? findings.OrderByDescending(finding => finding.Severity).Take(MaxListed) : findings).Select(finding => ToWire(finding, places));

    private static Wire.TableFinding ToWire(TableFinding finding, TablePlaces places)
    {
        var wire = new Wire.TableFinding
        {
            Kind = SnakeCase.Of(finding.Code),
            Severity = ToWire(finding.Severity),
            Message = finding.Message,
            Unit = finding.Unit?.Value ?? "",
            Witness = finding.Witness is { } witness ? ToWire(witness) : null,
        };
        wire.RuleIds.AddRange(finding.OtherRules.Prepend(finding.Rule).OfType<RuleId>().Select(r => r.Value));
        wire.Places.AddRange(places.Of(finding).Select(place => new Wire.FindingPlace { Kind = ImportMapping.ToWire(place.Kind), FileName = place.Place.Sheet, Row = place.Place.Row, Key = place.Key }));
        return wire;
    }

    /// <summary>The weight of a finding.</summary>
    internal static Wire.TableFinding.Types.Severity ToWire(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => Wire.TableFinding.Types.Severity.Error,
        FindingSeverity.Warning => Wire.TableFinding.Types.Severity.Warning,
        FindingSeverity.Info => Wire.TableFinding.Types.Severity.Info,
        _ => throw new UnreachableException(),
    };

    /// <summary>How many pairs of rules overlap.</summary>
    internal static Wire.OverlapCounts Overlaps(TableCheckResult result) => new() { Conflicting = result.Conflicts, Agreeing = result.Agreeing, Settled = result.Settled };

    private static Wire.FindingWitness ToWire(TableWitness witness)
    {
        var shown = witness.Achievement;
        var described = new Wire.AchievementDescription
        {
            AwardingBody = witness.AwardingBody?.Value ?? "",
            Code = shown.Codes.FirstOrDefault() ?? "",
            Title = shown.Title.ToString(),
            EqfLevel = shown.EqfLevel ?? 0,
            AwardedDate = EquivalenceMapping.Day(shown.AwardedOn),
        };
        if (shown.Credits is { } credits) described.EctsCreditsHundredths = credits.Hundredths;
        described.IscedFields.AddRange(shown.IscedFields);
        var wire = new Wire.FindingWitness
        {
            Achievement = described,
            AppliedDate = EquivalenceMapping.Day(witness.AppliedOn),
            Supervision = shown.Supervision == AssessmentSupervision.Unspecified ? "" : SnakeCase.Of(shown.Supervision),
            Grade = shown.Grade?.Label ?? "",
            QualityAssured = shown.Accreditations.Length > 0,
            VolumeOfLearning = shown.Volume?.Iso ?? "",
            GradePercentile = witness.GradePercentile,
            ValidUntilDate = EquivalenceMapping.Day(witness.ValidUntil),
        };
        wire.AssessmentTypes.AddRange(shown.AssessmentTypes.Select(t => SnakeCase.Of(t)));
        wire.Modes.AddRange(shown.Modes.Select(m => SnakeCase.Of(m)));
        wire.CreditFrameworks.AddRange(shown.OtherFrameworks);
        wire.ConvertedGrades.AddRange(witness.ConvertedGrades);
        wire.Languages.AddRange(shown.Languages);
        wire.Outcomes.AddRange(shown.Outcomes.Select(o => o.Id));
        return wire;
    }
}
