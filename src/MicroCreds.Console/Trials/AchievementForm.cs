using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Console.Cases;
using MicroCreds.Console.Language;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Trials;

/// <summary>An achievement as described in a form, without a person; all of it stands in the address, so that a question can be kept and sent on.</summary>
public sealed record AchievementForm
{
    private const int LongestText = 4000;

    /// <summary>Types of assessment that the form offers (ELM controlled list), in snake_case.</summary>
    public static ImmutableArray<string> Assessments { get; } =
    [
        "written_examination", "oral_examination", "practical_assessment", "project_work", "portfolio", "marked_assignment", "continuous_evaluation", "group_performance",
        "problem_based_learning", "artefact_assessment", "quiz", "peer_assessment", "peer_review", "level_of_attendance",
    ];

    /// <summary>Supervision and identity verification, strongest first.</summary>
    public static ImmutableArray<string> Supervisions { get; } =
        ["supervised_with_identity_verification", "supervised_without_identity_verification", "unsupervised_without_identity_verification"];

    /// <summary>Forms of participation.</summary>
    public static ImmutableArray<string> ModesOffered { get; } = ["presential", "online", "blended", "project_based", "work_based", "research_lab_based"];

    /// <summary>Awarding body, SCHAC.</summary>
    public string AwardingBody { get; init; } = "";

    /// <summary>Title.</summary>
    public string Title { get; init; } = "";

    /// <summary>Code.</summary>
    public string Code { get; init; } = "";

    /// <summary>ECTS credits as typed.</summary>
    public string Credits { get; init; } = "";

    /// <summary>Hours of work as typed.</summary>
    public string Hours { get; init; } = "";

    /// <summary>EQF level as typed.</summary>
    public string Level { get; init; } = "";

    /// <summary>ISCED-F codes with blanks or commas between.</summary>
    public string Fields { get; init; } = "";

    /// <summary>Grade.</summary>
    public string Grade { get; init; } = "";

    /// <summary>Day of award, <c>YYYY-MM-DD</c>.</summary>
    public string AwardedOn { get; init; } = "";

    /// <summary>Type of assessment chosen.</summary>
    public string Assessment { get; init; } = "";

    /// <summary>Supervision chosen.</summary>
    public string Supervision { get; init; } = "";

    /// <summary>Form of participation chosen.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Languages, ISO 639-1, with blanks or commas between.</summary>
    public string Tongues { get; init; } = "";

    /// <summary>Learning outcomes, one a line.</summary>
    public string Outcomes { get; init; } = "";

    /// <summary>Whether quality assurance is shown.</summary>
    public bool QualityAssured { get; init; }

    /// <summary>Whether anything is described.</summary>
    public bool Given => this != new AchievementForm();

    /// <summary>Reads the address.</summary>
    public static AchievementForm From(IQueryCollection query)
    {
        return new AchievementForm
        {
            AwardingBody = Text("awarding_body").ToLowerInvariant(), Title = Text("title"), Code = Text("code"), Credits = Text("credits"), Hours = Text("hours"), Level = Text("eqf_level"),
            Fields = Text("isced"), Grade = Text("grade"), AwardedOn = Text("awarded_on"), Assessment = Text("assessment"), Supervision = Text("supervision"), Mode = Text("mode"),
            Tongues = Text("languages").ToLowerInvariant(), Outcomes = Text("outcomes").ReplaceLineEndings("\n"), QualityAssured = query["quality_assured"] == "yes",
        };

        string Text(string name) => query[name].ToString().Trim() is { Length: <= LongestText } kept ? kept : "";
    }

