using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.Formats;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.LearnerRecord;

/// <summary>
/// A Comprehensive Learner Record: a credential whose subject is made of credentials. The record is verified as a whole and each one inside by its own
/// proof; one whose own proof does not hold still counts when it names the record's issuer, whose proof covers it. Achievements of another
/// learner, and those that nobody vouches for, are not shown. Read-only: a person decides. Source: Comprehensive Learner Record 2.0.
/// </summary>
internal sealed class LearnerRecordVerifier(BadgeVerifier badges)
{
    private const string Model = "Comprehensive Learner Record 2.0";

    // Each may cost a canonical form and a signature; records seen have up to six.
    private const int MaxInside = 40;

    private enum Inside { Proven, Covered, Refused }

    /// <summary>Verifies a record.</summary>
    public CredentialReport Verify(JsonElement root, ReportDraft report)
    {
        var subject = root.TryGetProperty("credentialSubject", out var person) && person.ValueKind == JsonValueKind.Object ? person : default;
        var entries = Entries(subject);
        if (entries.Count > MaxInside) return report.End(CheckKind.Format, ReasonClass.Malformed, string.Create(CultureInfo.InvariantCulture, $"The record holds {entries.Count} credentials, more than {MaxInside}."));
        report.Add(new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None, string.Create(CultureInfo.InvariantCulture, $"A record with {entries.Count} credentials. It is read, and a person decides."), Model));
        // Before the record is known to be its issuer's, nothing inside is worth the work.
        var whole = badges.VerifyProofs(root, report);
        if (whole.Verdict == Verdict.Reject) return whole;
        var (issuer, holder) = (BadgeToken.IssuerOf(root), IdOf(subject));
        var read = entries.ConvertAll(entry => Read(entry, issuer, holder, report.At));
        whole = whole with
        {
            Checks = whole.Checks.Add(new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None,
                string.Create(CultureInfo.InvariantCulture, $"Of the credentials inside {Count(Inside.Proven)} are proven by themselves, {Count(Inside.Covered)} by the record's proof alone, {Count(Inside.Refused)} not shown{Why()}."), Model)),
        };
        var counted = read.Where(r => r.Standing != Inside.Refused).ToList();
        ImmutableArray<Achievement> shown = [.. counted.SelectMany(r => r.Report.Achievement is { } first ? r.Report.FurtherAchievements.Insert(0, first) : [])];
        if (shown.IsEmpty) return whole;
        // What makes a person look at one of them does so for the record.
        ImmutableArray<VerificationCheck> held = [.. counted.SelectMany(r => r.Report.Checks.Where(c => c.Holds)).Distinct()];
        return whole with
        {
            Achievement = shown[0],
            FurtherAchievements = [.. shown.Skip(1).Take(EuropeanDigitalCredential.ElmCredential.MaxAchievements)],
            Checks = whole.Checks.AddRange(held),
            Verdict = held.IsEmpty ? whole.Verdict : Verdict.Hold,
        };

        int Count(Inside standing) => read.Count(r => r.Standing == standing);
        string Why() => read.Where(r => r.Standing == Inside.Refused).Select(r => r.Why).Distinct().ToList() is { Count: > 0 } reasons ? $" ({string.Join(", ", reasons)})" : "";
    }

    private (Inside Standing, CredentialReport Report, string Why) Read(JsonElement entry, string recordIssuer, string holder, DateTimeOffset at)
    {
        var own = entry.ValueKind == JsonValueKind.String
            ? badges.VerifyToken(Encoding.UTF8.GetBytes(entry.GetString() ?? ""), Draft())
            : JsonFormat.IsCredential(entry) ? badges.VerifyProofs(entry, Draft()) : Draft().End(CheckKind.Format, ReasonClass.UnsupportedFormat, "No credential.");
        var why = string.Join(" and ", own.Reasons);
        if (own.Holder is { Identifier: { Length: > 0 } of } && holder.Length > 0 && of != holder) return (Inside.Refused, own, "another learner");
        if (own.Verdict != Verdict.Reject) return (Inside.Proven, own, "");
        if (entry.ValueKind != JsonValueKind.Object || recordIssuer.Length == 0 || BadgeToken.IssuerOf(entry) != recordIssuer) return (Inside.Refused, own, why);
        // The record's proof covers the words, not what has become of them since.
        var words = BadgeVerifier.LookInto(entry, Draft());
        var standing = words.Reasons.All(r => r is ReasonClass.NoProof or ReasonClass.Implausible or ReasonClass.StatusUnavailable) && (words.Holder is null || words.Holder.Identifier.Length == 0 || holder.Length == 0 || words.Holder.Identifier == holder);
        return standing ? (Inside.Covered, words, "") : (Inside.Refused, words, string.Join(" and ", words.Reasons));

        ReportDraft Draft() => new([], at);
    }

    private static List<JsonElement> Entries(JsonElement subject) =>
        subject.ValueKind != JsonValueKind.Object || !subject.TryGetProperty("verifiableCredential", out var inside) ? []
        : inside.ValueKind == JsonValueKind.Array ? [.. inside.EnumerateArray()] : [inside];

    private static string IdOf(JsonElement subject) => Tokens.TokenHeader.Text(subject, "id") ?? "";
}
