using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Conformance;

/// <summary>A decision as a data file: what is published, a credential, a day, and the finding that follows. Its format is explained in <c>tests/vectors/README.md</c>.</summary>
internal sealed record ConformanceCase
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>What the case shows, one sentence.</summary>
    public required string Scenario { get; init; }
    /// <summary>Receiving institution, SCHAC.</summary>
    public required string Institution { get; init; }
    /// <summary>Its procedure.</summary>
    public CasePolicy Policy { get; init; } = new();
    /// <summary>Rows of the units sheet: cell by column.</summary>
    public required ImmutableArray<Dictionary<string, string>> Units { get; init; }
    /// <summary>Rows of the outcomes sheet.</summary>
    public ImmutableArray<Dictionary<string, string>> Outcomes { get; init; } = [];
    /// <summary>Rows of the rules sheet.</summary>
    public required ImmutableArray<Dictionary<string, string>> Rules { get; init; }
    /// <summary>Rows of the sheet of sources.</summary>
    public ImmutableArray<Dictionary<string, string>> Sources { get; init; } = [];
    /// <summary>What the credential says.</summary>
    public required CaseCredential Credential { get; init; }
    /// <summary>Further credentials of the same learner.</summary>
    public ImmutableArray<CaseCredential> FurtherCredentials { get; init; } = [];
    /// <summary>Programme applied for.</summary>
    public required string Programme { get; init; }
    /// <summary>Unit asked for; empty for the best of the programme.</summary>
    public string Target { get; init; } = "";
    /// <summary>Day of application.</summary>
    public required string Day { get; init; }
    /// <summary>Credits granted by validation in the programme so far.</summary>
    public string Validated { get; init; } = "0";
    /// <summary>Programme for which the credential was counted before; empty for none.</summary>
    public string CountedIn { get; init; } = "";
    /// <summary>Whether information was asked for before.</summary>
    public bool InformationLapsed { get; init; }
    /// <summary>Codes of what was asked for and answered.</summary>
    public ImmutableArray<string> Answered { get; init; } = [];
    /// <summary>Grade tables.</summary>
    public ImmutableArray<CaseGradeTable> GradeTables { get; init; } = [];
    /// <summary>Learning agreements of the learner.</summary>
    public ImmutableArray<CaseAgreement> Agreements { get; init; } = [];
    /// <summary>What is expected.</summary>
    public required CaseFinding Finding { get; init; }

    /// <summary>Name of the file.</summary>
    [JsonIgnore]
    public string File { get; init; } = "";

    /// <summary>Reads a file.</summary>
    /// <exception cref="CommandFailure">It is no such case.</exception>
    public static ConformanceCase Read(string path)
    {
        try
        {
            return (JsonSerializer.Deserialize<ConformanceCase>(System.IO.File.ReadAllBytes(path), Options) ?? throw new JsonException("The file is empty.")) with { File = Path.GetFileName(path) };
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"It is no decision case: {e.Message}", "tests/vectors/README.md explains the format.", path);
        }
    }
}

/// <summary>Procedure of a case. What is left out is the default of a node.</summary>
internal sealed record CasePolicy
{
    /// <summary>Institutions on the recognition track.</summary>
    public ImmutableArray<string> HigherEducationInstitutions { get; init; } = [];
    /// <summary>Which day selects the rules.</summary>
    public string RuleDate { get; init; } = "more_favourable";
    /// <summary>Most credits granted by validation; empty for no cap.</summary>
    public string ValidationCap { get; init; } = "";
    /// <summary>Hours of work per credit.</summary>
    public int HoursPerCredit { get; init; } = 25;
    /// <summary>Smallest step of a partial grant.</summary>
    public string CreditStep { get; init; } = "0.5";
    /// <summary>Choice among overlapping grades.</summary>
    public string Grade { get; init; } = "average";
    /// <summary>Smallest number of grades a table must count.</summary>
    public int MinimumGradeCount { get; init; } = 30;
    /// <summary>What becomes of a credential that was counted before.</summary>
    public string DoubleCounting { get; init; } = "never";
}