    /// <summary>The form that says what a description says.</summary>
    public static AchievementForm Of(AchievementDescription described) => new()
    {
        AwardingBody = described.AwardingBody, Title = described.Title, Code = described.Code, AwardedOn = described.AwardedDate, Fields = string.Join(' ', described.IscedFields),
        Credits = described.HasEctsCreditsHundredths ? (described.EctsCreditsHundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture) : "",
        Level = described.EqfLevel == 0 ? "" : described.EqfLevel.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The form that says what the example of a finding says.</summary>
    public static AchievementForm Of(FindingWitness witness) => Of(witness.Achievement ?? new AchievementDescription()) with
    {
        Assessment = witness.AssessmentTypes.FirstOrDefault() ?? "", Supervision = witness.Supervision, Mode = witness.Modes.FirstOrDefault() ?? "", Tongues = string.Join(' ', witness.Languages),
        Grade = witness.Grade, QualityAssured = witness.QualityAssured, Outcomes = string.Join('\n', witness.Outcomes),
    };

    /// <summary>What stands in the address, field by field.</summary>
    public ImmutableArray<(string Key, string? Value)> Pairs =>
    [
        ("awarding_body", AwardingBody), ("title", Title), ("code", Code), ("credits", Credits), ("hours", Hours), ("eqf_level", Level), ("isced", Fields), ("grade", Grade), ("awarded_on", AwardedOn),
        ("assessment", Assessment), ("supervision", Supervision), ("mode", Mode), ("languages", Tongues), ("outcomes", Outcomes), ("quality_assured", QualityAssured ? "yes" : ""),
    ];

    /// <summary>What a person can mend without asking the node.</summary>
    internal ImmutableArray<FieldError> Check(Words words)
    {
        var slips = ImmutableArray.CreateBuilder<FieldError>();
        if (Credits.Length > 0 && DecisionForm.ParseCredits(Credits) is null) slips.Add(new FieldError("credits", words["slip.credits"]));
        if (Hours.Length > 0 && Number(Hours) is not (> 0 and <= 99_999)) slips.Add(new FieldError("hours", words["slip.hours"]));
        if (Level.Length > 0 && Number(Level) is not (>= 1 and <= 8)) slips.Add(new FieldError("eqf_level", words["slip.level"]));
        if (AwardedOn.Length > 0 && Words.TryDay(AwardedOn) is null) slips.Add(new FieldError("awarded_on", words["slip.day"]));
        return slips.ToImmutable();
    }

    /// <summary>For a question to anybody.</summary>
    public AchievementDescription ToDescription()
    {
        var described = new AchievementDescription { AwardingBody = AwardingBody, Code = Code, Title = Title, EqfLevel = Number(Level) ?? 0, AwardedDate = AwardedOn, IscedFields = { Several(Fields) } };
        if (DecisionForm.ParseCredits(Credits) is { } credits && Credits.Length > 0) described.EctsCreditsHundredths = credits;
        return described;
    }

    /// <summary>For a trial of the institution's own rules.</summary>
    public Achievement ToAchievement()
    {
        var achievement = new Achievement
        {
            Title = InAnyLanguage(Title), AwardedDate = AwardedOn, VolumeOfLearning = Number(Hours) is { } hours ? $"PT{hours}H" : "", EqfLevel = Number(Level) ?? 0, Supervision = Supervision, Grade = Grade,
            IscedFields = { Several(Fields) }, Languages = { Several(Tongues) },
        };
        if (Code.Length > 0) achievement.Codes.Add(Code);
        if (Assessment.Length > 0) achievement.AssessmentTypes.Add(Assessment);
        if (Mode.Length > 0) achievement.Modes.Add(Mode);
        if (DecisionForm.ParseCredits(Credits) is { } credits && Credits.Length > 0) achievement.EctsCreditsHundredths = credits;
        if (QualityAssured) achievement.QualityAssurance.Add(new QualityAssurance { Type = "accreditation" });
        achievement.Outcomes.AddRange(Outcomes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(o => new LearningOutcome { Id = o, Title = InAnyLanguage(o) }));
        return achievement;
    }

    private static LocalisedText InAnyLanguage(string text) => text.Length == 0 ? new LocalisedText() : new LocalisedText { ByLanguage = { ["und"] = text } };

    private static string[] Several(string text) => text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
