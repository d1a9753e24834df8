using System.Collections.Immutable;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials;

/// <summary>The report while it is being written.</summary>
internal sealed class ReportDraft(ReadOnlySpan<byte> file, DateTimeOffset at)
{
    private readonly ImmutableArray<VerificationCheck>.Builder _checks = ImmutableArray.CreateBuilder<VerificationCheck>();
    private readonly Sha256Digest _digest = Sha256Digest.Of(file);
    private ElmCredential? _credential;

    /// <summary>Time as of which is judged.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>Format found.</summary>
    public CredentialFormat Format { get; set; }

    /// <summary>End of validity, if any.</summary>
    public DateTimeOffset? ValidUntil { get; set; }

    /// <summary>Missing elements of Annex I.</summary>
    public ImmutableArray<string> Missing { get; set; } = [];

    /// <summary>Who made the proof, once it is verified; null before.</summary>
    public CredentialRole? Sealer { get; set; }

    /// <summary>Adds a check.</summary>
    public void Add(VerificationCheck check) => _checks.Add(check);

    /// <summary>Adds a check that passed.</summary>
    public void Passed(CheckKind kind, string evidence) => _checks.Add(new(kind, CheckResult.Ok, ReasonClass.None, evidence, SourceOf(kind)));

    /// <summary>Takes what the credential says into the report; null takes it out again.</summary>
    public void Take(ElmCredential? credential) => _credential = credential;

    /// <summary>Adds the check that failed and ends the pipeline.</summary>
    public CredentialReport End(CheckKind kind, ReasonClass reason, string evidence)
    {
        _checks.Add(new(kind, CheckResult.Error, reason, evidence, SourceOf(kind)));
        return End();
    }

    /// <summary>The report with the verdict over all checks.</summary>
    public CredentialReport End()
    {
        var achievements = _credential?.Achievements ?? [];
        return new()
        {
            Format = Format,
            Digest = _digest,
            CheckedAt = At,
            Checks = _checks.ToImmutable(),
            Verdict = _checks.Any(c => c.Result == CheckResult.Error && !c.Holds) ? Verdict.Reject : _checks.Any(c => c.Holds) ? Verdict.Hold : Verdict.Accept,
            CredentialId = _credential?.Node.Id ?? "",
            Issuer = _credential?.Issuer?.Described,
            Holder = _credential?.Holder,
            Achievement = achievements.IsEmpty ? null : achievements[0].Achievement,
            FurtherAchievements = achievements.Length > 1 ? [.. achievements.Skip(1).Select(a => a.Achievement)] : [],
            IssuedAt = _credential?.Issued?.Instant,
            ValidUntil = ValidUntil,
            MissingElements = Missing,
            Roles = _credential is null ? [] : CredentialRoles.Of(_credential, Sealer),
        };
    }

    private static string SourceOf(CheckKind kind) => kind == CheckKind.Format ? "RFC 8259; RFC 7515, 7.2.1" : "JAdES (ETSI TS 119 182-1); RFC 7797";
}
