using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>
/// Reads an Open Badge 3.0, or another W3C credential, into the terms of the European Learning Model. What Open Badges lack comes from the
/// profile of the Dutch edubadges (ECTS, assessment, participation) and from alignments (EQF, quality assurance, ESCO). Credits without a unit
/// are not ECTS credits. Source: Open Badges 3.0, B.1; SURF edubadges profile.
/// </summary>
internal static class OpenBadgeReader
{
    private const int MaxAchievements = 200;
    private const int MaxValues = 100;

    private static readonly LocalisedText Nameless = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Reads a credential. Never fails: what is missing stays missing.</summary>
    public static ElmCredential Read(JsonElement root)
    {
        var node = new ElmDocument(root).Credential;
        var issued = Time(node, "validFrom") ?? Time(node, "issuanceDate") ?? Time(node, "issued");
        var subject = node.One("credentialSubject");
        var issuer = node.One("issuer") is { } profile ? ReadIssuer(profile) : null;
        return new ElmCredential
        {
            Node = node,
            Issuer = issuer,
            Holder = subject is { } person ? ReadHolder(person) : null,
            BirthDateAmbiguous = false,
            Issued = issued,
            MandateShown = false,
            Achievements = subject is not { } learner ? []
                : [.. learner.Many("achievement").Where(a => a.Element.ValueKind == JsonValueKind.Object).Take(MaxAchievements).Select(a => ReadAchievement(a, learner, issuer, Time(node, "awardedDate"), issued))],
        };
    }

    private static ElmTime? Time(ElmNode node, string property) => ElmValues.TryParseTime(node.One(property)?.Text, out var time) ? time : null;

    private static ElmOrganisation ReadIssuer(ElmNode profile)
    {
        var identifiers = profile.Many("otherIdentifier").Select(i => (Type: i.One("identifierType")?.Text ?? "other", Value: i.One("identifier")?.Text ?? ""))
            .Where(i => i.Value.Length > 0).Take(MaxValues).ToList();
        var legal = identifiers.Select(i => LegalIdentifier.TryParse(i.Value)).OfType<LegalIdentifier>().Where(i => i.Scheme.Length > 0);
        var country = profile.Along("address", "addressCountryCode").Concat(profile.Along("address", "addressCountry")).Select(c => ElmVocabulary.CountryAlpha3(c)).FirstOrDefault(c => c.Length > 0) ?? "";
        var described = new CredentialOrganisation(
            profile.Id, profile.Localised("name") ?? Nameless, [.. identifiers.Select(i => $"{Scheme(i.Type)}:{i.Value}")], country,
            [.. profile.Many("url").Select(u => u.Text).OfType<string>().Take(MaxValues)], []);
        return new(described, [.. legal], [.. identifiers.Where(i => Scheme(i.Type) == "schac").Select(i => i.Value)]);
    }

    private static string Scheme(string type) => string.Concat((type.StartsWith("ext:", StringComparison.Ordinal) ? type[4..] : type).Select(char.ToLowerInvariant));

    // A hashed identifier says nothing to a reader: the learner has to show the value.
    private static Holder ReadHolder(ElmNode person)
    {
        // An embedded proof does not cover the order of values, so none counts by its place.
        var shown = person.Many("identifier").Where(i => i.One("hashed")?.Element.ValueKind == JsonValueKind.False)
            .Select(i => (Type: i.One("identityType")?.Text ?? "", Value: i.One("identityHash")?.Text ?? "")).Where(i => i.Value.Length > 0).OrderBy(i => i.Value, StringComparer.Ordinal).ToList();
        var stated = shown.Where(i => i.Type != "name").Select(i => i.Value).FirstOrDefault();
        var names = string.Join(' ', new[] { person.One("givenName")?.Text, person.One("familyName")?.Text }.OfType<string>());
        var name = person.Localised("name")?.ToString() ?? (names.Length > 0 ? names : shown.Where(i => i.Type == "name").Select(i => i.Value).FirstOrDefault() ?? "");
        return new(person.Id.Length > 0 ? person.Id : stated ?? (name.Length > 0 ? $"name:{name}:" : ""), name, ElmValues.TryParseTime(person.One("dateOfBirth")?.Text, out var born) ? born.Day : null)
        {
            GivenName = person.One("givenName")?.Text, FamilyName = person.One("familyName")?.Text,
        };
    }

