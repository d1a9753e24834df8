using System.Text.Json;
using System.Text.Json.Serialization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Vectors;

/// <summary>Rules, a credential and a day, with the finding that follows. Written for a registrar: see <c>tests/vectors/README.md</c>.</summary>
public sealed record EquivalenceVector
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public required string Scenario { get; init; }
    public required string Institution { get; init; }
    public VectorPolicy Policy { get; init; } = new();
    public required VectorUnit[] Units { get; init; }
    public required VectorRule[] Rules { get; init; }
    public required VectorCredential Credential { get; init; }
    public required string Programme { get; init; }
    public string? Target { get; init; }
    public required DateOnly Day { get; init; }
    public string Validated { get; init; } = "0";
    public bool AlreadyCounted { get; init; }
    public bool InformationLapsed { get; init; }
    public string[] Answered { get; init; } = [];
    public VectorGradeTable[] GradeTables { get; init; } = [];
    public required VectorFinding Finding { get; init; }

    [JsonIgnore]
    public string File { get; private set; } = "";

    public static EquivalenceVector Read(string path)
    {
        var vector = JsonSerializer.Deserialize<EquivalenceVector>(System.IO.File.ReadAllBytes(path), Options)!;
        vector.File = Path.GetFileName(path);
        return vector;
    }

    public override string ToString() => $"{File}: {Scenario}";
}

public sealed record VectorPolicy
{
    public string[] HigherEducationInstitutions { get; init; } = [];
    public RuleDatePolicy RuleDate { get; init; } = RuleDatePolicy.MoreFavourable;
    public string? ValidationCap { get; init; }
    public int HoursPerCredit { get; init; } = 25;
    public GradeOverlapChoice Grade { get; init; }
    public int MinimumGradeCount { get; init; } = 30;
}

public sealed record VectorOutcome(string Code, string Title, bool Essential, string[] CoveredBy);

public sealed record VectorUnit
{
    public required string Code { get; init; }
    public required string Title { get; init; }
    public required string Programme { get; init; }
    public required string Credits { get; init; }
    public required int EqfLevel { get; init; }
    public UnitKind Kind { get; init; }
    public bool Graded { get; init; }
    public VectorOutcome[] Outcomes { get; init; } = [];
}

public sealed record VectorRule
{
    public required string Id { get; init; }
    public required string Target { get; init; }
    public required VectorConditions When { get; init; }
    public string Credits { get; init; } = "as earned";
    public GradeTreatment Grade { get; init; }
    public bool Automatic { get; init; }
    public DateOnly? ValidFrom { get; init; }
    public DateOnly? ValidUntil { get; init; }
    public int Priority { get; init; }
    public string Condition { get; init; } = "";
}

public sealed record VectorConditions
{
    public string? AwardingBody { get; init; }
    public string? AchievementCode { get; init; }
    public string? AchievementTitle { get; init; }
    public string? IscedField { get; init; }
    public int? EqfLevelAtLeast { get; init; }
    public string? CreditsAtLeast { get; init; }
    public AssessmentSupervision? SupervisionAtLeast { get; init; }
    public string? GradeAtLeast { get; init; }
    public bool QualityAssured { get; init; }
    public int? MaxAgeYears { get; init; }
    public int? OutcomeCoverageAtLeast { get; init; }
}

public sealed record VectorCredential
{
    public string? AwardingBody { get; init; }
    public required string Title { get; init; }
    public string[] Codes { get; init; } = [];
    public required DateOnly AwardedOn { get; init; }
    public string? Credits { get; init; }
    public string? Volume { get; init; }
    public string? ActivityVolume { get; init; }
    public int? EqfLevel { get; init; }
    public string[] Fields { get; init; } = [];
    public AssessmentType[] Assessment { get; init; } = [];
    public AssessmentSupervision Supervision { get; init; }
    public LearningMode[] Modes { get; init; } = [];
    public LearningSetting Setting { get; init; }
    public string? Grade { get; init; }
    public string[] Outcomes { get; init; } = [];
    public Verdict Verdict { get; init; }
    public string[] MissingElements { get; init; } = [];
}

public sealed record VectorGradeTable
{
    public required string Organisation { get; init; }
    public string Field { get; init; } = "";
    public int EqfLevel { get; init; }
    public required VectorGrade[] Grades { get; init; }
}

public sealed record VectorGrade(string Label, long Count, int? Thousandths = null, int? FromThousandths = null, bool Distinction = false, bool Passing = true);

/// <summary>What is expected; a member left out is not compared. <c>none</c> stands for no outcome.</summary>
public sealed record VectorFinding
{
    public required ProposalKind Proposal { get; init; }
    public required string Outcome { get; init; }
    public string? Granted { get; init; }
    public string? ExtraCurricular { get; init; }
    public string? Unit { get; init; }
    public string? Rule { get; init; }
    public string? Grade { get; init; }
    public string[]? Reasons { get; init; }
    public string[]? Alternatives { get; init; }
    public string[]? Referral { get; init; }
    public string[]? Information { get; init; }
    public string[] Explains { get; init; } = [];
}
