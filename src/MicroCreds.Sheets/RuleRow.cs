using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>Makes a rule of a row: each filled cell of a source column is a condition. Source: field reference E.1 and E.2.</summary>
internal static class RuleRow
{
    private const string UnitShape = "a unit code: 1 to 64 letters, digits and . _ / : -";
    private const int MaxUnits = 10;
    private const int MaxNote = 2000;

    // ISCED-F 2013 has eleven broad fields, 00 to 10.
    private const int LastBroadField = 10;

    /// <summary>The rule; null when a cell is wrong.</summary>
    internal static EquivalenceRule? Read(SheetRow row)
    {
        var id = row.Value<RuleId>("rule", RuleId.TryParse, "a rule identifier: 1 to 64 letters, digits and . _ / : -", required: true);
        var several = row.Split("target_unit").Length > 1;
        var target = several ? null : row.Value<UnitCode>("target_unit", UnitCode.TryParse, UnitShape, required: true);
        ImmutableArray<RuleCondition> conditions = [.. Conditions(row)];
        // A rule without conditions would grant its unit to everybody.
        var sources = row.Yes("sources");
        if (conditions.Length == 0 && !sources && row.Right) row.Wrong("awarding_body", "the rule asks for nothing; fill in at least one condition");
        CreditGrant grant = several ? new CreditGrant.AsEarned() : Grant(row);
        if ((several || sources) && row.Text("grant_percent", 12).Length + row.Text("benefit", 12).Length > 0) row.Wrong("grant_percent", "goes with one credential and one unit; leave grant_percent and benefit empty");
        var rule = (Grade: row.Word<GradeTreatment>("grade") ?? GradeTreatment.Ungraded, Visibility: row.Word<RuleVisibility>("visibility") ?? RuleVisibility.Public);
        var window = (From: row.Day("valid_from"), Until: row.Day("valid_until"));
        var (automatic, agreement) = (row.Yes("automatic"), row.Yes("agreement"));
        var priority = row.Whole("priority", -1000, 1000) ?? 0;
        var (condition, publicNote, privateNote) = (row.Text("condition", MaxNote), row.Text("public_note", MaxNote), row.Text("private_note", MaxNote));
        var adopted = row.Value<RuleProvenance>("adopted_from", RuleProvenance.TryParse, "institution, table, version, rule and digest with a blank between, as adoption wrote it");
        ImmutableArray<UnitGrant> units = several ? Units(row) : [];
        target ??= units.Select(u => u.Unit).FirstOrDefault();
        return row.Right && id is not null && target is not null
            ? new()
            {
                Id = id,
                Target = target,
                Conditions = conditions,
                Sources = sources ? SheetSources.ToBeFilled : [],
                Grant = several ? new CreditGrant.Fixed(units[0].Credits) : grant,
                FurtherUnits = several ? units[1..] : [],
                Grade = rule.Grade,
                Automatic = automatic,
                ValidFrom = window.From,
                ValidUntil = window.Until,
                Agreement = agreement,
                Priority = priority,
                GrantCondition = condition,
                Visibility = rule.Visibility,
                PublicNote = publicNote,
                PrivateNote = privateNote,
                AdoptedFrom = adopted,
            }
            : null;
    }

    private static CreditGrant Grant(SheetRow row)
    {
        var fixedCredits = row.Text("grant_ects", 12) is not ("" or "as_earned") ? row.Credits("grant_ects") : null;
        var percent = row.Whole("grant_percent", 1, 100);
        var benefit = row.Word<GrantBenefit>("benefit");
        if (benefit is not (null or GrantBenefit.Credits) && (fixedCredits is not null || percent is not null)) row.Wrong("benefit", "stands in place of credits; leave grant_ects and grant_percent empty");
        return benefit switch
        {
            GrantBenefit.Exemption => new CreditGrant.Exemption(),
            GrantBenefit.Admission => new CreditGrant.AdmissionOnly(),
            _ when percent is { } share => new CreditGrant.Proportional(share, fixedCredits),
            _ => fixedCredits is { } credits ? new CreditGrant.Fixed(credits) : new CreditGrant.AsEarned(),
        };
    }

    // One amount of credits for each unit; what was earned cannot be divided by itself.
    private static ImmutableArray<UnitGrant> Units(SheetRow row)
    {
        var (codes, amounts) = (row.Split("target_unit"), row.Split("grant_ects"));
        if (codes.Length > MaxUnits) row.Wrong("target_unit", $"names {codes.Length} units; at most {MaxUnits}");
        if (amounts.Length != codes.Length) row.Wrong("grant_ects", $"has {amounts.Length} amounts for {codes.Length} units; write one for each, with | between");
        var units = ImmutableArray.CreateBuilder<UnitGrant>();
        for (var i = 0; row.Right && i < codes.Length; i++)
        {
            if (!UnitCode.TryParse(codes[i], out var code)) row.Wrong("target_unit", $"'{codes[i]}' is not {UnitShape}");
            else if (!EctsCredits.TryParse(amounts[i], out var credits)) row.Wrong("grant_ects", $"'{amounts[i]}' is not an amount of ECTS credits; 0 to 360 with at most two decimals, for example 6|6");
            else units.Add(new(code, credits));
        }

        return units.ToImmutable();
    }

