using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>Reads a LearningAchievement into the domain's terms. Source: European Learning Model v3, EDC application profile.</summary>
internal sealed class ElmAchievementReader
{
    // A file may list a whole transcript; beyond these it is not a credential a person could judge.
    private const int MaxOutcomes = 500;
    private const int MaxValues = 50;

    private readonly ElmNode _node;
    private readonly ImmutableArray<ElmNode> _specifications;
    private readonly ImmutableArray<ElmNode> _assessments;
    private readonly List<string> _faults = [];

    private ElmAchievementReader(ElmNode node)
    {
        _node = node;
        // A qualification may stand as the specification itself or inside it.
        ImmutableArray<ElmNode> direct = [.. node.Many("specifiedBy")];
        _specifications = [.. direct, .. direct.SelectMany(s => s.Many("qualification"))];
        _assessments = [.. node.Many("provenBy"), .. node.Along("awardedBy", "used")];
    }

    /// <summary>Reads one achievement. <paramref name="issued"/> is the credential's own date, used where no award date is stated.</summary>
    public static ElmAchievement Read(ElmNode node, ElmTime? issued, ImmutableArray<AccreditationClaim> evidence) => new ElmAchievementReader(node).Read(issued, evidence);

    private ElmAchievement Read(ElmTime? issued, ImmutableArray<AccreditationClaim> evidence)
    {
        ImmutableArray<ElmOrganisation> bodies = [.. _node.Along("awardedBy", "awardingBody").Select(ElmOrganisation.Read)];
        var awarded = ReadAwardTime();
        var credits = ReadCredits();
        var volume = ReadVolume(Specified("volumeOfLearning")) ?? ReadVolume(_node.Many("volumeOfLearning"));
        var activityVolume = ReadVolume(_node.Along("influencedBy", "specifiedBy", "volumeOfLearning")) ?? ReadVolume(_node.Along("influencedBy", "workload"));
        var grade = ReadGrade();
        var achievement = new Achievement
        {
            Id = _node.Id,
            Codes = ReadCodes(),
            Title = _node.Localised("title") ?? SpecificationTitle(),
            AwardingBodies = [.. bodies.Select(b => b.Described)],
            AwardedOn = (awarded ?? issued)?.Day ?? default,
            Outcomes = [.. Specified("learningOutcome").Take(MaxOutcomes).Select(ReadOutcome)],
            Credits = credits.IsEmpty ? null : credits[0],
            OtherFrameworks = [.. _node.Many("creditReceived").Concat(Specified("creditPoint")).Select(p => ElmVocabulary.OtherFramework(p.One("framework"))).OfType<string>().Distinct().Take(MaxValues)],
            Volume = volume,
            ActivityVolume = activityVolume == volume ? null : activityVolume,
            EqfLevel = ReadEqf(),
            AssessmentTypes = Distinct(_assessments.SelectMany(a => a.Along("specifiedBy", "dcType")).Select(ElmVocabulary.AssessmentTypes.Value)),
            Modes = Distinct(Specified("mode").Select(ElmVocabulary.Modes.Value)),
            // Several assessments: only the weakest assurance holds for the achievement as a whole.
            Supervision = _assessments.SelectMany(a => a.Many("idVerification")).Select(ElmVocabulary.Supervision)
                .Where(s => s != AssessmentSupervision.Unspecified).DefaultIfEmpty(AssessmentSupervision.Unspecified).Min(),
            Grade = grade,
            Status = ReadStatus(),
            Setting = Specified("learningSetting").Select(ElmVocabulary.Settings.Value).FirstOrDefault(),
            IscedFields = [.. Specified("thematicArea").Concat(Specified("educationSubject")).Select(ElmVocabulary.IscedField).OfType<string>().Distinct().Take(MaxValues)],
            Languages = [.. Specified("language").Concat(_assessments.SelectMany(a => a.Along("specifiedBy", "language"))).Select(ReadLanguage).OfType<string>().Distinct().Take(MaxValues)],
            Accreditations = [.. Specified("accreditation").Select(ElmOrganisation.ReadAccreditation), .. evidence],
            CountryStated = bodies.Any(b => b.Described.CountryCode.Length > 0) || _node.Along("awardedBy", "location").Any() || _node.Along("awardedBy", "country").Any(),
            EntryRequirement = _specifications.Select(s => s.Localised("entryRequirement")).FirstOrDefault(t => t is not null),
            PartialQualification = Specified("isPartialQualification").Select(p => p.Element.ValueKind).Select(kind => kind switch
            {
                System.Text.Json.JsonValueKind.True => true,
                System.Text.Json.JsonValueKind.False => false,
                _ => (bool?)null,
            }).FirstOrDefault(),
        };
        return new ElmAchievement
        {
            Achievement = achievement,
            AwardingBodies = bodies,
            Assessors = [.. _assessments.SelectMany(a => a.Many("assessedBy")).Take(MaxValues).Select(ElmOrganisation.Read)],
            Faults = [.. _faults],
            AssessmentStated = _assessments.SelectMany(a => a.Many("specifiedBy")).Any(s => s.One("dcType") is not null || s.Localised("title") is not null),
            OutcomesSummarised = Specified("learningOutcomeSummary").Any(),
            NationalLevels = [.. Specified("nqfLevel").Concat(Specified("NQFLevel")).Select(l => l.Label).Where(l => l.Length > 0)],
            StatedCredits = credits,
            AwardTime = awarded,
        };
    }

