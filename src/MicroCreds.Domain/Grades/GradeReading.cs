using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroCreds.Domain.Grades;

/// <summary>
/// A grade's text taken apart: <c>NT (8.0)</c>, <c>AP 5.5</c>, <c>28/30</c>, <c>30 e lode</c>, <c>8.0</c>, <c>Apto</c>. Decimals are written
/// with a point and have at most three digits; a comma makes the number unreadable, since <c>8,125</c> could mean two things.
/// </summary>
/// <param name="Text">The text without surplus space.</param>
/// <param name="Label">The part in words, or the whole text when there is no number; empty when the text is a number.</param>
/// <param name="Thousandths">The number in thousandths; null when there is none that can be read.</param>
/// <param name="OutOfThousandths">The top of the scale, when written behind a slash.</param>
/// <param name="Distinction">Whether the text adds a distinction to a number (<c>L</c>, <c>e lode</c>, <c>cum laude</c>).</param>
public sealed partial record GradeReading(string Text, string Label, int? Thousandths, int? OutOfThousandths, bool Distinction)
{
    /// <summary>Takes a grade's text apart.</summary>
    public static GradeReading Of(string text)
    {
        var plain = Space().Replace(text.Trim(), " ");
        if (Numeric().Match(plain) is { Success: true } number)
            return new(plain, "", Number(number.Groups["n"]), Number(number.Groups["of"]), number.Groups["d"].Success);
        if (Labelled().Match(plain) is { Success: true } labelled)
            return new(plain, labelled.Groups["label"].Value, Number(labelled.Groups["n"]), null, false);
        return new(plain, plain, null, null, false);
    }

    private static int? Number(Group group) =>
        group.Success && decimal.TryParse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? (int)(value * 1000) : null;

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();

    [GeneratedRegex(@"^(?<n>[0-9]{1,5}(\.[0-9]{1,3})?)( ?/ ?(?<of>[0-9]{1,5}))?(?<d> ?(l|(e |con )?lode|cum laude))?\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"^(?<label>[^0-9()]*[^0-9() ]) ?(\((?<n>[0-9]{1,5}(\.[0-9]{1,3})?)\)|(?<= )(?<n>[0-9]{1,5}(\.[0-9]{1,3})?))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Labelled();
}
