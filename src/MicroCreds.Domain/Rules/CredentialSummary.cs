using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Rules;

/// <summary>What an assessment needs to know of a credential's verification. Holds no personal data.</summary>
public sealed record CredentialSummary
{
    /// <summary>Digest of the file.</summary>
    public required Sha256Digest Digest { get; init; }
    /// <summary>Identifier the issuer gave it; empty when none.</summary>
    public string CredentialId { get; init; } = "";
    /// <summary>Verdict over all checks.</summary>
    public required Verdict Verdict { get; init; }
    /// <summary>The checks.</summary>
    public required ImmutableArray<VerificationCheck> Checks { get; init; }
    /// <summary>Elements of Annex I that are missing, M1 to M11.</summary>
    public ImmutableArray<string> MissingElements { get; init; } = [];

    /// <summary>Last day on which it is valid; null for no end.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The summary of a report.</summary>
    public static CredentialSummary Of(CredentialReport report) => new()
    {
        Digest = report.Digest,
        CredentialId = report.CredentialId,
        Verdict = report.Verdict,
        Checks = report.Checks,
        MissingElements = report.MissingElements,
        ValidUntil = report.ValidUntil is { } end ? DateOnly.FromDateTime(end.UtcDateTime) : null,
    };

    /// <summary>
    /// Whether nothing stands in the way of a grant without a person: accepted, sealed, and no check failed, waits for a person, or was skipped
    /// among those that say who speaks. Status, accreditation and owner may be skipped: a credential need not point to a status list, and the
    /// learner proves ownership before the office. Formats that do not ask for the elements of Annex I are accepted without them, and wait for a
    /// person as well.
    /// </summary>
    public bool AllowsAutomaticGrant =>
        Verdict == Verdict.Accept && MissingElements.IsEmpty
        && Checks.Any(c => c is { Kind: CheckKind.Seal, Result: CheckResult.Ok })
        && Checks.All(c => !c.Holds && (c.Result == CheckResult.Ok || (c.Result == CheckResult.Skipped && !SaysWhoSpeaks(c.Kind))));

    private static bool SaysWhoSpeaks(CheckKind kind) =>
        kind is CheckKind.Format or CheckKind.Seal or CheckKind.CertificateChain or CheckKind.IssuerBinding or CheckKind.AwardingBody;
}