/// <summary>What the credential of a case says.</summary>
internal sealed record CaseCredential
{
    /// <summary>Member that is the awarding body, SCHAC; empty for none.</summary>
    public string AwardingBody { get; init; } = "";
    /// <summary>Present identifier of the awarding body when the credential names a former one; empty when it does not.</summary>
    public string PresentAwardingBody { get; init; } = "";
    /// <summary>Day since which the present identifier holds.</summary>
    public string PresentSince { get; init; } = "";
    /// <summary>Title.</summary>
    public required string Title { get; init; }
    /// <summary>Codes.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];
    /// <summary>Day of award.</summary>
    public required string AwardedOn { get; init; }
    /// <summary>Last day of validity; empty for no end.</summary>
    public string ValidUntil { get; init; } = "";
    /// <summary>ECTS credits; empty when not stated.</summary>
    public string Credits { get; init; } = "";
    /// <summary>Other frameworks in which credits are stated.</summary>
    public ImmutableArray<string> OtherFrameworks { get; init; } = [];
    /// <summary>Workload, ISO 8601.</summary>
    public string Volume { get; init; } = "";
    /// <summary>Workload of the activity, when it differs.</summary>
    public string ActivityVolume { get; init; } = "";
    /// <summary>EQF level; 0 when not stated.</summary>
    public int EqfLevel { get; init; }
    /// <summary>ISCED-F codes.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];
    /// <summary>Languages.</summary>
    public ImmutableArray<string> Languages { get; init; } = [];
    /// <summary>Types of assessment.</summary>
    public ImmutableArray<string> Assessment { get; init; } = [];
    /// <summary>Supervision and identity verification.</summary>
    public string Supervision { get; init; } = "";
    /// <summary>Forms of participation.</summary>
    public ImmutableArray<string> Modes { get; init; } = [];
    /// <summary>Learning setting.</summary>
    public string Setting { get; init; } = "";
    /// <summary>Grade as awarded; empty when none.</summary>
    public string Grade { get; init; } = "";
    /// <summary>Result; empty for passed.</summary>
    public string Status { get; init; } = "";
    /// <summary>Titles of the learning outcomes.</summary>
    public ImmutableArray<string> Outcomes { get; init; } = [];
    /// <summary>Quality assurance shown.</summary>
    public ImmutableArray<CaseQuality> Quality { get; init; } = [];
    /// <summary>Verdict of the checks: <c>accept</c>, <c>hold</c>, <c>reject</c>.</summary>
    public string Verdict { get; init; } = "accept";
    /// <summary>Elements of Annex I that are missing.</summary>
    public ImmutableArray<string> MissingElements { get; init; } = [];
}

/// <summary>Quality assurance that a credential shows.</summary>
internal sealed record CaseQuality(
    string Agent, string Id = "", string Decision = "", string ValidFrom = "", string ValidUntil = "", ImmutableArray<int> EqfLevels = default, ImmutableArray<string> Fields = default);

/// <summary>A signed learning agreement of a case, for the programme applied for.</summary>
internal sealed record CaseAgreement(string Id, string Host, string SignedOn, ImmutableArray<CaseComponent> Components, string ValidFrom = "", string ValidUntil = "");

/// <summary>A component of an agreement: what is taken, and the unit as which it counts.</summary>
internal sealed record CaseComponent(string Unit, string Credits, string Code = "", string Title = "", string AwardingBody = "", bool Automatic = true, string Condition = "");

/// <summary>A grade table of a case.</summary>
internal sealed record CaseGradeTable(string Organisation, ImmutableArray<CaseGrade> Grades, string Field = "", int EqfLevel = 0);

/// <summary>A grade of a table, best first.</summary>
internal sealed record CaseGrade(string Label, long Count, int? Thousandths = null, int? FromThousandths = null, bool Distinction = false, bool Passing = true);

/// <summary>What is expected; a member left out is not compared. <c>none</c> stands for no outcome and no grade.</summary>
internal sealed record CaseFinding
{
    /// <summary>What should happen.</summary>
    public required string Proposal { get; init; }
    /// <summary>Outcome proposed.</summary>
    public required string Outcome { get; init; }
    /// <summary>Credits granted.</summary>
    public string? Granted { get; init; }
    /// <summary>Credits for the supplement.</summary>
    public string? ExtraCurricular { get; init; }
    /// <summary>What is granted in place of credits; empty for credits.</summary>
    public string? Benefit { get; init; }
    /// <summary>Unit granted.</summary>
    public string? Unit { get; init; }
    /// <summary>Rule that carries the proposal.</summary>
    public string? Rule { get; init; }
    /// <summary>Grade granted.</summary>
    public string? Grade { get; init; }
    /// <summary>Lines of several credentials or units as <c>outcome credits unit rule</c>, sorted; what is left over is <c>none 0 none none</c>, what was not passed <c>nothing_earned 0 none</c> and the rule of its component.</summary>
    public string[]? Lines { get; init; }
    /// <summary>Reasons: codes, with the target outcomes they name behind.</summary>
    public string[]? Reasons { get; init; }
    /// <summary>Alternatives considered.</summary>
    public string[]? Alternatives { get; init; }
    /// <summary>Why a person is needed.</summary>
    public string[]? Referral { get; init; }
    /// <summary>Codes of information to be asked for.</summary>
    public string[]? Information { get; init; }
    /// <summary>Learning agreement that decided, with its version and the credits asked of it: <c>LA-1 1 24</c>; <c>none</c> for none.</summary>
    public string? Agreement { get; init; }
    /// <summary>Pieces of the explanation.</summary>
    public string[] Explains { get; init; } = [];
}
