using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>What every column of <see cref="SheetLayout"/> means, for the people who fill them in. The examples of a sheet make a row that is right.</summary>
internal static class ColumnDictionary
{
    private const string Code = "1 to 64 letters, digits and . _ / : -, starting with a letter or digit";
    private const string Credits = "0 to 360, at most two decimals";
    private const string Ects = "ECTS Users' Guide 2015";
    private const string Eqf = "European Qualifications Framework, Council Recommendation 2017/C 189/03";
    private const string Micro = "Council Recommendation 2022/C 243/02, Annex I";
    private const string Ear = "EAR manual";

    private static readonly Dictionary<string, SheetColumn> Units = new(StringComparer.Ordinal)
    {
        ["code"] = SheetColumn.Text("Code of the unit in your catalogue; each stands once.", Code, "DS-101"),
        ["title"] = SheetColumn.Text("Title of the unit.", "1 to 500 characters", "Introduction to data science"),
        ["programme"] = SheetColumn.Text("Programme the unit belongs to.", Code, "L-31"),
        ["ects"] = SheetColumn.Number("ECTS credits of the unit.", Credits, "6", Ects),
        ["eqf_level"] = SheetColumn.Number("Level of the programme.", "1 to 8", "6", Eqf),
        ["kind"] = SheetColumn.OneOf<UnitKind>("Place the unit fills in the programme. A thesis is never granted.", "course", "course", ""),
        ["graded"] = SheetColumn.YesNo("Whether the unit carries a grade of your scale.", "yes"),
    };

    private static readonly Dictionary<string, SheetColumn> Outcomes = new(StringComparer.Ordinal)
    {
        ["unit"] = SheetColumn.Text("Code of the unit it belongs to.", "a code of the units sheet", "DS-101"),
        ["code"] = SheetColumn.Text("Code of the outcome; each stands once in a unit.", "1 to 64 characters", "LO1"),
        ["title"] = SheetColumn.Text("The outcome in words.", "1 to 500 characters", "Cleans and describes a data set"),
        ["essential"] = SheetColumn.YesNo("Whether the unit cannot be granted in full without it.", "yes", $"{Ear}, chapter 10"),
        ["covered_by"] = SheetColumn.Text(
            "What a credential may state that covers the outcome.", "skill IRIs, identifiers or titles of outcomes; several with | between", "http://data.europa.eu/esco/skill/4cc3ac28|Data cleaning", "ESCO"),
    };

