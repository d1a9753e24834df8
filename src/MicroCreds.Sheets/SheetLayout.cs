using System.Collections.Immutable;

namespace MicroCreds.Sheets;

/// <summary>Columns of a kind of sheet. They may stand in any order; the optional ones may be missing.</summary>
internal sealed class SheetLayout
{
    private SheetLayout(ImmutableArray<string> required, ImmutableArray<string> optional) => (Required, Columns) = (required, [.. required, .. optional]);

    internal ImmutableArray<string> Required { get; }

    internal ImmutableArray<string> Columns { get; }

    internal static SheetLayout Units { get; } = new(["code", "title", "programme", "ects", "eqf_level"], ["kind", "graded"]);

    internal static SheetLayout Outcomes { get; } = new(["unit", "code", "title"], ["essential", "covered_by"]);

    private static readonly ImmutableArray<string> ConditionColumns =
    [
        "awarding_body", "achievement_code", "achievement_title", "isced_field", "min_eqf_level", "max_eqf_level", "eqf_level", "min_ects", "credit_framework",
        "min_hours_per_credit", "assessment", "assessment_other_than", "min_supervision", "mode", "language", "min_grade", "min_grade_percentile", "min_converted_grade",
        "quality_assured", "valid_at_application", "max_age_years", "awarded_from", "awarded_until", "min_outcome_coverage_percent",
    ];

    internal static SheetLayout Rules { get; } = new(
        ["rule", "target_unit"],
        [
            .. ConditionColumns,
            "grant_ects", "grant_percent", "benefit", "grade", "automatic", "valid_from", "valid_until", "agreement", "priority", "condition", "visibility", "public_note",
            "private_note", "sources", "adopted_from",
        ]);

    internal static SheetLayout Sources { get; } = new(["rule", "group"], ["needed", .. ConditionColumns]);

    /// <summary>The known column whose name is nearest to <paramref name="name"/>.</summary>
    internal string Nearest(string name) => Columns.MinBy(c => Distance(c, name)) ?? "";

    // Levenshtein distance; names are short, longer ones are cut.
    private static int Distance(string known, string given)
    {
        var text = given.Length > 64 ? given[..64] : given;
        var row = Enumerable.Range(0, text.Length + 1).ToArray();
        for (var i = 1; i <= known.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= text.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (known[i - 1] == text[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
