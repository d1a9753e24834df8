using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Statements;

/// <summary>What a statement says. Source: exchange reference C.3.</summary>
public enum StatementKind
{
    /// <summary>A decision, first or superseding.</summary>
    Decided,
    /// <summary>A decision was revoked.</summary>
    Revoked,
    /// <summary>The case was closed without a decision on the merits: withdrawn, inadmissible, lapsed, not authentic.</summary>
    Closed,
    /// <summary>The issuer of a credential is asked for what the credential lacks.</summary>
    InformationRequested,
    /// <summary>Of a kind this version does not know: kept and receipted, so that the stream goes on, but not acted upon. Never made here.</summary>
    Unknown,
}

/// <summary>A statement before it has its place in the stream and its signature.</summary>
/// <param name="Audience">Partner it is for.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Case">Case it is about.</param>
/// <param name="Version">Version of the decision; 0 when it is about none.</param>
/// <param name="Supersedes">Version it supersedes; 0 for none.</param>
/// <param name="Content">The members of the content as a JSON object in UTF-8, without personal data.</param>
/// <param name="PersonalData">Claims that go in as salted digests only and travel beside the statement as disclosures (RFC 9901).</param>
/// <param name="IssuedAt">When the institution says it.</param>
public sealed record StatementDraft(
    OrganisationId Audience, StatementKind Kind, CaseId Case, int Version, int Supersedes,
    ReadOnlyMemory<byte> Content, ImmutableArray<PersonalClaim> PersonalData, DateTimeOffset IssuedAt);

/// <summary>A claim that is personal data.</summary>
/// <param name="Name">Claim name.</param>
/// <param name="Value">Value.</param>
public sealed record PersonalClaim(string Name, string Value);