    private static readonly Dictionary<string, SheetColumn> Rules = new(StringComparer.Ordinal)
    {
        ["rule"] = SheetColumn.Text("Identifier of the rule, which it keeps in all versions; each stands once.", Code, "MAD-DS-101"),
        ["target_unit"] = SheetColumn.Text("Unit that is granted.", "a code of the units sheet; several with | between", "DS-101"),
        ["awarding_body"] = SheetColumn.Text("Asks for this awarding body.", "its SCHAC home-organisation domain; empty: any", "uni-madrid.example", "SCHAC"),
        ["achievement_code"] = SheetColumn.Text("Asks for this code, compared without case, blanks, dots, hyphens and underscores.", "up to 200 characters; empty: any", "EST-101"),
        ["achievement_title"] = SheetColumn.Text("Asks for this title, compared without case and surplus blanks.", "up to 500 characters, a * at the end for any ending; empty: any", "Data science*"),
        ["isced_field"] = SheetColumn.Text("Asks for a field of education.", "2 to 4 digits, with their leading zero; empty: any", "0688", "ISCED-F 2013"),
        ["min_eqf_level"] = SheetColumn.Number("Asks for at least this level.", "1 to 8; empty: any", "6", Eqf),
        ["max_eqf_level"] = SheetColumn.Number("Asks for at most this level.", "1 to 8; empty: any", "7", Eqf),
        ["eqf_level"] = SheetColumn.Number("Asks for exactly this level.", "1 to 8; empty: any", "6", Eqf),
        ["min_ects"] = SheetColumn.Number("Asks for at least as many ECTS credits.", Credits + "; empty: any", "3", Ects),
        ["credit_framework"] = SheetColumn.Text("Asks for credits of this framework.", "ects, or another in small letters such as ecvet; empty: any", "ects", "European Learning Model v3"),
        ["min_hours_per_credit"] = SheetColumn.Number("Asks that the stated work makes at least so many hours for each credit.", "1 to 100; empty: any", "25", Ects),
        ["assessment"] = SheetColumn.SomeOf("Asks for one of these kinds of assessment.", "written_examination|project_work", Micro, AssessmentType.Unspecified),
        ["assessment_other_than"] = SheetColumn.SomeOf("Asks for a kind of assessment that is none of these, beside which they may stand.", "level_of_attendance", Micro, AssessmentType.Unspecified),
        ["min_supervision"] = SheetColumn.OneOf("Asks for at least this supervision and identity verification.", "any", "supervised_with_identity_verification", Micro, AssessmentSupervision.Unspecified),
        ["mode"] = SheetColumn.SomeOf("Asks for one of these forms of participation.", "online|blended", Micro, LearningMode.Unspecified),
        ["language"] = SheetColumn.Text("Asks for a language of instruction or assessment.", "two small letters; empty: any", "es", "ISO 639-1"),
        ["min_grade"] = SheetColumn.Number("Asks for at least this grade on the scale of the credential.", "0 to 99999, at most three decimals; empty: any", "7.5"),
        ["min_grade_percentile"] = SheetColumn.Number("Asks that so many percent of the awarding body's passing grades are this grade or worse.", "1 to 100; empty: any", "30", $"{Ects}, grading table"),
        ["min_converted_grade"] = SheetColumn.Text("Asks for at least this grade of your own table after conversion.", "a grade of your table; empty: any", "24", $"{Ects}, 4.5"),
        ["quality_assured"] = SheetColumn.YesNo("Asks for quality assurance that is valid on the day of award and covers level and field.", "yes", Micro),
        ["valid_at_application"] = SheetColumn.YesNo("Asks that the credential is still valid on the day of application.", "yes"),
        ["max_age_years"] = SheetColumn.Number("Asks that the award is at most so many years before the application.", "0 to 100; empty: any", "5"),
        ["awarded_from"] = SheetColumn.Day("Asks for an award on this day or later.", "2024-09-01"),
        ["awarded_until"] = SheetColumn.Day("Asks for an award on this day or earlier.", "2028-08-31"),
        ["min_outcome_coverage_percent"] = SheetColumn.Number("Asks that so many percent of the unit's outcomes are covered, and every essential one.", "1 to 100; empty: any", "80", $"{Ear}, chapter 10"),
        ["grant_ects"] = SheetColumn.Number("ECTS credits granted. 0 records that nothing is granted.", Credits + "; empty: as many as were earned", "6", Ects),
        ["grant_percent"] = SheetColumn.Number("Percent of the credits earned that are granted, in whole steps of your institution and at most grant_ects.", "1 to 100; empty: all", "80", Ects),
        ["benefit"] = SheetColumn.OneOf<GrantBenefit>("What is granted: credits; or the unit is waived without credits; or the credential is accepted for admission. The last two leave grant_ects and grant_percent empty.", "credits", "credits", ""),
        ["grade"] = SheetColumn.OneOf<GradeTreatment>("What becomes of the grade.", "ungraded", "converted", $"{Ects}, 4.5"),
        ["automatic"] = SheetColumn.YesNo("Whether it may grant in full without an officer, where every check of the credential passed.", "no"),
        ["valid_from"] = SheetColumn.Day("First day in force; empty: open.", "2026-09-01"),
        ["valid_until"] = SheetColumn.Day("Last day in force; empty: open.", "2029-08-31"),
        ["agreement"] = SheetColumn.YesNo("Whether a bilateral agreement stands behind it, which puts it before rules without one.", "no"),
        ["priority"] = SheetColumn.Number("Order among rules of the same rank: the larger wins.", "-1000 to 1000; empty: 0", "0"),
        ["condition"] = SheetColumn.Text("Condition in words that a person must see to.", "up to 2000 characters; empty: none", "Show the project report."),
        ["visibility"] = SheetColumn.OneOf<RuleVisibility>("Who may see the rule.", "public", "public", ""),
        ["public_note"] = SheetColumn.Text("Note for everybody who sees the rule.", "up to 2000 characters", "Agreed with Madrid in 2026."),
        ["private_note"] = SheetColumn.Text("Note for your institution alone.", "up to 2000 characters", "Look at it again in 2028."),
        ["adopted_from"] = SheetColumn.Text("Whose rule it was adopted from. Written by adoption; leave it as it is.", "institution, table, version, rule and digest; empty: your own", "uni-madrid.example main 3 EST-101 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"),
        ["sources"] = SheetColumn.YesNo("Whether it is about several credentials, which stand in the sources sheet.", "no"),
    };

    private static readonly Dictionary<string, SheetColumn> Sources = new(Rules.Where(column => SheetLayout.Sources.Columns.Contains(column.Key)), StringComparer.Ordinal)
    {
        ["rule"] = SheetColumn.Text("Rule it belongs to.", "an identifier of the rules sheet with yes under sources", "MAD-DS-101"),
        ["group"] = SheetColumn.Number("Number of the group: the rule asks for every group.", "1 to 20", "1"),
        ["needed"] = SheetColumn.Number("How many credentials of the group are needed; the same in each of its rows.", "1 to 20; empty: all", "2"),
    };

    /// <summary>The columns of a sheet by name.</summary>
    internal static IReadOnlyDictionary<string, SheetColumn> Of(SheetKind kind) => kind switch
    {
        SheetKind.Units => Units,
        SheetKind.Outcomes => Outcomes,
        SheetKind.Sources => Sources,
        _ => Rules,
    };
}