    private IEnumerable<ElmNode> Specified(string property) => _specifications.SelectMany(s => s.Many(property));

    private LocalisedText SpecificationTitle() =>
        _specifications.Select(s => s.Localised("title")).FirstOrDefault(t => t is not null) ?? new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private ImmutableArray<string> ReadCodes()
    {
        ImmutableArray<string> specified = [.. Specified("identifier").Select(i => i.One("notation")?.Text).OfType<string>().Distinct().Take(MaxValues)];
        return specified.IsEmpty ? [.. _node.Along("identifier", "notation").Select(n => n.Text).OfType<string>().Distinct().Take(MaxValues)] : specified;
    }

    private ElmTime? ReadAwardTime()
    {
        foreach (var date in _node.Along("awardedBy", "awardingDate"))
        {
            if (ElmValues.TryParseTime(date.Text, out var time)) return time;
            _faults.Add($"{date.Path}: a date or time of XML Schema is expected");
        }
        return null;
    }

    // Credits earned win over credits offered. Every amount is read strictly, also those of other frameworks' siblings that are not used.
    private ImmutableArray<EctsCredits> ReadCredits()
    {
        var received = ReadPoints(_node.Many("creditReceived"));
        var offered = ReadPoints(Specified("creditPoint"));
        return received.IsEmpty ? offered : received;
    }

    private ImmutableArray<EctsCredits> ReadPoints(IEnumerable<ElmNode> points)
    {
        var amounts = new List<EctsCredits>();
        foreach (var point in points.Where(p => ElmVocabulary.IsEcts(p.One("framework"))))
        {
            var value = point.One("point");
            if (EctsCredits.TryParse(value?.Text, out var amount)) amounts.Add(amount);
            else _faults.Add($"{value?.Path ?? $"{point.Path}.point"}: ECTS credits are written as digits with an optional decimal point, for example 3 or 1.5");
        }
        return [.. amounts.Distinct()];
    }

    private LearningVolume? ReadVolume(IEnumerable<ElmNode> durations)
    {
        foreach (var duration in durations)
        {
            if (LearningVolume.TryParse(duration.Text, out var volume)) return volume;
            _faults.Add($"{duration.Path}: a duration of XML Schema is expected, for example PT75H");
        }
        return null;
    }

    private int? ReadEqf()
    {
        foreach (var level in Specified("eqfLevel").Concat(Specified("EQFLevel")))
        {
            if (ElmVocabulary.EqfLevel(level) is { } number) return number;
            _faults.Add($"{level.Path}: a level of the European Qualifications Framework is expected, 1 to 8");
        }
        return null;
    }

    private AchievedGrade? ReadGrade()
    {
        foreach (var assessment in _assessments)
        {
            if (assessment.Localised("grade") is not { } label) continue;
            var scheme = assessment.Along("specifiedBy", "gradingScheme").Select(s => s.Localised("title")?.ToString() ?? s.Id).FirstOrDefault() ?? "";
            return new(label.ToString(), scheme);
        }
        return null;
    }

    private ResultStatus ReadStatus()
    {
        var labels = _assessments.SelectMany(a => a.Many("gradeStatus")).Select(s => s.Label.ToUpperInvariant()).ToList();
        return labels.Any(l => l.Contains("FAIL", StringComparison.Ordinal)) ? ResultStatus.Failed
            : labels.Any(l => l.Contains("PROGRESS", StringComparison.Ordinal)) ? ResultStatus.InProgress
            : ResultStatus.Passed;
    }

    private static LearningOutcome ReadOutcome(ElmNode outcome) => new(
        outcome.Id,
        outcome.Localised("title") ?? outcome.Localised("prefLabel") ?? new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)),
        ReadSkills(outcome));

    private static ImmutableArray<string> ReadSkills(ElmNode outcome)
    {
        // Hundreds of outcomes have one skill each, so this is a loop.
        var skills = ImmutableArray.CreateBuilder<string>(1);
        foreach (var property in (ReadOnlySpan<string>)["relatedESCOSkill", "relatedSkill"])
        {
            foreach (var skill in outcome.Many(property))
            {
                // Some producers mint local ids with an ESCO label: a label is not a skill of the classification.
                if (skill.Id is var id && id.StartsWith(ElmVocabulary.EscoBase, StringComparison.Ordinal)) skills.Add(id);
            }
        }
        return skills.Count > 1 ? [.. skills.Distinct()] : skills.DrainToImmutable();
    }

    private static string? ReadLanguage(ElmNode language)
    {
        if (ElmVocabulary.Tail(language.Id, ElmVocabulary.LanguageBase) is { } code) return ElmVocabulary.Languages.TryGetValue(code, out var alpha2) ? alpha2 : null;
        return (language.One("notation")?.Text ?? language.Text) is { Length: 2 } notation ? string.Concat(notation.Select(char.ToLowerInvariant)) : null;
    }

    private static ImmutableArray<T> Distinct<T>(IEnumerable<T> values) where T : struct, Enum =>
        [.. values.Where(v => !EqualityComparer<T>.Default.Equals(v, default)).Distinct()];
}
