using System.Collections.Immutable;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>The eleven mandatory elements of Annex I. Missing ones do not make a file unauthentic: a person decides what to ask for.</summary>
internal static class CompletenessCheck
{
    private const string Annex = "Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I";
    private const string Guide = "ECTS Users' Guide 2015, Transcript of Records";

    public static VerificationCheck Make(ElmCredential credential, out ImmutableArray<string> missing)
    {
        var absent = Elements.Where(e => !e.IsThere(credential)).ToList();
        missing = [.. absent.Select(e => e.Number)];
        return absent.Count == 0
            ? new(CheckKind.Completeness, CheckResult.Ok, ReasonClass.None, "All 11 mandatory elements are there.", Annex)
            : new(CheckKind.Completeness, CheckResult.Error, ReasonClass.Incomplete, $"Missing: {string.Join(", ", absent.Select(e => $"{e.Number} {e.Name}"))}.", Annex) { Holds = true };
    }

    /// <summary>
    /// Those that a transcript of records has as well. It is no micro-credential: outcomes, level, assessment, participation and quality assurance are
    /// asked by the rule that is to recognise it, if at all. Source: ECTS Users' Guide 2015, "Transcript of Records".
    /// </summary>
    public static VerificationCheck OfTranscript(ElmCredential credential, out ImmutableArray<string> missing)
    {
        var absent = Elements.Where(e => e.Number is "M1" or "M2" or "M3" or "M4" or "M5" or "M7" && !e.IsThere(credential)).ToList();
        missing = [.. absent.Select(e => e.Number)];
        return absent.Count == 0
            ? new(CheckKind.Completeness, CheckResult.Ok, ReasonClass.None, "All elements of a transcript are there.", Guide)
            : new(CheckKind.Completeness, CheckResult.Skipped, ReasonClass.Incomplete, $"Missing: {string.Join(", ", absent.Select(e => $"{e.Number} {e.Name}"))}.", Guide);
    }

    private static readonly ImmutableArray<(string Number, string Name, Func<ElmCredential, bool> IsThere)> Elements =
    [
        ("M1", "identification of the learner", c => c.Holder is { Identifier.Length: > 0 } or { FullName.Length: > 0 }),
        ("M2", "title", c => Every(c, a => a.Achievement.Title.ByLanguage.Count > 0)),
        ("M3", "country of the issuer", c => Every(c, a => a.Achievement.CountryStated) || c.Issuer is { Described.CountryCode.Length: > 0 }),
        ("M4", "awarding body", c => Every(c, a => !a.AwardingBodies.IsEmpty)),
        ("M5", "date of issuing", c => c.Issued is not null),
        ("M6", "learning outcomes", c => Every(c, a => !a.Achievement.Outcomes.IsEmpty || a.OutcomesSummarised)),
        ("M7", "notional workload", c => Every(c, a => a.Achievement.Credits is not null || a.Achievement.Volume is not null)),
        ("M8", "level", c => Every(c, a => a.Achievement.EqfLevel is not null || !a.NationalLevels.IsEmpty)),
        ("M9", "type of assessment", c => Every(c, a => a.AssessmentStated)),
        ("M10", "form of participation", c => Every(c, a => !a.Achievement.Modes.IsEmpty)),
        ("M11", "type of quality assurance", c => Every(c, a => !a.Achievement.Accreditations.IsEmpty || a.AwardingBodies.Any(b => !b.Described.Accreditations.IsEmpty))),
    ];

    private static bool Every(ElmCredential credential, Func<ElmAchievement, bool> holds) => !credential.Achievements.IsEmpty && credential.Achievements.All(holds);
}
