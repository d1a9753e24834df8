using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MicroCreds.Cli.Cases;

/// <summary>
/// A code with what it names and a sentence, as it is typed: <c>LEARNING_OUTCOMES(LO4,LO5): The bridging task is missing</c>,
/// <c>PARTIAL(ALTRE-3): Credits for the part shown</c>, <c>M6: Which outcomes were assessed?</c>. Names and sentence may be absent.
/// </summary>
internal sealed partial record CodedText(string Code, IReadOnlyList<string> Names, string Text)
{
    /// <summary>Reads one. The code is letters, digits, dots, dashes and underscores.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CodedText? coded)
    {
        var match = Pattern().Match(text ?? "");
        coded = match.Success
            ? new(match.Groups["code"].Value, match.Groups["names"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), match.Groups["text"].Value.Trim())
            : null;
        return coded is not null;
    }

    [GeneratedRegex(@"^\s*(?<code>[A-Za-z0-9_.-]+)\s*(\((?<names>[^)]*)\))?\s*(:(?<text>.*))?\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
