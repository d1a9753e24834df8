using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>Finds something else that a credential could count for. Source: EAR manual, chapter 11: alternatives come before refusal.</summary>
internal static class AlternativeUnit
{
    // EQF level of the first cycle: short-cycle credentials (EQF 5) lie within it.
    private const int FirstCycle = 6;

    /// <summary>Adds an elective slot, when there is one of a fitting level, and always the diploma supplement. Returns the slot.</summary>
    internal static TargetUnit? Offer(AssessmentDraft draft)
    {
        var earned = draft.Credits.Earned ?? EctsCredits.Zero;
        var level = Math.Max(draft.Input.Achievement.EqfLevel ?? FirstCycle, FirstCycle);
        var slot = draft.Input.Table.Units
            .Where(u => u.Kind is UnitKind.Elective or UnitKind.OtherActivities && u.Code != draft.Unit?.Code && u.EqfLevel <= level)
            .OrderBy(u => u.Programme != draft.Input.Programme)
            .ThenBy(u => u.Kind)
            .ThenBy(u => Math.Abs(u.Credits.Hundredths - earned.Hundredths))
            .ThenBy(u => u.Code.Value, StringComparer.Ordinal)
            .FirstOrDefault();
        if (slot is not null) draft.Consider(DecisionOutcome.Alternative, slot.Code, $"{EctsCredits.Min(earned, slot.Credits)} credits for {slot.Code}, {slot.Title}.");
        draft.Consider(DecisionOutcome.Alternative, null, "Entry as an additional activity in the diploma supplement.");
        return slot;
    }
}
