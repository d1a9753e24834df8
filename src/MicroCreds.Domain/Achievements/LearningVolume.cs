using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroCreds.Domain.Achievements;

/// <summary>Notional workload as stated (ELM <c>volumeOfLearning</c>, xsd:duration; M7 of Annex I).</summary>
/// <param name="Iso">The duration as written, for example <c>PT75H</c>.</param>
/// <param name="Minutes">The same in minutes; null when the duration uses years or months, whose hours are not defined (<c>P60M</c> is 60 months).</param>
public sealed partial record LearningVolume(string Iso, int? Minutes)
{
    /// <summary>Reads an xsd:duration that is not negative. Minutes are rounded down; they stay null with years or months.</summary>
    public static bool TryParse(string? text, out LearningVolume? volume)
    {
        volume = null;
        var match = text is { Length: <= 64 } ? Shape().Match(text) : Match.Empty;
        if (text is null || !match.Success) return false;
        long Part(string name) => match.Groups[name] is { Success: true } group && long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var undefined = match.Groups["years"].Success || match.Groups["months"].Success;
        var minutes = (Part("days") * 24 * 60) + (Part("hours") * 60) + Part("minutes") + (Part("seconds") / 60);
        volume = new(text, undefined || minutes > int.MaxValue ? null : (int)minutes);
        return true;
    }

    /// <summary>Whole and half hours for a person: <c>75 h</c>, or the duration as written when it has no hours.</summary>
    public override string ToString() => Minutes is { } minutes ? $"{minutes / 60}{(minutes % 60 == 0 ? "" : $":{minutes % 60:00}")} h" : Iso;

    [GeneratedRegex(@"^P(?=\d|T\d)((?<years>\d{1,6})Y)?((?<months>\d{1,6})M)?((?<days>\d{1,6})D)?(T(?=\d)((?<hours>\d{1,6})H)?((?<minutes>\d{1,6})M)?((?<seconds>\d{1,6})(\.\d{1,9})?S)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