    private static ElmAchievement ReadAchievement(ElmNode achievement, ElmNode subject, ElmOrganisation? issuer, ElmTime? awarded, ElmTime? issued)
    {
        var faults = new List<string>();
        var alignments = achievement.Many("alignment").Take(MaxValues).ToList();
        var quality = alignments.Where(a => IsOf(a, AlignmentTypes.QualityAssurance)).ToList();
        var outcomes = alignments.Where(a => !AlignmentTypes.All.Contains(a.One("targetType")?.Text ?? "")).ToList();
        var assessment = (achievement.One("assessmentType")?.Text ?? "").ToUpperInvariant();
        var aligned = new AlignedValues(alignments, faults);
        var credits = ReadCredits(achievement, faults) ?? aligned.Credits;
        // An embedded proof does not cover the order of values: all are shown, in an order of their own.
        var results = subject.Many("result").Take(MaxValues).ToList();
        var grades = results.Select(r => r.One("value")?.Text).OfType<string>().Where(g => g.Length > 0).Distinct().Order(StringComparer.Ordinal).ToList();
        var read = new Achievement
        {
            Id = achievement.Id,
            Codes = [.. achievement.Many("humanCode").Concat(achievement.Along("otherIdentifier", "identifier")).Select(c => c.Text).OfType<string>().Distinct().Take(MaxValues)],
            Title = achievement.Localised("name") ?? Nameless,
            AwardingBodies = issuer is null ? [] : [issuer.Described],
            AwardedOn = (awarded ?? issued)?.Day ?? default,
            // One outcome may be aligned with several skills, under the same name.
            Outcomes = [.. outcomes.Select(ReadOutcome).GroupBy(o => o.Title).Select(same => same.First() with { Skills = [.. same.SelectMany(o => o.Skills).Distinct()] })],
            Credits = credits,
            Volume = aligned.Volume,
            EqfLevel = aligned.EqfLevel,
            AssessmentTypes = assessment.Contains("PORTFOLIO", StringComparison.Ordinal) ? [AssessmentType.Portfolio] : assessment.Contains("SKILL", StringComparison.Ordinal) ? [AssessmentType.PracticalAssessment] : aligned.AssessmentTypes,
            Modes = ReadModes(achievement.One("participationType")?.Text ?? "") is { IsEmpty: false } modes ? modes : aligned.Modes,
            Supervision = ReadSupervision(achievement) is var stated and not AssessmentSupervision.Unspecified ? stated : aligned.Supervision,
            Setting = aligned.Setting,
            Grade = grades.Count == 0 ? null : new(string.Join("; ", grades), results.Count == 1 ? ReadScheme(achievement, results[0].One("resultDescription")?.Id ?? "") : ""),
            Status = ReadStatus(results),
            IscedFields = aligned.IscedFields,
            Languages = [.. achievement.Many("inLanguage").Select(l => l.Text).OfType<string>().Where(l => l.Length >= 2 && (l.Length == 2 || l[2] == '-')).Select(l => string.Concat(l[..2].Select(char.ToLowerInvariant))).Distinct().Take(MaxValues)],
            Accreditations = [.. quality.Select(q => new AccreditationClaim(q.One("targetUrl")?.Text ?? q.One("targetCode")?.Text ?? "", q.One("targetDescription")?.Text ?? q.One("targetName")?.Text ?? "", "", q.One("targetFramework")?.Text ?? "", null))],
            CountryStated = issuer is { Described.CountryCode.Length: > 0 },
        };
        return new ElmAchievement
        {
            Achievement = read,
            AwardingBodies = issuer is null ? [] : [issuer],
            // Open Badges 3.0, AchievementSubject: the source assessed on behalf of the issuer.
            Assessors = [.. subject.Many("source").Where(s => s.Id.Length > 0).Take(MaxValues).Select(ReadIssuer)],
            Faults = [.. faults],
            AssessmentStated = assessment.Length > 0 || aligned.AssessmentStated,
            OutcomesSummarised = achievement.Along("criteria", "narrative").Any(),
            NationalLevels = [],
            StatedCredits = credits is { } amount ? [amount] : [],
            AwardTime = awarded,
        };
    }