    internal static IEnumerable<RuleCondition> Conditions(SheetRow row)
    {
        if (row.Value<OrganisationId>("awarding_body", OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example") is { } body) yield return new RuleCondition.AwardingBody(body);
        if (row.Text("achievement_code", 200) is { Length: > 0 } code) yield return new RuleCondition.AchievementCode(code);
        if (Title(row) is { Length: > 0 } title) yield return new RuleCondition.AchievementTitle(title);
        if (IscedField(row) is { } field) yield return new RuleCondition.IscedField(field);
        if (row.Whole("min_eqf_level", 1, 8) is { } level) yield return new RuleCondition.EqfLevelAtLeast(level);
        if (row.Whole("max_eqf_level", 1, 8) is { } highest) yield return new RuleCondition.EqfLevelAtMost(highest);
        if (row.Whole("eqf_level", 1, 8) is { } exactly) yield return new RuleCondition.EqfLevelIs(exactly);
        if (row.Credits("min_ects") is { } credits) yield return new RuleCondition.CreditsAtLeast(credits);
        if (Framework(row) is { } framework) yield return new RuleCondition.CreditFramework(framework);
        if (row.Whole("min_hours_per_credit", 1, 100) is { } hours) yield return new RuleCondition.HoursPerCreditAtLeast(hours);
        if (row.Words("assessment", AssessmentType.Unspecified) is { Length: > 0 } types) yield return new RuleCondition.AssessmentIsOneOf(types);
        if (row.Words("assessment_other_than", AssessmentType.Unspecified) is { Length: > 0 } not) yield return new RuleCondition.AssessmentOtherThan(not);
        if (row.Word("min_supervision", AssessmentSupervision.Unspecified) is { } supervision) yield return new RuleCondition.SupervisionAtLeast(supervision);
        if (row.Words("mode", LearningMode.Unspecified) is { Length: > 0 } modes) yield return new RuleCondition.ModeIsOneOf(modes);
        if (Language(row) is { } language) yield return new RuleCondition.Language(language);
        if (row.Thousandths("min_grade") is { } grade) yield return new RuleCondition.GradeAtLeast(grade);
        if (row.Whole("min_grade_percentile", 1, 100) is { } percentile) yield return new RuleCondition.GradePercentileAtLeast(percentile);
        if (row.Text("min_converted_grade", 40) is { Length: > 0 } converted) yield return new RuleCondition.ConvertedGradeAtLeast(converted);
        if (row.Yes("quality_assured")) yield return new RuleCondition.QualityAssured();
        if (row.Yes("valid_at_application")) yield return new RuleCondition.ValidAtApplication();
        if (row.Whole("max_age_years", 0, 100) is { } years) yield return new RuleCondition.MaxAgeYears(years);
        var (from, until) = (row.Day("awarded_from"), row.Day("awarded_until"));
        if (from is not null || until is not null) yield return new RuleCondition.AwardedBetween(from, until);
        if (row.Whole("min_outcome_coverage_percent", 1, 100) is { } percent) yield return new RuleCondition.OutcomeCoverageAtLeast(percent);
    }

    private static string Title(SheetRow row)
    {
        var title = row.Text("achievement_title", 500);
        if (title.IndexOf('*', StringComparison.Ordinal) is var star and >= 0 && (star == 0 || star < title.Length - 1))
        {
            row.Wrong("achievement_title", "a * stands for any ending and may only be the last character, behind the beginning of a title");
            return "";
        }

        return title;
    }

    private static string? IscedField(SheetRow row)
    {
        var text = row.Text("isced_field", 20);
        if (text.Length == 0) return null;
        if (text.Length is >= 2 and <= 4 && text.All(char.IsAsciiDigit) && int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture) <= LastBroadField) return text;
        // Spreadsheets take 0688 for a number and drop its zero.
        var zero = text.Length is >= 1 and <= 3 && text.All(char.IsAsciiDigit) ? $"; if a spreadsheet dropped the zero, write 0{text}" : "";
        row.Wrong("isced_field", $"'{text}' is not an ISCED-F 2013 code of 2 to 4 digits{zero}");
        return null;
    }

    private static string? Framework(SheetRow row)
    {
        var text = row.Text("credit_framework", 40);
        if (text.Length == 0) return null;
        if (text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')) return text;
        row.Wrong("credit_framework", $"'{text}' is not a framework in small letters, for example ects or ecvet");
        return null;
    }

    private static string? Language(SheetRow row)
    {
        var text = row.Text("language", 20);
        if (text.Length == 0) return null;
        if (text.Length == 2 && text.All(char.IsAsciiLetterLower)) return text;
        row.Wrong("language", $"'{text}' is not a language code of ISO 639-1: two small letters, for example it");
        return null;
    }
}
