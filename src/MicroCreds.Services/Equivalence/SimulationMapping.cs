using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using Assessed = MicroCreds.Domain.Rules.Assessment;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Between simulations of the domain and of the contract.</summary>
internal static class SimulationMapping
{
    private const int MaxCases = 100_000;

    /// <summary>What is simulated.</summary>
    internal static AskedSimulation ToSimulate(Wire.SimulateDraftRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var table = EquivalenceAdminMapping.Table(request.TableId, fields);
        var programme = fields.Optional<ProgrammeCode>("programme", request.Programme, ProgrammeCode.TryParse, "a programme code of 1 to 64 characters");
        var since = fields.Day("since_date", request.SinceDate);
        fields.Require(request.MaxCases is >= 0 and <= MaxCases, "max_cases", $"must be from 1 to {MaxCases}, or 0 for as many");
        fields.ThrowIfWrong();
        return new(RequestFields.Known(table), programme, since, request.MaxCases == 0 ? MaxCases : request.MaxCases, request.UnchangedToo);
    }

    /// <summary>Nothing assessed yet.</summary>
    internal static Wire.SimulationProgress Begin(EquivalenceDraft draft) => new() { Etag = draft.Revision.ToString(CultureInfo.InvariantCulture), EngineVersion = Assessed.EngineVersion };

    /// <summary>Whether a case, assessed again as it was, comes out as recorded, and if not why.</summary>
    internal static Wire.SimulatedCase.Types.Reproduction Reproduced(AssessedCase past, Assessed again) =>
        AssessmentComparison.Same(past.Recorded, again) ? Wire.SimulatedCase.Types.Reproduction.Exact
        : past.Recorded.InputsDigest != again.InputsDigest ? Wire.SimulatedCase.Types.Reproduction.OtherInputs
        : past.Engine.Length > 0 && past.Engine != Assessed.EngineVersion ? Wire.SimulatedCase.Types.Reproduction.OtherEngine
        : Wire.SimulatedCase.Types.Reproduction.Differs;

    /// <summary>A case and how it would have come out.</summary>
    internal static Wire.SimulatedCase ToWire(AssessedCase past, Assessed after, Wire.SimulatedCase.Types.Reproduction reproduction) => new()
    {
        CaseId = past.Case.Application.Case.Value,
        Programme = past.Case.Application.Programme.Value,
        TargetUnit = past.Case.Application.TargetUnit.Value,
        Change = AssessmentComparison.Change(past.Recorded, after) switch
        {
            SimulatedChange.Same => Wire.SimulatedCase.Types.Change.Same,
            SimulatedChange.More => Wire.SimulatedCase.Types.Change.More,
            SimulatedChange.Less => Wire.SimulatedCase.Types.Change.Less,
            SimulatedChange.Otherwise => Wire.SimulatedCase.Types.Change.Otherwise,
            _ => throw new UnreachableException(),
        },
        Before = ToWire(past.Recorded),
        After = ToWire(after),
        NewlyAutomatic = !IsAutomatic(past.Recorded) && IsAutomatic(after),
        NewlyReferred = past.Recorded.Proposal != ProposalKind.Refer && after.Proposal == ProposalKind.Refer,
        Reproduction = reproduction,
        EngineVersion = past.Engine,
    };

    /// <summary>Adds a case to the counts.</summary>
    internal static void Count(Wire.SimulationProgress counts, Wire.SimulatedCase simulated)
    {
        counts.CaseCount++;
        switch (simulated.Change)
        {
            case Wire.SimulatedCase.Types.Change.Same: counts.SameCount++; break;
            case Wire.SimulatedCase.Types.Change.More: counts.MoreCount++; break;
            case Wire.SimulatedCase.Types.Change.Less: counts.LessCount++; break;
            default: counts.OtherwiseCount++; break;
        }

        if (simulated.NewlyAutomatic) counts.NewlyAutomaticCount++;
        if (simulated.NewlyReferred) counts.NewlyReferredCount++;
        if (simulated.Reproduction != Wire.SimulatedCase.Types.Reproduction.Exact) counts.NotReproducedCount++;
    }

    private static Wire.SimulatedOutcome ToWire(Assessed assessed) => new()
    {
        Outcome = assessed.ProposedOutcome is { } outcome ? SnakeCase.Of(outcome) : "",
        Unit = assessed.Unit?.Value ?? "",
        EctsCreditsHundredths = assessed.Granted.Hundredths,
        RuleId = assessed.Rule?.Value ?? "",
        Automatic = IsAutomatic(assessed),
        TableVersion = assessed.TableVersion,
    };

    private static bool IsAutomatic(Assessed assessed) => assessed.Proposal == ProposalKind.GrantAutomatically;
}
