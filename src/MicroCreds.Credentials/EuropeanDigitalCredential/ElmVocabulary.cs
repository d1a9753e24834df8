using System.Collections.Frozen;
using System.Globalization;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>
/// Controlled lists of the European Learning Model v3 as published in EU Vocabularies, by the last part of their IRI, and their English
/// labels. A concept is known by its IRI, else by its label, since producers copy labels under ids of their own.
/// </summary>
internal static class ElmVocabulary
{
    public const string Snb = "http://data.europa.eu/snb/";
    public const string CountryBase = "http://publications.europa.eu/resource/authority/country/";
    public const string LanguageBase = "http://publications.europa.eu/resource/authority/language/";
    public const string EctsFramework = Snb + "education-credit/6fcec5c5af";
    public const string EcvetFramework = Snb + "education-credit/60b314e826";
    public const string EqfBase = Snb + "eqf/";
    public const string IscedBase = Snb + "isced-f/";
    public const string EscoBase = "http://data.europa.eu/esco/";
    public const string MandateEvidence = Snb + "evidence-type/c_18016257";
    public const string GenericProfile = Snb + "credential/e34929035b";
    public const string GenericSchema = Snb + "model/ap/edc-generic-full";

    public static readonly FrozenDictionary<AssessmentType, Concept> AssessmentTypes = new Dictionary<AssessmentType, Concept>
    {
        [AssessmentType.PeerAssessment] = new("assessment", "19a2e5e671", "peer assessment"),
        [AssessmentType.MarkedAssignment] = new("assessment", "2939dae15f", "marked assignment"),
        [AssessmentType.ContinuousEvaluation] = new("assessment", "3484bd7e51", "continuous evaluation"),
        [AssessmentType.Portfolio] = new("assessment", "4f03b91c0e", "portfolio"),
        [AssessmentType.GroupPerformance] = new("assessment", "56539a6507", "group performance"),
        [AssessmentType.PracticalAssessment] = new("assessment", "6a4db9f11d", "practical assessment"),
        [AssessmentType.WrittenExamination] = new("assessment", "6e6cb2cc78", "written examination"),
        [AssessmentType.LevelOfAttendance] = new("assessment", "7331eb4762", "level of attendance"),
        [AssessmentType.ProjectWork] = new("assessment", "795dac4096", "project work"),
        [AssessmentType.PeerReview] = new("assessment", "812e3b0ae1", "peer review"),
        [AssessmentType.Quiz] = new("assessment", "b1b68f6735", "quiz"),
        [AssessmentType.ProblemBasedLearning] = new("assessment", "c4256a2726", "problem based learning"),
        [AssessmentType.OralExamination] = new("assessment", "d30284d7df", "oral examination"),
        [AssessmentType.ArtefactAssessment] = new("assessment", "de4d165a6c", "artefact assessment"),
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<LearningMode, Concept> Modes = new Dictionary<LearningMode, Concept>
    {
        [LearningMode.WorkBased] = new("learning-assessment", "729f3bed4b", "Workbased"),
        [LearningMode.ProjectBased] = new("learning-assessment", "7813801c77", "Project based"),
        [LearningMode.Presential] = new("learning-assessment", "9191af2ed9", "Presential"),
        [LearningMode.Online] = new("learning-assessment", "920fbb3cbe", "Online"),
        [LearningMode.Blended] = new("learning-assessment", "e92d221e4d", "Blended"),
        [LearningMode.ResearchLabBased] = new("learning-assessment", "ed4c557045", "Research-Lab based"),
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<LearningSetting, Concept> Settings = new Dictionary<LearningSetting, Concept>
    {
        [LearningSetting.Formal] = new("learning-setting", "6fd4685715", "formal learning"),
        [LearningSetting.NonFormal] = new("learning-setting", "e207a81fc7", "non-formal learning"),
    }.ToFrozenDictionary();

    /// <summary>Methods of supervision. The list has no IRI known here for the middle value, so that one goes by its label.</summary>
    public static readonly FrozenDictionary<AssessmentSupervision, Concept> Supervisions = new Dictionary<AssessmentSupervision, Concept>
    {
        [AssessmentSupervision.UnsupervisedWithoutIdentityVerification] = new("supervision-verification", "c598449d64", "Unsupervised without ID Verification"),
        [AssessmentSupervision.SupervisedWithoutIdentityVerification] = new("supervision-verification", "", "Supervised without ID Verification"),
        [AssessmentSupervision.SupervisedWithIdentityVerification] = new("supervision-verification", "70be69aaf9", "Supervised with ID Verification"),
    }.ToFrozenDictionary();

    /// <summary>ISO 639-3 code of the publications office and ISO 639-1 code: official languages of the Union and of its neighbours in the Bologna process.</summary>
    public static readonly FrozenDictionary<string, string> Languages = (
        "BUL bg CES cs DAN da DEU de ELL el ENG en SPA es EST et FIN fi FRA fr GLE ga HRV hr HUN hu ITA it LIT lt LAV lv MLT mt NLD nl POL pl POR pt " +
        "RON ro SLK sk SLV sl SWE sv NOR no NOB nb NNO nn ISL is SRP sr BOS bs MKD mk SQI sq TUR tr UKR uk CAT ca EUS eu GLG gl ARA ar ZHO zh RUS ru JPN ja")
        .Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>The value a concept stands for; the default when it is none of the list.</summary>
    public static T Value<T>(this FrozenDictionary<T, Concept> list, ElmNode concept) where T : struct, Enum
    {
        var iri = concept.Id;
        foreach (var (value, known) in list)
        {
            if (known.Code.Length > 0 && iri == known.Iri) return value;
        }
        var label = Normalise(concept.Label);
        if (label.Length == 0) return default;
        foreach (var (value, known) in list)
        {
            if (known.PlainLabel == label) return value;
        }
        return default;
    }

    /// <summary>How an assessment was supervised. Labels differ ("supervised online with ID verification"), so they are read by their words.</summary>
    public static AssessmentSupervision Supervision(ElmNode concept)
    {
        var known = Supervisions.Value(concept);
        if (known != AssessmentSupervision.Unspecified) return known;
        var label = Normalise(concept.Label);
        return label.Contains("unsupervised", StringComparison.Ordinal) ? AssessmentSupervision.UnsupervisedWithoutIdentityVerification
            : !label.Contains("supervised", StringComparison.Ordinal) ? AssessmentSupervision.Unspecified
            : label.Contains("without", StringComparison.Ordinal) || label.Contains("noid", StringComparison.Ordinal) || !label.Contains("verif", StringComparison.Ordinal)
                ? AssessmentSupervision.SupervisedWithoutIdentityVerification
                : AssessmentSupervision.SupervisedWithIdentityVerification;
    }

    /// <summary>Level of the European Qualifications Framework, 1 to 8; null when the concept is none.</summary>
    public static int? EqfLevel(ElmNode level) =>
        (Tail(level.Id, EqfBase) ?? level.One("notation")?.Text) is { Length: 1 } text && text[0] is >= '1' and <= '8' ? text[0] - '0' : null;

    /// <summary>ISCED-F 2013 code of 2 to 4 digits; null when the concept is none.</summary>
    public static string? IscedField(ElmNode area) =>
        (Tail(area.Id, IscedBase) ?? area.One("notation")?.Text) is { Length: >= 2 and <= 4 } text && text.All(char.IsAsciiDigit) ? text : null;

    /// <summary>Whether a framework of credits is ECTS.</summary>
    public static bool IsEcts(ElmNode? framework) => framework is { } node && (node.Id == EctsFramework || IsEcts(node.One("notation")?.Text) || IsEcts(node.Label));

    /// <summary>A framework of credits that is not ECTS, in small letters; null for ECTS and for one without a name.</summary>
    public static string? OtherFramework(ElmNode? framework)
    {
        if (framework is not { } node || IsEcts(framework)) return null;
        if (node.Id == EcvetFramework) return "ecvet";
        var name = node.One("notation")?.Text is { Length: > 0 } notation ? notation : node.Label;
        var plain = string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Select(char.ToLowerInvariant));
        return plain.Length is > 0 and <= 40 ? plain : null;
    }

    private static bool IsEcts(string? text) => string.Equals(text, "ECTS", StringComparison.OrdinalIgnoreCase);

    /// <summary>ISO 3166-1 alpha-3 of a country concept; empty when it cannot be told.</summary>
    public static string CountryAlpha3(ElmNode? concept)
    {
        if (concept is not { } node) return "";
        var code = Tail(node.Id, CountryBase) is { Length: > 0 } tail ? tail : node.One("notation")?.Text is { Length: 2 or 3 } notation ? notation : node.Id;
        return code.Length switch
        {
            3 when code.All(char.IsAsciiLetter) => code.ToUpperInvariant(),
            2 when Region(code) is { } region => region.ThreeLetterISORegionName,
            _ => "",
        };
    }

    /// <summary>ISO 3166-1 alpha-2 of an alpha-3 country; empty when it cannot be told.</summary>
    public static string CountryAlpha2(string alpha3) => AlphaTwo.TryGetValue(alpha3, out var alpha2) ? alpha2 : "";

    /// <summary>ISO 3166-1 alpha-3 of an alpha-2 country; empty when it is none.</summary>
    public static string CountryAlpha3Of(string alpha2) => alpha2.Length == 2 && Region(alpha2) is { } region ? region.ThreeLetterISORegionName : "";

    /// <summary>What follows <paramref name="start"/>; null when <paramref name="iri"/> does not begin with it.</summary>
    public static string? Tail(string iri, string start) => iri.StartsWith(start, StringComparison.Ordinal) ? iri[start.Length..] : null;

    private static readonly FrozenDictionary<string, string> AlphaTwo =
        ("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AL AD AM AZ BA CH GB GE IS KZ LI MC MD ME MK NO RS SM TR UA VA US CA")
        .Split(' ').Select(code => (code, Region(code)?.ThreeLetterISORegionName)).Where(pair => pair.Item2 is { Length: 3 })
        .ToFrozenDictionary(pair => pair.Item2 ?? "", pair => pair.code, StringComparer.Ordinal);

    private static RegionInfo? Region(string alpha2)
    {
        try
        {
            return new RegionInfo(alpha2.ToUpperInvariant());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Normalise(string label) => string.Concat(label.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant));

    /// <summary>One entry of a list.</summary>
    /// <param name="Scheme">Name of the list in its IRI.</param>
    /// <param name="Code">Last part of the IRI; empty when not known.</param>
    /// <param name="Label">English label.</param>
    public sealed record Concept(string Scheme, string Code, string Label)
    {
        /// <summary>IRI of the concept.</summary>
        public string Iri { get; } = $"{Snb}{Scheme}/{Code}";

        /// <summary>IRI of the list.</summary>
        public string SchemeIri => $"{Snb}{Scheme}/25831c2";

        /// <summary>Letters of the label, in lower case.</summary>
        public string PlainLabel { get; } = Normalise(Label);
    }
}
