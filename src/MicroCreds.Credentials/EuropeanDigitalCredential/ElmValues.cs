using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>A time as written.</summary>
/// <param name="Instant">The instant. A time without offset is read as UTC.</param>
/// <param name="Day">The day in the offset stated.</param>
/// <param name="LocalMidnight">Whether the time is one that a midnight in central or eastern Europe becomes in UTC (21:00, 22:00 or 23:00), so that the day meant may be the next.</param>
internal readonly record struct ElmTime(DateTimeOffset Instant, DateOnly Day, bool LocalMidnight);

/// <summary>Strict readings of the XML Schema types that ELM uses.</summary>
internal static partial class ElmValues
{
    /// <summary>Reads an xsd:dateTime or xsd:date.</summary>
    public static bool TryParseTime(string? text, out ElmTime time)
    {
        time = default;
        if (text is null || !TimeShape().IsMatch(text)) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return false;
        var utc = text.EndsWith('Z') || text.EndsWith("+00:00", StringComparison.Ordinal);
        var localMidnight = utc && instant is { Hour: >= 21, Minute: 0, Second: 0 };
        time = new(instant, DateOnly.FromDateTime(instant.DateTime), localMidnight);
        return true;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeShape();
}
