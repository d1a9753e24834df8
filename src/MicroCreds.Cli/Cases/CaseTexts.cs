using System.Globalization;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Credits;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary>Values of cases as they are typed on the command line.</summary>
internal static class CaseTexts
{
    /// <summary>An outcome by name, in any case: <c>full</c>, <c>partial</c>, <c>conditional</c>, <c>alternative</c>, <c>refused</c>.</summary>
    public static DecisionOutcome Outcome(string text, string option) => Named<DecisionOutcome>(text, option);

    /// <summary>A reason code by name, in any case.</summary>
    public static ReasonCode Reason(string text, string option) => Named<ReasonCode>(text, option);

    /// <summary>A stage by name, in any case, with dash or underscore.</summary>
    public static RecognitionCase.Types.State State(string text, string option) => Named<RecognitionCase.Types.State>(text, option);

    /// <summary>Credits with a decimal point, as hundredths.</summary>
    public static int Credits(string text, string option) =>
        EctsCredits.TryParse(text, out var credits) ? credits.Hundredths
        : throw CommandFailure.Usage($"'{text}' is no amount of credits.", "Write digits with a decimal point: 3, 1.5.", option);

    /// <summary>A day, checked to be one.</summary>
    public static string Day(string text, string option) =>
        text.Length == 0 || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text
        : throw CommandFailure.Usage($"'{text}' is no day.", "Write it as YYYY-MM-DD.", option);

    /// <summary>A coded text, checked to be one.</summary>
    public static CodedText Coded(string text, string option, string form) =>
        CodedText.TryParse(text, out var coded) ? coded : throw CommandFailure.Usage($"'{text}' cannot be read.", $"Write it as \"{form}\".", option);

    private static T Named<T>(string text, string option) where T : struct, Enum
    {
        var wanted = text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var values = Enum.GetValues<T>().Where(value => Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0).ToList();
        foreach (var value in values)
            if (string.Equals(value.ToString(), wanted, StringComparison.OrdinalIgnoreCase)) return value;
        throw CommandFailure.Usage($"'{text}' is not one of the values.", $"Choose one of: {string.Join(", ", values.Select(value => PlainText.Of(value).Replace(' ', '_')))}.", option);
    }
}
