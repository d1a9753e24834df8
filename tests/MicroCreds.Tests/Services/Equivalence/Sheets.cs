using System.Text;
using MicroCreds.Domain.Problems;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Sheets written as text, and what reading them answers.</summary>
internal static class Sheets
{
    internal const string RuleColumns =
        "rule,target_unit,awarding_body,achievement_code,achievement_title,isced_field,min_eqf_level,min_ects,assessment,min_supervision,mode,language,min_grade," +
        "quality_assured,max_age_years,awarded_from,awarded_until,min_outcome_coverage_percent,grant_ects,grade,automatic,valid_from,valid_until,agreement," +
        "priority,condition,visibility,public_note,private_note";

    internal static SheetFile Units(string text) => new(SheetKind.Units, "units.csv", Encoding.UTF8.GetBytes(text));

    internal static SheetFile Outcomes(string text) => new(SheetKind.Outcomes, "outcomes.csv", Encoding.UTF8.GetBytes(text));

    internal static SheetFile Rules(string text) => new(SheetKind.Rules, "rules.csv", Encoding.UTF8.GetBytes(text));

    internal static SheetFile Sources(string text) => new(SheetKind.Sources, "sources.csv", Encoding.UTF8.GetBytes(text));

    internal static ImportedSheets Read(params SheetFile[] files) =>
        SheetReader.Read(files).Failed(out var problem, out var sheets) ? throw new Xunit.Sdk.XunitException(problem.Message) : sheets;

    internal static Problem Refused(params SheetFile[] files)
    {
        Assert.True(SheetReader.Read(files).Failed(out var problem, out _), "The sheet was read.");
        Assert.Equal(ProblemCode.SheetInvalid, problem.Code);
        return problem;
    }

    internal static FieldViolation OnlyViolation(params SheetFile[] files) => Assert.Single(Refused(files).Violations);
}
