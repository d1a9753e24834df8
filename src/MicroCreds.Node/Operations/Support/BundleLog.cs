using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Operations.Support;

/// <summary>
/// The last lines of a log for those who help. Of each line: time, level, category, event, the template of its message, the type and the places of an exception, and those
/// values that are numbers, members, methods or one of the node's own words. A line of another form is counted and left out.
/// </summary>
internal static partial class BundleLog
{
    private const int MostLines = 2000;
    private const int MostBytes = 64 << 20;

    // Values under these names are made by the program: members, methods, states. Under other names of our lines only numbers are let through.
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(["Partner", "Institution", "Institutions", "Method", "Status", "Reason", "Kind"], StringComparer.Ordinal);

    /// <summary>The lines that may be shown.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static byte[] Of(string path)
    {
        var (lines, other) = (new Queue<string>(), 0);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MostBytes) file.Position = file.Length - MostBytes;
            using var reader = new StreamReader(file);
            while (reader.ReadLine() is { } line)
            {
                if (Shown(line) is not { } shown)
                {
                    other++;
                    continue;
                }
                lines.Enqueue(shown);
                if (lines.Count > MostLines) lines.Dequeue();
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The log {path} cannot be read: {fault.Message}", fault);
        }
        lines.Enqueue($"{{\"leftOut\":{other}}}");
        return Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
    }

    private static string? Shown(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("State", out var state) || state.ValueKind != JsonValueKind.Object || Text(entry, "Category") is not { } category || !Name().IsMatch(category)) return null;
            var buffer = new ArrayBufferWriter<byte>(512);
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                if (Text(entry, "Timestamp") is { } time && Time().IsMatch(time)) json.WriteString("at", time);
                if (Text(entry, "LogLevel") is { } level && Name().IsMatch(level)) json.WriteString("level", level);
                json.WriteString("category", category);
                if (entry.TryGetProperty("EventId", out var id) && id.TryGetInt32(out var number)) json.WriteNumber("event", number);
                // Of our own lines the template is a constant of the program, and values are its words; of others either may be made at run time.
                if (category.StartsWith("MicroCreds.", StringComparison.Ordinal))
                {
                    if (Text(state, "{OriginalFormat}") is { } template) json.WriteString("template", template);
                    foreach (var value in state.EnumerateObject().Where(v => Name().IsMatch(v.Name))) Value(json, value);
                }
                if (Text(entry, "Exception") is { } exception) Exception(json, exception);
                json.WriteEndObject();
            }
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Value(Utf8JsonWriter json, JsonProperty value)
    {
        if (value.Value.ValueKind == JsonValueKind.Number) json.WriteNumber(value.Name, value.Value.GetDouble());
        else if (value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() is { } text && (Figure().IsMatch(text) || (Known.Contains(value.Name) && Word().IsMatch(text)))) json.WriteString(value.Name, text);
    }

    /// <summary>Types and places, without the messages between them.</summary>
    private static void Exception(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray("exception");
        foreach (var part in text.Split('\n'))
            if (Frame().Match(part) is { Success: true } frame) json.WriteStringValue(frame.Value.Trim());
            else if (Type().Match(part) is { Success: true } type) json.WriteStringValue(type.Groups[1].Value);
        json.WriteEndArray();
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.+`]{0,199}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9T:.+Z-]{10,40}\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^-?[0-9]{1,12}(\.[0-9]{1,6})?\z")]
    private static partial Regex Figure();

    // A domain, a method of the contract, or one word in capitals or camel case.
    [GeneratedRegex(@"^(([a-z0-9-]+\.)+[a-z]{2,}(,([a-z0-9-]+\.)+[a-z]{2,})*|/[a-z0-9.]+\.[A-Za-z]+/[A-Za-z]+|[A-Z][A-Z_]{1,40}|OK|NotFound|Unavailable|Internal|Cancelled|DeadlineExceeded|InvalidArgument|PermissionDenied|Unauthenticated|FailedPrecondition|Aborted|AlreadyExists|ResourceExhausted|DataLoss|Unimplemented|OutOfRange|Unknown)\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s+at [A-Za-z][A-Za-z0-9_.`<>\[\],+| ]*\(")]
    private static partial Regex Frame();

    [GeneratedRegex(@"^(?: ---> )?((?:System|Microsoft|MicroCreds|Grpc|Npgsql|SQLitePCL)(?:\.[A-Za-z0-9_+`]+)+)(?::|\s|\z)")]
    private static partial Regex Type();
}
