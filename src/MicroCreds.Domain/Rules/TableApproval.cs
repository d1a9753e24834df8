namespace MicroCreds.Domain.Rules;

/// <summary>Whether a draft needs a second person before it is published. Source: field reference E.3, "approval with second person".</summary>
public enum TableApproval
{
    /// <summary>Whoever edits may publish.</summary>
    None,
    /// <summary>Another account than the one that edited the draft last must have approved it as it stands.</summary>
    SecondPerson,
}
