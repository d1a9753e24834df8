using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Domain.Verification;

/// <summary>
/// Looks a credential through by the 11 mandatory and 5 optional elements of Annex I and by the seven criteria of the Nuffic micro-evaluator.
/// A pure function of the report, so that cases of before have it too. It explains; the checks decide.
/// </summary>
public static class CredentialFindings
{
    private const string Annex = "Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I";
    private const string Evaluator = "Nuffic micro-evaluator";

    /// <summary>The findings, elements first; empty when the file could not be read so far.</summary>
    public static ImmutableArray<CredentialFinding> Of(CredentialReport report) =>
        report.Achievement is not { } achievement ? [] : [.. Elements(report, achievement), .. Options(report, achievement), .. Criteria(report, achievement)];

    /// <summary>Mandatory elements that are missing, as what to supply: what is sent to an issuer. No personal data.</summary>
    public static ImmutableArray<CredentialFinding> MissingOf(CredentialReport report) => [.. Of(report).Where(f => f is { Kind: FindingKind.Mandatory, Standing: FindingStanding.Missing })];

    private static IEnumerable<CredentialFinding> Elements(CredentialReport report, Achievement a)
    {
        var bodies = a.AwardingBodies;
        CredentialFinding Element(string code, string found, string ask)
        {
            var missing = report.MissingElements.Contains(code);
            return new(FindingKind.Mandatory, code, missing ? FindingStanding.Missing : FindingStanding.Met, "", missing ? "" : found, CredentialPlaces.Of(report.Format, code), missing ? ask : "", Annex);
        }

        // What is said of the learner stays out: the words here may be sent on.
        yield return Element("M1", "the learner is named", "identify the learner, by an identifier or by name");
        yield return Element("M2", $"\"{a.Title}\"", "state the title of the micro-credential");
        yield return Element("M3", string.Join(", ", bodies.Select(b => b.CountryCode).Append(report.Issuer?.CountryCode ?? "").Where(c => c.Length > 0).Distinct()), "state the country or region of the issuer");
        yield return Element("M4", string.Join(", ", bodies.Select(b => b.LegalName.ToString())), "name the awarding body");
        yield return Element("M5", Day(report.IssuedAt is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : a.AwardedOn), "state the date of issuing");
        yield return Element("M6", a.Outcomes.IsEmpty ? "a summary in words" : Count(a.Outcomes.Length, "learning outcome"), "state the learning outcomes, one by one");
        yield return Element("M7", string.Join(", ", new[] { a.Credits is { } credits ? $"{credits} ECTS credits" : "", a.Volume?.ToString() ?? "" }.Where(t => t.Length > 0)), "state the notional workload, in ECTS credits wherever possible");
        yield return Element("M8", a.EqfLevel is { } level ? Text($"EQF level {level}") : "a level of a national framework", "state the level by the European Qualifications Framework");
        yield return Element("M9", Words(a.AssessmentTypes, "a type of assessment that is on no list"), "state the type of assessment");
        yield return Element("M10", Words(a.Modes, "stated"), "state the form of participation");
        yield return Element("M11", string.Join("; ", Accreditations(a).Select(q => q.Type).Where(t => t.Length > 0).Distinct()), "state the type of quality assurance");
    }

    private static IEnumerable<CredentialFinding> Options(CredentialReport report, Achievement a)
    {
        CredentialFinding Option(string code, string found) =>
            new(FindingKind.Optional, code, found.Length > 0 ? FindingStanding.Met : FindingStanding.Missing, "", found, CredentialPlaces.Of(report.Format, code), "", Annex);

        yield return Option("O1", a.EntryRequirement is null ? "" : $"\"{a.EntryRequirement}\"");
        yield return Option("O2", a.Supervision == AssessmentSupervision.Unspecified ? "" : Word(a.Supervision));
        yield return Option("O3", a.Grade is null ? "" : a.Grade.Scheme.Length > 0 ? $"{a.Grade.Label} ({a.Grade.Scheme})" : a.Grade.Label);
        yield return Option("O4", a.PartialQualification switch { true => "part of a larger qualification", false => "stands alone", null => "" });
        yield return Option("O5", string.Join("; ", new[]
        {
            a.IscedFields.IsEmpty ? "" : $"fields {string.Join(", ", a.IscedFields)}", a.Languages.IsEmpty ? "" : $"languages {string.Join(", ", a.Languages)}",
            a.Codes.IsEmpty ? "" : $"codes {string.Join(", ", a.Codes)}", a.Outcomes.Sum(o => o.Skills.Length) is var skills and > 0 ? Count(skills, "ESCO skill") : "",
        }.Where(t => t.Length > 0)));
    }

