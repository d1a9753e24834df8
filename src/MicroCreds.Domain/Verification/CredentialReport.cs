using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Verification;

/// <summary>Verdict on a credential file.</summary>
public enum Verdict
{
    /// <summary>Every check passed.</summary>
    Accept,
    /// <summary>Authentic as far as seen, but a person must look: status unavailable, implausible values, incomplete elements.</summary>
    Hold,
    /// <summary>Not acceptable: unreadable, unproven, untrusted, expired or revoked.</summary>
    Reject,
}

/// <summary>Person the credential is about. Personal data: kept with the case, never logged, never sent to a partner in clear.</summary>
/// <param name="Identifier">The identifier that tells the learner apart at the receiving institution: ESI, national id or the subject's IRI.</param>
/// <param name="FullName">Name as written.</param>
/// <param name="BornOn">Date of birth, if stated.</param>
public sealed record Holder(string Identifier, string FullName, DateOnly? BornOn)
{
    /// <summary>Given names, where the credential states them apart.</summary>
    public string? GivenName { get; init; }

    /// <summary>Family names, where the credential states them apart.</summary>
    public string? FamilyName { get; init; }
}

/// <summary>Everything the node found out about one credential file. <see cref="Achievement"/> is null when the file could not be read that far.</summary>
public sealed record CredentialReport
{
    /// <summary>Format found by looking into the file, never by its name.</summary>
    public required CredentialFormat Format { get; init; }

    /// <summary>SHA-256 of the file's exact bytes.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>When the checks were made.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>The checks, in the order of the pipeline. The pipeline ends where nothing after could be believed: an unreadable file, a broken seal, an unknown anchor.</summary>
    public required ImmutableArray<VerificationCheck> Checks { get; init; }

    /// <summary>Verdict over all checks.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Identifier the issuer gave the credential; empty when none.</summary>
    public string CredentialId { get; init; } = "";

    /// <summary>Issuer (sealer) as the credential describes it.</summary>
    public CredentialOrganisation? Issuer { get; init; }

    /// <summary>Member of the trust list to which the seal is bound; null when not bound.</summary>
    public OrganisationId? IssuerId { get; init; }

    /// <summary>Member of the trust list that is the awarding body; null when it is not a member.</summary>
    public OrganisationId? AwardingBodyId { get; init; }

    /// <summary>The person.</summary>
    public Holder? Holder { get; init; }

    /// <summary>What was learnt.</summary>
    public Achievement? Achievement { get; init; }

    /// <summary>Further achievements of the same file; a file of a micro-credential has none. Of several, a case is about <see cref="Achievement"/>.</summary>
    public ImmutableArray<Achievement> FurtherAchievements { get; init; } = [];

    /// <summary>The same report about another of its achievements, counted from 0 as they stand now.</summary>
    public CredentialReport About(int at) => at == 0 || Achievement is not { } first ? this
        : this with { Achievement = FurtherAchievements[at - 1], FurtherAchievements = [first, .. FurtherAchievements.RemoveAt(at - 1)] };

    /// <summary>The same report about the achievement that <paramref name="before"/> was about, where the file still claims it.</summary>
    public CredentialReport AboutWhat(CredentialReport? before)
    {
        if (before?.Achievement is not { } known || Achievement is null || FurtherAchievements.IsEmpty || Same(Achievement)) return this;
        for (var at = 0; at < FurtherAchievements.Length; at++)
            if (Same(FurtherAchievements[at])) return About(at + 1);
        return this;

        bool Same(Achievement one) => one.Id == known.Id && one.Title.ToString() == known.Title.ToString() && one.AwardedOn == known.AwardedOn && one.Codes.SequenceEqual(known.Codes);
    }

    /// <summary>When the credential was issued.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>End of validity; null for a credential that does not expire.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Elements of Annex I that are missing, by their number (M1 … M11).</summary>
    public ImmutableArray<string> MissingElements { get; init; } = [];

    /// <summary>Who has which part in the credential: sealer, issuer, awarding bodies, assessors. Empty when the file could not be read so far.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<CredentialRole> Roles { get; init; } = [];

    /// <summary>Classes of all checks that did not pass, without repetition, in order.</summary>
    public ImmutableArray<ReasonClass> Reasons => [.. Checks.Where(c => c.Reason != ReasonClass.None && (c.Result == CheckResult.Error || c.Holds)).Select(c => c.Reason).Distinct()];
}
