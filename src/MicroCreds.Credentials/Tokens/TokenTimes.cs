using System.Globalization;
using System.Text.Json;

namespace MicroCreds.Credentials.Tokens;

/// <summary>Period of validity by the claims of a token. Source: RFC 7519, 4.1.4 and 4.1.5.</summary>
/// <param name="From">Beginning by <c>nbf</c>.</param>
/// <param name="Until">End by <c>exp</c>.</param>
internal sealed record TokenTimes(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Reads both; null when one of them is no time.</summary>
    public static TokenTimes? TryRead(JsonElement claims) => TryRead(claims, "nbf", out var from) && TryRead(claims, "exp", out var until) ? new(from, until) : null;

    /// <summary>Reads one time, if it is there. RFC 7519, 2: seconds since 1970, whole or with a fraction; beyond the year 9999 it is no date.</summary>
    public static bool TryRead(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var member)) return true;
        if (member.ValueKind != JsonValueKind.Number || !decimal.TryParse(member.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > 253402300799) return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }
}