    // Field reference C.1: the seven criteria, and the words of the first two. Identification and verification are not asked of learning on site.
    private static IEnumerable<CredentialFinding> Criteria(CredentialReport report, Achievement a)
    {
        CredentialFinding Criterion(string code, string element, FindingStanding standing, string grade, string found, string missing) =>
            new(FindingKind.Criterion, code, standing, grade, found, CredentialPlaces.Of(report.Format, element), missing, Evaluator);

        var onSite = !a.Modes.IsEmpty && a.Modes.All(m => m == LearningMode.Presential);
        var (quality, by) = Quality(a);
        yield return Criterion("quality_assurance", "M11", quality switch { "strong" or "substantial" => FindingStanding.Met, "weak" => FindingStanding.Partly, _ => FindingStanding.Missing }, quality, by,
            quality is "strong" or "substantial" ? "" : "quality assurance by an agency outside the provider");

        var failed = report.Checks.Any(c => c is { Kind: CheckKind.Seal or CheckKind.CertificateChain or CheckKind.IssuerBinding, Result: CheckResult.Error });
        var proven = report.Checks.Any(c => c is { Kind: CheckKind.Seal, Result: CheckResult.Ok });
        var verified = failed ? proven ? "limited" : "none" : !proven ? "limited" : report.IssuerId is not null ? "secure" : "some";
        yield return Criterion("verification", "proof", verified switch { "secure" => FindingStanding.Met, "none" => FindingStanding.Missing, _ => FindingStanding.Partly }, verified,
            verified switch
            {
                "secure" => $"signed by {report.IssuerId}, a member of the trust list",
                "some" => "signed by an issuer that is trusted here and is no member",
                "limited" when failed => "the signature fits the content, and its signer is not trusted here",
                "limited" => "no proof that could be verified",
                _ => "no proof that holds",
            },
            verified == "secure" ? "" : "a proof by an issuer of the trust list");

        yield return Criterion("level", "M8", a.EqfLevel is not null ? FindingStanding.Met : report.MissingElements.Contains("M8") ? FindingStanding.Missing : FindingStanding.Partly, "",
            a.EqfLevel is { } level ? Text($"EQF level {level}") : report.MissingElements.Contains("M8") ? "" : "a level of a national framework", a.EqfLevel is null ? "the level by the European Qualifications Framework" : "");
        yield return Criterion("learning_outcomes", "M6", !a.Outcomes.IsEmpty ? FindingStanding.Met : report.MissingElements.Contains("M6") ? FindingStanding.Missing : FindingStanding.Partly, "",
            a.Outcomes.IsEmpty ? report.MissingElements.Contains("M6") ? "" : "a summary in words" : Count(a.Outcomes.Length, "learning outcome"), a.Outcomes.IsEmpty ? "the learning outcomes, one by one" : "");

        var doubted = report.Checks.Any(c => c is { Kind: CheckKind.Plausibility, Result: CheckResult.Error });
        var stated = string.Join(", ", new[] { a.Credits is { } credits ? $"{credits} ECTS credits" : "", a.Volume?.ToString() ?? "" }.Where(t => t.Length > 0));
        yield return Criterion("workload", "M7", stated.Length == 0 ? FindingStanding.Missing : doubted || a.Credits is null ? FindingStanding.Partly : FindingStanding.Met, "",
            doubted && stated.Length > 0 ? $"{stated}; see the check of plausibility" : stated, a.Credits is null ? "the workload in ECTS credits" : doubted ? "an explanation of the contradiction" : "");

        var attendance = a.AssessmentTypes.Length > 0 && a.AssessmentTypes.All(t => t == AssessmentType.LevelOfAttendance);
        var untested = report.MissingElements.Contains("M9");
        yield return Criterion("testing", "M9", untested ? FindingStanding.Missing : attendance ? FindingStanding.Partly : FindingStanding.Met, "",
            untested ? "" : Words(a.AssessmentTypes, "a type of assessment that is on no list"), untested || attendance ? "an assessment of the learning outcomes" : "");

        yield return onSite
            ? Criterion("identification", "O2", FindingStanding.NotAsked, "", "learning on site", "")
            : Criterion("identification", "O2", a.Supervision switch
            {
                AssessmentSupervision.SupervisedWithIdentityVerification => FindingStanding.Met,
                AssessmentSupervision.SupervisedWithoutIdentityVerification => FindingStanding.Partly,
                _ => FindingStanding.Missing,
            }, "", a.Supervision == AssessmentSupervision.Unspecified ? "" : Word(a.Supervision), a.Supervision == AssessmentSupervision.SupervisedWithIdentityVerification ? "" : "supervision with a check of identity");
    }

    // A register such as DEQAR is strongest, an agency that is not the provider next; the provider's own word is weak.
    private static (string Grade, string Found) Quality(Achievement a)
    {
        var claims = Accreditations(a).ToImmutableArray();
        if (claims.IsEmpty) return ("none", "");
        var own = a.AwardingBodies.Select(b => b.LegalName.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var external = claims.Where(q => q.Agent.Length > 0 && !own.Contains(q.Agent)).ToImmutableArray();
        var listed = external.FirstOrDefault(q => q.Id.Contains("deqar.eu/", StringComparison.OrdinalIgnoreCase));
        return listed is not null ? ("strong", $"{listed.Type} by {listed.Agent}, with its entry in DEQAR: claimed, not compared with the register")
            : external.Length > 0 ? ("substantial", $"{external[0].Type} by {external[0].Agent}")
            : ("weak", $"{claims[0].Type} by the provider itself");
    }

    private static IEnumerable<AccreditationClaim> Accreditations(Achievement a) => a.Accreditations.Concat(a.AwardingBodies.SelectMany(b => b.Accreditations));

    private static string Words<T>(ImmutableArray<T> values, string none) where T : struct, Enum => values.IsEmpty ? none : string.Join(", ", values.Select(Word));

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');

    private static string Count(int number, string thing) => Text($"{number} {thing}{(number == 1 ? "" : "s")}");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
