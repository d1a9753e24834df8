using System.Globalization;
using System.Text.RegularExpressions;
using MicroCreds.Domain.Achievements;

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

    /// <summary>Reads an xsd:duration that is not negative. Minutes are rounded down; they stay null with years or months.</summary>
    public static bool TryParseVolume(string? text, out LearningVolume? volume)
    {
        volume = null;
        var match = text is { Length: <= 64 } ? DurationShape().Match(text) : Match.Empty;
        if (text is null || !match.Success) return false;
        long Part(string name) => match.Groups[name] is { Success: true } group && long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var undefined = match.Groups["years"].Success || match.Groups["months"].Success;
        var minutes = (Part("days") * 24 * 60) + (Part("hours") * 60) + Part("minutes") + (Part("seconds") / 60);
        volume = new(text, undefined || minutes > int.MaxValue ? null : (int)minutes);
        return true;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeShape();

    [GeneratedRegex(@"^P(?=\d|T\d)((?<years>\d{1,6})Y)?((?<months>\d{1,6})M)?((?<days>\d{1,6})D)?(T(?=\d)((?<hours>\d{1,6})H)?((?<minutes>\d{1,6})M)?((?<seconds>\d{1,6})(\.\d{1,9})?S)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationShape();
}
