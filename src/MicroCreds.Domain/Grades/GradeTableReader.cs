namespace MicroCreds.Domain.Grades;

/// <summary>Finds the segment of a grade table into which a written grade falls.</summary>
internal static class GradeTableReader
{
    /// <summary>The segment, or null with the reason why there is none.</summary>
    internal static GradeSegment? Find(GradeTable table, GradeReading grade, out string reason)
    {
        reason = "";
        if (ByLabel(table, grade.Text) is { } whole) return Passing(whole, grade, out reason);
        if (grade.Distinction) return Distinction(table, grade, out reason);
        if (grade.Label.Length > 0)
        {
            if (ByLabel(table, grade.Label) is not { } labelled)
            {
                reason = $"The grade '{grade.Text}' is not in the table of {table.Organisation}.";
                return null;
            }

            // A label and a number that point to different grades contradict each other; nobody but a person may choose.
            if (grade.Thousandths is { } stated && ByNumber(table, stated) is { } numbered && numbered != labelled && !labelled.Distinction)
            {
                reason = $"The grade '{grade.Text}' contradicts itself: the number belongs to '{numbered.Label}'.";
                return null;
            }

            return Passing(labelled, grade, out reason);
        }

        if (grade.OutOfThousandths is { } top && top != Top(table))
        {
            reason = $"The grade '{grade.Text}' is on another scale than the table of {table.Organisation}.";
            return null;
        }

        if (grade.Thousandths is { } number && ByNumber(table, number) is { } found) return Passing(found, grade, out reason);
        reason = $"The grade '{grade.Text}' is not in the table of {table.Organisation}.";
        return null;
    }

    private static GradeSegment? Distinction(GradeTable table, GradeReading grade, out string reason)
    {
        reason = "";
        var top = Top(table);
        var distinctions = table.Grades.Where(g => g.Distinction).ToArray();
        if (distinctions.Length == 1 && grade.Thousandths == top && (grade.OutOfThousandths is null || grade.OutOfThousandths == top)) return distinctions[0];
        reason = $"The table of {table.Organisation} has no distinction that '{grade.Text}' names.";
        return null;
    }

    private static GradeSegment? Passing(GradeSegment segment, GradeReading grade, out string reason)
    {
        reason = segment.Passing ? "" : $"The grade '{grade.Text}' is a failing grade.";
        return segment.Passing ? segment : null;
    }

    private static GradeSegment? ByLabel(GradeTable table, string text) =>
        table.Grades.FirstOrDefault(g => string.Equals(g.Label, text, StringComparison.OrdinalIgnoreCase));

    private static GradeSegment? ByNumber(GradeTable table, int thousandths) =>
        table.Grades.FirstOrDefault(g => !g.Distinction && g.Thousandths == thousandths)
        ?? table.Grades.Where(g => !g.Distinction && g.FromThousandths <= thousandths).MaxBy(g => g.FromThousandths);

    private static int? Top(GradeTable table) => table.Grades.Where(g => !g.Distinction).Max(g => g.Thousandths);
}
