namespace MicroCreds.Domain.Rules;

/// <summary>
/// Which decisions of officers take effect only once a second officer approved them. What a published rule grants is not concerned: it was approved with
/// its table (<see cref="TableApproval"/>).
/// </summary>
public enum DecisionApproval
{
    /// <summary>None: an officer decides alone.</summary>
    None,
    /// <summary>Those that refuse, as a whole or in a line. Whoever withholds recognition has to show why (Lisbon Recognition Convention, III.3 and V.1).</summary>
    Refusals,
    /// <summary>Those that differ from what was asked, which are the ones that need reasons (EAR manual, chapter 11).</summary>
    LessThanFull,
    /// <summary>All.</summary>
    All,
}
