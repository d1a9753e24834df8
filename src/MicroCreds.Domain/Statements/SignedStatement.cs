using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Statements;

/// <summary>Place of a statement in the stream from one institution to one partner.</summary>
/// <param name="Epoch">Epoch of the stream, from 1; a new one only after an agreed loss.</param>
/// <param name="Sequence">Number in the epoch, from 1, without gaps.</param>
/// <param name="Previous">Digest of the statement before it; null for the first.</param>
public sealed record StreamPosition(int Epoch, long Sequence, Sha256Digest? Previous);

/// <summary>How far a stream has come.</summary>
/// <param name="Epoch">Epoch.</param>
/// <param name="Sequence">Last number; 0 for an empty stream.</param>
/// <param name="Head">Digest of the last statement; null for an empty stream.</param>
public sealed record StreamHead(int Epoch, long Sequence, Sha256Digest? Head)
{
    /// <summary>A stream without statements.</summary>
    public static StreamHead Empty { get; } = new(1, 0, null);
}

/// <summary>
/// A statement as it was signed: exactly these bytes are hashed, stored, sent and compared; it is never signed again.
/// </summary>
/// <param name="Jws">Compact JWS, ES256, <c>typ</c> <see cref="MediaType"/>.</param>
/// <param name="Disclosures">Disclosures of personal data for the audience (RFC 9901), base64url; erasable without breaking the signature.</param>
public sealed record SignedStatement(string Jws, ImmutableArray<string> Disclosures)
{
    /// <summary><c>typ</c> of a statement; carries the version of its format.</summary>
    public const string MediaType = "ects-decision+sd-jwt";

    /// <summary>Largest statement, in bytes of the compact JWS (exchange reference C.12).</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>SHA-256 over the bytes of the compact JWS. Names the statement.</summary>
    public Sha256Digest Digest => Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(Jws));
}

/// <summary>Signs a draft at its place. Called inside the transaction that gives it the place.</summary>
public delegate SignedStatement StatementSigner(StatementDraft draft, StreamPosition position);
