using System.Collections.Immutable;

namespace MicroCreds.Domain.Achievements;

/// <summary>An organisation as a credential describes it: a claim, until a check binds it to a member.</summary>
/// <param name="Id">Identifier in the credential (IRI).</param>
/// <param name="LegalName">Legal name.</param>
/// <param name="Identifiers">Identifiers with their scheme, e.g. <c>schac:uni-a.example</c>, <c>eidas:NTREE-17207834</c>, <c>vat:…</c>.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-3 country, upper case; empty when not stated (M3 of Annex I).</param>
/// <param name="HomePages">Home pages, as written.</param>
/// <param name="Accreditations">Quality assurance the credential claims for the organisation (M11 of Annex I).</param>
public sealed record CredentialOrganisation(
    string Id,
    LocalisedText LegalName,
    ImmutableArray<string> Identifiers,
    string CountryCode,
    ImmutableArray<string> HomePages,
    ImmutableArray<AccreditationClaim> Accreditations);

/// <summary>An accreditation as claimed (ELM Accreditation).</summary>
/// <param name="Id">Identifier, e.g. a DEQAR permalink.</param>
/// <param name="Type">Type of quality assurance, as written.</param>
/// <param name="Decision">Decision, as written; empty when not stated.</param>
/// <param name="Agent">Accrediting agent.</param>
/// <param name="ExpiresOn">Last day of validity, if stated.</param>
public sealed record AccreditationClaim(string Id, string Type, string Decision, string Agent, DateOnly? ExpiresOn)
{
    /// <summary>First day of validity, if stated.</summary>
    public DateOnly? ValidFrom { get; init; }
    /// <summary>Levels and fields it is limited to; null for no limit.</summary>
    public AccreditationScope? Scope { get; init; }
}

/// <summary>What an accreditation is limited to (ELM Accreditation, <c>limitEQFLevel</c> and <c>limitField</c>).</summary>
/// <param name="EqfLevels">EQF levels, 1 to 8; empty for no limit.</param>
/// <param name="IscedFields">ISCED-F 2013 codes of 2 to 4 digits; empty for no limit.</param>
public sealed record AccreditationScope(ImmutableArray<int> EqfLevels, ImmutableArray<string> IscedFields)
{
    /// <inheritdoc/>
    public bool Equals(AccreditationScope? other) => other is not null && EqfLevels.SequenceEqual(other.EqfLevels) && IscedFields.SequenceEqual(other.IscedFields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqfLevels.Length, IscedFields.Length);
}
