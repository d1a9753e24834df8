using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;

namespace MicroCreds.Console.Cases;

/// <summary>Turns the contract's names of fields, such as <c>decision.reasons[1].text</c>, into those of the forms.</summary>
internal static partial class FieldNames
{
    public static ImmutableArray<FieldError> Read(NodeProblem problem, DecisionForm decision) =>
        [.. problem.Violations.Select(v => new FieldError(FormField(v.Field, decision), ForeignText.Visible(v.Description)))];

    private static string FormField(string field, DecisionForm decision)
    {
        if (Listed().Match(field) is { Success: true } listed)
        {
            var at = int.Parse(listed.Groups["at"].Value, CultureInfo.InvariantCulture);
            switch (listed.Groups["list"].Value)
            {
                case "reasons":
                    return decision.FieldOfReason(at, listed.Groups["part"].Value);
                case "alternatives":
                    return decision.FieldOfAlternative(at, listed.Groups["part"].Value);
                case "items":
                    return $"text_{at + 1}";
            }
        }
        return field[(field.LastIndexOf('.') + 1)..] switch
        {
            "granted_ects_credits_hundredths" => "credits",
            "granted_grade" => "grade",
            "reasons" => "reasons",
            "alternatives" => "alternatives",
            "items" => "text_1",
            var last => last,
        };
    }

    [GeneratedRegex(@"(?<list>reasons|alternatives|items)\[(?<at>[0-9]{1,3})\](\.(?<part>[a-z_]+))?", RegexOptions.CultureInvariant)]
    private static partial Regex Listed();
}
