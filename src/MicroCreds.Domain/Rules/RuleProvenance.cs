using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>That a rule was adopted: whose rule it is, and as it stood in which version. Source: field reference E.3, "adopted from peer X rule r version v".</summary>
/// <param name="Organisation">Institution whose rule it is.</param>
/// <param name="Table">Its table.</param>
/// <param name="Version">Version of the table.</param>
/// <param name="Digest">Digest of that version.</param>
/// <param name="Rule">Its rule.</param>
public sealed record RuleProvenance(OrganisationId Organisation, TableId Table, int Version, Sha256Digest Digest, RuleId Rule)
{
    /// <summary>Reads what <see cref="ToString"/> writes: organisation, table, version, rule and digest with a blank between.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RuleProvenance? provenance)
    {
        provenance = text?.Split(' ') is [var body, var table, var version, var rule, var digest]
            && OrganisationId.TryParse(body, out var organisation) && TableId.TryParse(table, out var id) && RuleId.TryParse(rule, out var source) && Sha256Digest.TryParse(digest, out var bytes)
            && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
                ? new(organisation, id, number, bytes, source) : null;
        return provenance is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Organisation} {Table} {Version} {Rule} {Digest}");
}
