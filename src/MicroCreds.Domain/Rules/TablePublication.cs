using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>That a version of a table was published.</summary>
/// <param name="Cursor">Place in the order of commit of this institution's publications, from 1, without gaps.</param>
/// <param name="Table">Table.</param>
/// <param name="Version">Version, from 1.</param>
/// <param name="PublishedAt">When it was published.</param>
/// <param name="EffectiveOn">Day named at publication from which the version is in force; null for at once.</param>
public sealed record TablePublication(long Cursor, TableId Table, int Version, DateTimeOffset PublishedAt, DateOnly? EffectiveOn)
{
    /// <summary>First day in force.</summary>
    public DateOnly InForceFrom => EffectiveOn ?? DateOnly.FromDateTime(PublishedAt.UtcDateTime);
}
