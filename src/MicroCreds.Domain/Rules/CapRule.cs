using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>The programme's cap on validated credits (IT: DM 931/2024, 48 and 24 CFU; ES: RD 822/2021, 15 %). Recognition knows no cap.</summary>
internal static class CapRule
{
    /// <summary>What fits under the cap, and what goes to the supplement as extra-curricular.</summary>
    internal static (EctsCredits Counted, EctsCredits Extra) Apply(AssessmentDraft draft, EctsCredits granted)
    {
        if (draft.Input.Track != RecognitionTrack.Validation || draft.Input.Policy.ValidationCap is not { } cap) return (granted, EctsCredits.Zero);
        var used = draft.Input.Ledger.ValidatedIn(draft.Input.Programme) + draft.Input.ValidatedBefore;
        var room = cap - used;
        if (granted <= room)
        {
            draft.Say($"Validated so far {used} of {cap} credits; {used + granted} after this.");
            return (granted, EctsCredits.Zero);
        }

        var counted = room.FloorTo(draft.Input.Policy.CreditStep);
        var extra = granted - counted;
        draft.Because(ReasonCode.CapReached, $"{used} of at most {cap} credits are already validated in {draft.Input.Programme}; {counted} can be added.");
        draft.Consider(DecisionOutcome.Alternative, null, $"{extra} credits are recorded as extra-curricular in the diploma supplement.");
        return (counted, extra);
    }
}
