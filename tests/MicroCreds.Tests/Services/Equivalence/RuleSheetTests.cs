using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class RuleSheetTests
{
    [Fact]
    public void reads_every_column_of_a_rule()
    {
        var rule = Assert.Single(Sheets.Read(Sheets.Rules(
            Sheets.RuleColumns + "\nR1,DS-101,uni-madrid.example,CR/EST101,Estadística*,0542,6,2.5,written_examination|project_work,supervised_with_identity_verification," +
            "online|blended,es,7.25,yes,5,2024-01-01,2026-12-31,80,3,converted,yes,2025-01-01,2027-12-31,yes,2,\"Show the portfolio, please\",partners,Public,Private\n")).Rules.GetValueOrDefault());

        Assert.Equal(
            [
                "AwardingBody uni-madrid.example", "AchievementCode CR/EST101", "AchievementTitle Estadística*", "IscedField 0542", "EqfLevelAtLeast 6", "CreditsAtLeast 2.5",
                "AssessmentIsOneOf WrittenExamination+ProjectWork", "SupervisionAtLeast SupervisedWithIdentityVerification", "ModeIsOneOf Online+Blended", "Language es",
                "GradeAtLeast 7250", "QualityAssured", "MaxAgeYears 5", "AwardedBetween 2024-01-01 2026-12-31", "OutcomeCoverageAtLeast 80",
            ],
            rule.Conditions.Select(Text));
        Assert.Equal("R1 DS-101", $"{rule.Id} {rule.Target}");
        Assert.Equal(300, Assert.IsType<CreditGrant.Fixed>(rule.Grant).Credits.Hundredths);
        Assert.Equal((GradeTreatment.Converted, true, true, 2), (rule.Grade, rule.Automatic, rule.Agreement, rule.Priority));
        Assert.Equal((new DateOnly(2025, 1, 1), new DateOnly(2027, 12, 31)), (rule.ValidFrom, rule.ValidUntil));
        Assert.Equal(("Show the portfolio, please", RuleVisibility.Partners, "Public", "Private"), (rule.GrantCondition, rule.Visibility, rule.PublicNote, rule.PrivateNote));
    }

    [Fact]
    public void reads_what_bounds_levels_work_and_grades()
    {
        var rule = Assert.Single(Sheets.Read(Sheets.Rules(
            "rule,target_unit,max_eqf_level,eqf_level,credit_framework,min_hours_per_credit,assessment_other_than,min_grade_percentile,min_converted_grade,valid_at_application,grant_percent,grant_ects\n" +
            "R1,DS-101,7,6,ecvet,25,level_of_attendance|quiz,70,24,yes,80,3\n")).Rules.GetValueOrDefault());

        Assert.Equal(
            [
                "EqfLevelAtMost 7", "EqfLevelIs 6", "CreditFramework ecvet", "HoursPerCreditAtLeast 25", "AssessmentOtherThan LevelOfAttendance+Quiz", "GradePercentileAtLeast 70",
                "ConvertedGradeAtLeast 24", "ValidAtApplication",
            ],
            rule.Conditions.Select(Text));
        Assert.Equal(new CreditGrant.Proportional(80, MicroCreds.Domain.Credits.EctsCredits.FromHundredths(300)), rule.Grant);
    }

    [Theory]
    [InlineData("grant_percent,grant_ects", "50,", "Proportional { Percent = 50, AtMost =  }")]
    [InlineData("benefit", "exemption", "Exemption { }")]
    [InlineData("benefit", "admission", "AdmissionOnly { }")]
    [InlineData("benefit", "credits", "AsEarned { }")]
    public void reads_what_is_granted(string columns, string cells, string grant) =>
        Assert.Equal(grant, Assert.Single(Sheets.Read(Sheets.Rules($"rule,target_unit,achievement_code,{columns}\nR1,DS-101,X1,{cells}\n")).Rules.GetValueOrDefault()).Grant.ToString());

    [Fact]
    public void refuses_credits_beside_an_exemption() => Assert.Equal(
        "stands in place of credits; leave grant_ects and grant_percent empty",
        Sheets.OnlyViolation(Sheets.Rules("rule,target_unit,achievement_code,benefit,grant_ects\nR1,DS-101,X1,exemption,3\n")).Description);

    [Theory]
    [InlineData("rule,target_unit,awarding_body\nR1,DS-101,uni-a.example\n")]
    [InlineData("rule,target_unit,awarding_body,grant_ects\nR1,DS-101,uni-a.example,as_earned\n")]
    public void missing_columns_and_empty_cells_take_the_mildest_value(string text)
    {
        var rule = Assert.Single(Sheets.Read(Sheets.Rules(text)).Rules.GetValueOrDefault());
        Assert.IsType<CreditGrant.AsEarned>(rule.Grant);
        Assert.Equal((GradeTreatment.Ungraded, false, false, 0), (rule.Grade, rule.Automatic, rule.Agreement, rule.Priority));
        Assert.Equal((null, null, "", RuleVisibility.Public), (rule.ValidFrom, rule.ValidUntil, rule.GrantCondition, rule.Visibility));
    }

    [Theory]
    [InlineData("awarding_body", "Universidad", "is not a SCHAC")]
    [InlineData("achievement_title", "*", "a * stands for any ending")]
    [InlineData("achievement_title", "Data*science", "a * stands for any ending")]
    [InlineData("isced_field", "688", "'688' is not an ISCED-F 2013 code of 2 to 4 digits; if a spreadsheet dropped the zero, write 0688")]
    [InlineData("isced_field", "IT", "is not an ISCED-F 2013 code")]
    [InlineData("min_eqf_level", "9", "is not a whole number from 1 to 8")]
    [InlineData("min_ects", "\"2,5\"", "'2,5' has a decimal comma; write 2.5")]
    [InlineData("min_ects", "2.125", "is not an amount of ECTS credits")]
    [InlineData("min_ects", "-1", "is not an amount of ECTS credits")]
    [InlineData("assessment", "exam", "'exam' is none of peer_assessment, marked_assignment")]
    [InlineData("assessment", "unspecified", "'unspecified' is none of")]
    [InlineData("min_supervision", "strict", "is none of unsupervised_without_identity_verification")]
    [InlineData("mode", "online|remote", "'remote' is none of")]
    [InlineData("language", "ITA", "two small letters")]
    [InlineData("min_grade", "\"7,5\"", "'7,5' has a decimal comma; write 7.5")]
    [InlineData("min_grade", "A", "is not a number from 0 to 99999")]
    [InlineData("quality_assured", "1", "is neither yes nor no")]
    [InlineData("max_age_years", "five", "is not a whole number from 0 to 100")]
    [InlineData("awarded_from", "01/09/2026", "write it as YYYY-MM-DD")]
    [InlineData("awarded_until", "2026-02-30", "write it as YYYY-MM-DD")]
    [InlineData("min_outcome_coverage_percent", "0", "from 1 to 100")]
    [InlineData("grant_ects", "earned", "is not an amount of ECTS credits")]
    [InlineData("max_eqf_level", "0", "is not a whole number from 1 to 8")]
    [InlineData("eqf_level", "six", "is not a whole number from 1 to 8")]
    [InlineData("credit_framework", "ECTS", "is not a framework in small letters")]
    [InlineData("min_hours_per_credit", "0", "from 1 to 100")]
    [InlineData("assessment_other_than", "exam", "is none of peer_assessment")]
    [InlineData("min_grade_percentile", "101", "from 1 to 100")]
    [InlineData("valid_at_application", "1", "is neither yes nor no")]
    [InlineData("grant_percent", "120", "from 1 to 100")]
    [InlineData("benefit", "waiver", "is none of credits, exemption, admission")]
    [InlineData("grade", "pass", "is none of ungraded, converted")]
    [InlineData("automatic", "y", "is neither yes nor no")]
    [InlineData("valid_from", "2026", "write it as YYYY-MM-DD")]
    [InlineData("agreement", "x", "is neither yes nor no")]
    [InlineData("priority", "1.5", "is not a whole number from -1000 to 1000")]
    [InlineData("visibility", "secret", "is none of public, partners, hidden")]
    public void names_a_wrong_cell(string column, string value, string expected)
    {
        var violation = Sheets.OnlyViolation(Sheets.Rules($"rule,target_unit,achievement_code,{column}\nR1,DS-101,X1,\n,,,\nR2,DS-101,X2,{value}\n"));
        Assert.Equal($"rules.csv:4:{column}", violation.Field);
        Assert.Contains(expected, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void refuses_a_rule_that_asks_for_nothing() =>
        Assert.Equal("the rule asks for nothing; fill in at least one condition", Sheets.OnlyViolation(Sheets.Rules("rule,target_unit,automatic\nR1,DS-101,yes\n")).Description);

    [Fact]
    public void refuses_an_identifier_that_stands_twice() =>
        Assert.Equal("rules.csv:3:rule", Sheets.OnlyViolation(Sheets.Rules("rule,target_unit,language\nR1,DS-101,it\nR1,DS-102,it\n")).Field);

    private static string Text(RuleCondition condition) => condition.GetType().Name + condition switch
    {
        RuleCondition.AwardingBody c => $" {c.Organisation}",
        RuleCondition.AchievementCode c => $" {c.Code}",
        RuleCondition.AchievementTitle c => $" {c.Pattern}",
        RuleCondition.IscedField c => $" {c.Prefix}",
        RuleCondition.EqfLevelAtLeast c => $" {c.Level}",
        RuleCondition.EqfLevelIs c => $" {c.Level}",
        RuleCondition.EqfLevelAtMost c => $" {c.Level}",
        RuleCondition.CreditsAtLeast c => $" {c.Credits}",
        RuleCondition.CreditFramework c => $" {c.Framework}",
        RuleCondition.HoursPerCreditAtLeast c => $" {c.Hours}",
        RuleCondition.AssessmentOtherThan c => $" {string.Join('+', c.Types)}",
        RuleCondition.GradePercentileAtLeast c => $" {c.Percent}",
        RuleCondition.ConvertedGradeAtLeast c => $" {c.Grade}",
        RuleCondition.AssessmentIsOneOf c => $" {string.Join('+', c.Types)}",
        RuleCondition.SupervisionAtLeast c => $" {c.Supervision}",
        RuleCondition.ModeIsOneOf c => $" {string.Join('+', c.Modes)}",
        RuleCondition.Language c => $" {c.Tag}",
        RuleCondition.GradeAtLeast c => $" {c.Thousandths}",
        RuleCondition.MaxAgeYears c => $" {c.Years}",
        RuleCondition.AwardedBetween c => $" {c.From:yyyy-MM-dd} {c.Until:yyyy-MM-dd}",
        RuleCondition.OutcomeCoverageAtLeast c => $" {c.Percent}",
        _ => "",
    };
}
