using System.Collections.Immutable;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>
/// What the alignments of an achievement say in the controlled lists of the European Learning Model (<see cref="AlignmentTypes"/>). Where an
/// embedded proof does not cover the order of alignments, no value counts by its place: two that differ are a fault.
/// </summary>
internal sealed class AlignedValues
{
    /// <summary>Reads the values; what breaks its type goes to <paramref name="faults"/>.</summary>
    public AlignedValues(IReadOnlyList<ElmNode> alignments, List<string> faults)
    {
        List<ElmNode> Of(string type) => [.. alignments.Where(a => OpenBadgeReader.IsOf(a, type))];
        T? Single<T>(string type, string expected, Func<string, T?> read) where T : class
        {
            var values = new List<T>();
            foreach (var alignment in Of(type))
            {
                if (read(alignment.One("targetCode")?.Text ?? "") is { } value) values.Add(value);
                else faults.Add($"{alignment.Path}.targetCode: {expected}");
            }
            if (values.Distinct().Count() > 1) faults.Add($"different values are stated for {type}");
            return values.Count > 0 ? values[0] : null;
        }

        EqfLevel = Single(AlignmentTypes.Eqf, "a level of the European Qualifications Framework is expected, 1 to 8", code => code is { Length: 1 } && code[0] is >= '1' and <= '8' ? code : null) is { } level ? level[0] - '0' : null;
        Credits = Single(AlignmentTypes.Ects, "ECTS credits are written as digits with an optional decimal point, for example 3 or 1.5", code => EctsCredits.TryParse(code, out _) ? code : null) is { } amount && EctsCredits.TryParse(amount, out var credits) ? credits : null;
        Volume = Single(AlignmentTypes.Volume, "a duration of XML Schema is expected, for example PT75H", code => LearningVolume.TryParse(code, out var volume) ? volume : null);
        var assessments = Of(AlignmentTypes.Assessment);
        AssessmentStated = assessments.Count > 0;
        AssessmentTypes = [.. assessments.Select(a => Value(ElmVocabulary.AssessmentTypes, a)).Where(t => t != AssessmentType.Unspecified).Distinct().Order()];
        Modes = [.. Of(AlignmentTypes.Mode).Select(a => Value(ElmVocabulary.Modes, a)).Where(m => m != LearningMode.Unspecified).Distinct().Order()];
        // Said twice, the weaker word counts.
        Supervision = Of(AlignmentTypes.Supervision).Select(a => Value(ElmVocabulary.Supervisions, a)).DefaultIfEmpty().Min();
        Setting = Of(AlignmentTypes.Setting).Select(a => Value(ElmVocabulary.Settings, a)).DefaultIfEmpty().Max();
        IscedFields = [.. Of(AlignmentTypes.Isced).Select(a => a.One("targetCode")?.Text ?? "").Where(c => c.Length is >= 2 and <= 4 && c.All(char.IsAsciiDigit)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>EQF level, 1 to 8.</summary>
    public int? EqfLevel { get; }

    /// <summary>ECTS credits.</summary>
    public EctsCredits? Credits { get; }

    /// <summary>Notional workload.</summary>
    public LearningVolume? Volume { get; }

    /// <summary>Whether a type of assessment is stated, known or not.</summary>
    public bool AssessmentStated { get; }

    /// <summary>Types of assessment.</summary>
    public ImmutableArray<AssessmentType> AssessmentTypes { get; }

    /// <summary>Modes of learning.</summary>
    public ImmutableArray<LearningMode> Modes { get; }

    /// <summary>Supervision and identity verification.</summary>
    public AssessmentSupervision Supervision { get; }

    /// <summary>Setting of learning.</summary>
    public LearningSetting Setting { get; }

    /// <summary>ISCED-F fields.</summary>
    public ImmutableArray<string> IscedFields { get; }

    // A concept is known by its IRI, else by its label, as in the European Learning Model itself.
    private static T Value<T>(System.Collections.Frozen.FrozenDictionary<T, ElmVocabulary.Concept> list, ElmNode alignment) where T : struct, Enum
    {
        var (url, name) = (alignment.One("targetUrl")?.Text ?? "", alignment.One("targetName")?.Text ?? "");
        foreach (var (value, concept) in list)
            if ((concept.Code.Length > 0 && url == concept.Iri) || (concept.Code.Length == 0 && url == concept.SchemeIri && name == concept.Label)) return value;
        return default;
    }
}
