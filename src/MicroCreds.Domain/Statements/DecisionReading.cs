using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// Makes a decision again of a statement of it: what <see cref="StatementContent.OfDecision"/> wrote, and the free text as far as it was disclosed. How a grade was
/// converted, which rule led to which line, and a learning agreement are not in a statement, and its time is to the second.
/// </summary>
internal static class DecisionReading
{
    /// <summary>The decision; null when the statement does not say one in full.</summary>
    /// <param name="said">Verified statement.</param>
    /// <param name="credentialOf">File that an achievement of a title is in; null when that cannot be told.</param>
    public static Decision? Read(StatementBody said, Func<string, Sha256Digest?> credentialOf)
    {
        try
        {
            using var content = JsonDocument.Parse(said.Content);
            return Read(content.RootElement, said, credentialOf);
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException or JsonException)
        {
            // Signed by a version that said less, or otherwise.
            return null;
        }
    }

    private static Decision Read(JsonElement content, StatementBody said, Func<string, Sha256Digest?> credentialOf)
    {
        var (rules, appeal) = (content.GetProperty("ruleset"), content.GetProperty("appeal"));
        var (decidedBy, rule) = (Word<DecidedBy>(content, "decided_by"), Optional(rules, "rule"));
        var condition = content.TryGetProperty("condition", out var asked) ? asked : (JsonElement?)null;
        return new Decision
        {
            Version = said.Version,
            Supersedes = said.Supersedes,
            Outcome = Word<DecisionOutcome>(content, "outcome"),
            Track = Word<RecognitionTrack>(content, "track"),
            Lines = [.. content.GetProperty("lines").EnumerateArray().Select(line => Line(line, credentialOf))],
            Reasons =
            [
                .. content.GetProperty("reasons").EnumerateArray().Select(r => new DecisionReason(
                    Word<ReasonCode>(r, "code"), [.. r.GetProperty("target_outcomes").EnumerateArray().Select(o => o.GetString() ?? "")], Optional(r, "text") ?? "")),
            ],
            Alternatives =
            [
                .. content.GetProperty("alternatives").EnumerateArray().Select(a => new ConsideredAlternative(
                    Word<DecisionOutcome>(a, "outcome"), Optional(a, "unit") is { } unit ? UnitCode.Parse(unit) : null, Optional(a, "text") ?? "")),
            ],
            Condition = condition is { } text ? Text(text, "text") : "",
            ConditionDueOn = condition is { } due && Optional(due, "due_on") is { } day ? DayOf(day) : null,
            LegalBasis = Text(content, "legal_basis"),
            Authority = Text(content, "authority"),
            AppealBody = Text(appeal, "body"),
            AppealUntil = DayOf(Text(appeal, "until")),
            DecidedBy = decidedBy,
            DecidedByName = Disclosed(said, "decided_by_name") is { Length: > 0 } name ? name : decidedBy == DecidedBy.Rule ? rule ?? "" : "",
            ApprovedByName = Disclosed(said, "approved_by_name") is { Length: > 0 } approver ? approver : null,
            DecidedAt = said.IssuedAt,
            Rule = rule is null ? null : RuleId.Parse(rule),
            Table = TableId.Parse(Text(rules, "table")),
            TableVersion = rules.GetProperty("version").GetInt32(),
            TableDigest = Sha256Digest.Parse(Text(rules, "digest")),
            EngineVersion = Text(rules, "engine"),
            InputsDigest = Sha256Digest.Parse(Text(content, "inputs_digest")),
            AssessmentDigest = Sha256Digest.Parse(Text(content, "assessment_digest")),
            Statement = Disclosed(said, "explanation"),
        };
    }

    private static DecisionLine Line(JsonElement line, Func<string, Sha256Digest?> credentialOf)
    {
        var (title, claimed, granted) = (Text(line, "title"), line.GetProperty("claimed"), line.GetProperty("granted"));
        return new DecisionLine
        {
            Credential = credentialOf(title) ?? throw new FormatException("It cannot be told which credential a line is about."),
            AchievementTitle = title,
            AwardingBody = Optional(line, "awarding_body") is { } body ? OrganisationId.Parse(body) : null,
            ClaimedCredits = Optional(claimed, "ects") is { } ects ? CreditsOf(ects) : null,
            ClaimedVolume = Optional(claimed, "volume") ?? "",
            ClaimedGrade = Optional(claimed, "grade") ?? "",
            ClaimedEqfLevel = claimed.TryGetProperty("eqf_level", out var level) ? level.GetInt32() : null,
            Outcome = Word<DecisionOutcome>(line, "outcome"),
            Unit = Optional(granted, "unit") is { } unit ? UnitCode.Parse(unit) : null,
            GrantedCredits = CreditsOf(Text(granted, "ects")),
            Benefit = granted.TryGetProperty("benefit", out _) ? Word<GrantBenefit>(granted, "benefit") : null,
            ExtraCurricular = Optional(granted, "extra_curricular_ects") is { } extra ? CreditsOf(extra) : EctsCredits.Zero,
            GrantedGrade = Optional(granted, "grade") ?? "",
        };
    }

    /// <summary>A personal claim of a statement; empty when it is not disclosed.</summary>
    internal static string Disclosed(StatementBody said, string name) => said.PersonalData.FirstOrDefault(c => c.Name == name)?.Value ?? "";

    /// <summary>A day as contents write it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static DateOnly DayOf(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing.");

    private static string? Optional(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static T Word<T>(JsonElement from, string name) where T : struct, Enum =>
        SnakeCase.TryParse<T>(Text(from, name), out var value) ? value.Value : throw new FormatException($"'{name}' is of no known kind.");

    private static EctsCredits CreditsOf(string text) => EctsCredits.TryParse(text, out var credits) ? credits : throw new FormatException($"'{text}' are no credits.");
}
