using System.Text.RegularExpressions;

namespace MicroCreds.Console.Cases;

/// <summary>Identifiers of fields in the page, so that the summary of errors can point at them.</summary>
internal static partial class FieldId
{
    private static readonly HashSet<string> Grouped = new(StringComparer.Ordinal) { "outcome", "reasons", "alternatives" };

    /// <summary>The id of a field of a form; the form itself when the field is none of its own.</summary>
    public static string For(string action, string field) => field.Length == 0 || !IsField(field) ? $"{action}-form" : $"{action}-{field}";

    /// <summary>The name of the field without the number or code at its end: <c>reason_text_LEVEL</c> is <c>reason_text</c>.</summary>
    public static string Base(string field) => Ending().Replace(field, "");

    private static bool IsField(string field) => Grouped.Contains(field) || Known.Contains(Base(field));

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "unit", "credits", "grade", "reason", "reason_text", "reason_outcomes", "alternative_outcome", "alternative_unit", "alternative_text",
        "condition", "condition_due_date", "statement", "assignee", "text", "code", "asked_of", "due_date", "kind", "passed", "evidence", "reason",
        "table", "workbook", "ground", "advice", "met", "effective_date", "result", "explanation",
    };

    [GeneratedRegex(@"_([0-9]+|[A-Z][A-Z_]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ending();
}