    internal static bool IsOf(ElmNode alignment, string type) => string.Equals(alignment.One("targetType")?.Text, type, StringComparison.OrdinalIgnoreCase);

    private static LearningOutcome ReadOutcome(ElmNode alignment)
    {
        var url = alignment.One("targetUrl")?.Text ?? "";
        // ESCO's identifiers are http addresses; some producers write https.
        var concept = url.StartsWith("https://data.europa.eu/esco/", StringComparison.Ordinal) ? $"http{url[5..]}" : url;
        return new(alignment.Id, alignment.Localised("targetName") ?? Nameless, ElmVocabulary.Tail(concept, ElmVocabulary.EscoBase) is null ? [] : [concept]);
    }

    // A JSON number may be written 3.0 or 3: the text as signed is read.
    private static EctsCredits? ReadCredits(ElmNode achievement, List<string> faults)
    {
        if (achievement.One("ECTS") is not { } stated) return null;
        if (EctsCredits.TryParse(stated.Text, out var credits)) return credits;
        faults.Add($"{stated.Path}: ECTS credits are written as digits with an optional decimal point, for example 3 or 1.5");
        return null;
    }

    private static ImmutableArray<LearningMode> ReadModes(string participation) => participation.ToUpperInvariant() switch
    {
        "ONLINE" => [LearningMode.Online],
        "ONSITE" => [LearningMode.Presential],
        "BLENDED" or "ONSITE OR BLENDED" => [LearningMode.Blended],
        "WORK-BASED" or "WORKBASED" => [LearningMode.WorkBased],
        _ => [],
    };

    private static AssessmentSupervision ReadSupervision(ElmNode achievement)
    {
        var text = (achievement.One("supervisionType")?.Text ?? "").ToUpperInvariant();
        var identity = achievement.One("identityChecked")?.Element.ValueKind;
        return text.Contains("UNSUPERVISED", StringComparison.Ordinal) ? AssessmentSupervision.UnsupervisedWithoutIdentityVerification
            // Said twice, the weaker word counts.
            : text.Contains("WITH IDENTITY", StringComparison.Ordinal) && identity is not JsonValueKind.False ? AssessmentSupervision.SupervisedWithIdentityVerification
            : text.Contains("SUPERVISED", StringComparison.Ordinal) || text.Contains("IDENTITY", StringComparison.Ordinal) ? AssessmentSupervision.SupervisedWithoutIdentityVerification
            : AssessmentSupervision.Unspecified;
    }

    private static ResultStatus ReadStatus(List<ElmNode> results)
    {
        var words = results.Select(r => (r.One("status")?.Text ?? "").ToUpperInvariant()).ToList();
        return words.Contains("FAILED") ? ResultStatus.Failed : words.Any(w => w is "ENROLLED" or "INPROGRESS" or "HOLD" or "ONHOLD" or "PROVISIONAL") ? ResultStatus.InProgress : ResultStatus.Passed;
    }

    private static string ReadScheme(ElmNode achievement, string id) =>
        achievement.Many("resultDescription").Where(d => d.Id == id).Select(d => d.One("resultType")?.Text is { } type and not AlignmentTypes.GradingScheme ? type : d.One("name")?.Text).OfType<string>().FirstOrDefault() ?? "";
}
