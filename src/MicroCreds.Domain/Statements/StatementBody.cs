using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Statements;

/// <summary>What a verified statement says.</summary>
public sealed record StatementBody
{
    /// <summary>Ends of the stream, as signed.</summary>
    public required StreamParties Parties { get; init; }
    /// <summary>Place in the stream.</summary>
    public required StreamPosition Position { get; init; }
    /// <summary>Identifier of the statement: 32 hexadecimal digits, made when it was signed.</summary>
    public required string Id { get; init; }
    /// <summary>Kind.</summary>
    public required StatementKind Kind { get; init; }
    /// <summary>Case.</summary>
    public required CaseId Case { get; init; }
    /// <summary>Version of the decision; 0 when it is about none.</summary>
    public required int Version { get; init; }
    /// <summary>Version superseded; 0 for none.</summary>
    public required int Supersedes { get; init; }
    /// <summary>When the issuer says it said it. Informative: the order is that of the stream.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
    /// <summary>The content as a JSON object in UTF-8; the very bytes of the draft.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
    /// <summary>Personal data that was disclosed; a claim whose disclosure was erased is absent.</summary>
    public required ImmutableArray<PersonalClaim> PersonalData { get; init; }
    /// <summary>Thumbprint of the key that signed.</summary>
    public required string KeyId { get; init; }
    /// <summary>Digest of the statement.</summary>
    public required Sha256Digest Digest { get; init; }
}
