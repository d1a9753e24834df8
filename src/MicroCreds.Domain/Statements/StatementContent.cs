using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// The content of a statement as a JSON object, without personal data: credits as decimal strings, names in snake_case, absent where
/// there is nothing to say. The same decision gives the same bytes. Source: exchange reference C.3.
/// </summary>
public static class StatementContent
{
    /// <summary>Largest content in bytes, so that the signed statement stays below <see cref="SignedStatement.MaxBytes"/> with base64 and envelope.</summary>
    public const int MaxBytes = 44 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything a decision says, but for its officer and its free text.</summary>
    public static byte[] OfDecision(Application application, Decision decision) => Write(json =>
    {
        json.WriteString("outcome", Word(decision.Outcome));
        json.WriteString("ects", Credits.EctsCredits.FromHundredths(decision.Lines.Sum(l => l.GrantedCredits.Hundredths)).ToString());
        json.WriteString("track", Word(decision.Track));
        json.WriteStartObject("target");
        json.WriteString("programme", application.Programme.Value);
        json.WriteString("unit", application.TargetUnit.Value);
        json.WriteEndObject();
        json.WriteStartArray("lines");
        foreach (var line in decision.Lines) Line(json, line);
        json.WriteEndArray();
        json.WriteStartArray("reasons");
        foreach (var reason in decision.Reasons)
        {
            json.WriteStartObject();
            json.WriteString("code", Word(reason.Code));
            json.WriteStartArray("target_outcomes");
            foreach (var outcome in reason.TargetOutcomes) json.WriteStringValue(outcome);
            json.WriteEndArray();
            Optional(json, "text", reason.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("alternatives");
        foreach (var alternative in decision.Alternatives)
        {
            json.WriteStartObject();
            json.WriteString("outcome", Word(alternative.Outcome));
            Optional(json, "unit", alternative.Unit?.Value);
            Optional(json, "text", alternative.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (decision.Condition.Length > 0)
        {
            json.WriteStartObject("condition");
            json.WriteString("text", decision.Condition);
            if (decision.ConditionDueOn is { } due) json.WriteString("due_on", Day(due));
            json.WriteEndObject();
        }
        json.WriteString("legal_basis", decision.LegalBasis);
        json.WriteString("authority", decision.Authority);
        Appeal(json, decision.AppealBody, decision.AppealUntil);
        json.WriteString("decided_by", Word(decision.DecidedBy));
        json.WriteString("decided_on", Day(RecognitionClock.DayOf(decision.DecidedAt)));
        json.WriteStartObject("ruleset");
        json.WriteString("table", decision.Table.Value);
        json.WriteNumber("version", decision.TableVersion);
        json.WriteString("digest", decision.TableDigest.Value);
        Optional(json, "rule", decision.Rule?.Value);
        json.WriteString("engine", decision.EngineVersion);
        json.WriteEndObject();
        json.WriteString("inputs_digest", decision.InputsDigest.Value);
        json.WriteString("assessment_digest", decision.AssessmentDigest.Value);
    });

    /// <summary>That a decision no longer stands, from when, and how to appeal.</summary>
    public static byte[] OfRevocation(Decision revoked, DateOnly effectiveOn, DateOnly appealUntil) => Write(json =>
    {
        json.WriteString("outcome", "revoked");
        json.WriteString("ects", "0");
        json.WriteString("effective_on", Day(effectiveOn));
        json.WriteString("authority", revoked.Authority);
        Appeal(json, revoked.AppealBody, appealUntil);
    });

    /// <summary>That a case was closed without a decision on the merits.</summary>
    public static byte[] OfClosing(CaseState state) => Write(json => json.WriteString("outcome", Word(state)));

    /// <summary>What an issuer is asked for, by codes alone: <c>M6</c> and the like are elements of Annex I.</summary>
    public static byte[] OfRequest(IEnumerable<string> codes, DateOnly dueOn) => Write(json =>
    {
        json.WriteString("outcome", "information_requested");
        json.WriteStartArray("missing");
        foreach (var code in codes) json.WriteStringValue(code);
        json.WriteEndArray();
        json.WriteString("due_on", Day(dueOn));
    });

    private static void Line(Utf8JsonWriter json, DecisionLine line)
    {
        json.WriteStartObject();
        json.WriteString("title", line.AchievementTitle);
        Optional(json, "awarding_body", line.AwardingBody?.Value);
        json.WriteStartObject("claimed");
        Optional(json, "ects", line.ClaimedCredits?.ToString());
        Optional(json, "volume", line.ClaimedVolume);
        Optional(json, "grade", line.ClaimedGrade);
        if (line.ClaimedEqfLevel is { } level) json.WriteNumber("eqf_level", level);
        json.WriteEndObject();
        json.WriteString("outcome", Word(line.Outcome));
        json.WriteStartObject("granted");
        Optional(json, "unit", line.Unit?.Value);
        json.WriteString("ects", line.GrantedCredits.ToString());
        if (line.Benefit is { } benefit) json.WriteString("benefit", Word(benefit));
        if (line.ExtraCurricular.Hundredths > 0) json.WriteString("extra_curricular_ects", line.ExtraCurricular.ToString());
        Optional(json, "grade", line.GrantedGrade);
        json.WriteEndObject();
        if (line.Conversion is { } conversion) Conversion(json, conversion);
        json.WriteEndObject();
    }

    private static void Conversion(Utf8JsonWriter json, GradeConversion conversion)
    {
        json.WriteStartObject("grade_conversion");
        json.WriteString("source_segment", conversion.SourceSegment);
        json.WriteString("choice", Word(conversion.Policy.Choice));
        json.WriteNumber("sliver_percent", conversion.Policy.SliverPercent);
        json.WriteStartArray("overlaps");
        foreach (var overlap in conversion.Overlaps)
        {
            json.WriteStartObject();
            json.WriteString("grade", overlap.Label);
            json.WriteNumber("share_hundredths_percent", overlap.ShareHundredthsPercent);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Appeal(Utf8JsonWriter json, string body, DateOnly until)
    {
        json.WriteStartObject("appeal");
        json.WriteString("body", body);
        json.WriteString("until", Day(until));
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
