using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MicroCreds.Cli.Pilot;

/// <summary>What the credentials of the story say.</summary>
internal static class PilotClaims
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The published rules are in force until then; a credential of the story is always awarded while they are.
    private static readonly DateOnly LastAward = new(2028, 8, 31);

    /// <summary>Names of the claims that ship with the program.</summary>
    public static readonly IReadOnlyList<string> Names = ["volunteering", "statistics"];

    /// <summary>The claims of that name, awarded some weeks before <paramref name="now"/>.</summary>
    public static JsonObject Of(string name, DateTimeOffset now)
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped($"{name}.claims.json"))?.AsObject() ?? throw new InvalidOperationException("The claims that ship with the program are no object.");
        var awarded = DateOnly.FromDateTime(now.AddDays(-20).UtcDateTime);
        claims["awarded_on"] = (awarded < LastAward ? awarded : LastAward).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return claims;
    }

    /// <summary>The claims as text, as <c>mcf issue</c> takes them.</summary>
    public static string Text(JsonObject claims) => claims.ToJsonString(Indented);
}
