namespace MicroCreds.Domain.Cases;

/// <summary>Where an institution's status lists say whether a decision still counts. Given once, when the decision is first exported, and by chance, so that it tells nothing.</summary>
/// <param name="List">Number of the list, from 0.</param>
/// <param name="Index">Position in the list, from 0, less than <see cref="ListLength"/>.</param>
public sealed record StatusPlace(int List, int Index)
{
    /// <summary>Positions of a list. Source: W3C Bitstring Status List 1.0, 6.1: at least 131,072, so that a reader of the list does not learn whose it looks up.</summary>
    public const int ListLength = 131_072;
}
