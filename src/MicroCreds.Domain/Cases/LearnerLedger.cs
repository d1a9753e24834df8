using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>What a learner was granted so far at one institution. Prevents double counting and enforces caps.</summary>
/// <param name="Entries">Entries in effect.</param>
public sealed record LearnerLedger(ImmutableArray<LedgerEntry> Entries)
{
    /// <summary>Nothing granted yet.</summary>
    public static LearnerLedger Empty { get; } = new([]);

    /// <summary>Credits granted by validation in <paramref name="programme"/>.</summary>
    public EctsCredits ValidatedIn(ProgrammeCode programme) =>
        Entries.Where(e => e.Programme == programme && e.Track == RecognitionTrack.Validation).Aggregate(EctsCredits.Zero, (sum, e) => sum + e.Credits);

    /// <summary>Whether the file with this digest, or the credential with this identifier, was counted before.</summary>
    public bool Counts(Sha256Digest credential, string credentialId) =>
        Entries.Any(e => e.Credential == credential || (credentialId.Length > 0 && e.CredentialId == credentialId));

    /// <summary>Whether it was counted where the institution's procedure lets it count no further for <paramref name="programme"/>.</summary>
    public bool Counts(Sha256Digest credential, string credentialId, ProgrammeCode programme, DoubleCounting procedure) =>
        (procedure == DoubleCounting.Never ? this : new LearnerLedger([.. Entries.Where(e => e.Programme == programme)])).Counts(credential, credentialId);
}

/// <summary>Credits granted by one decision for one credential.</summary>
/// <param name="Case">Case.</param>
/// <param name="Programme">Programme.</param>
/// <param name="Track">Track.</param>
/// <param name="Credential">Digest of the file.</param>
/// <param name="CredentialId">Identifier the issuer gave; empty when none.</param>
/// <param name="Unit">Unit granted.</param>
/// <param name="Credits">Credits granted.</param>
public sealed record LedgerEntry(CaseId Case, ProgrammeCode Programme, RecognitionTrack Track, Sha256Digest Credential, string CredentialId, UnitCode Unit, EctsCredits Credits);
