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
        CreditGrant grant = several ? new CreditGrant.AsEarned() : row.Text("grant_ects", 12) is "" or "as_earned" ? new CreditGrant.AsEarned() : new CreditGrant.Fixed(row.Credits("grant_ects") ?? default);
        var rule = (Grade: row.Word<GradeTreatment>("grade") ?? GradeTreatment.Ungraded, Visibility: row.Word<RuleVisibility>("visibility") ?? RuleVisibility.Public);
        var window = (From: row.Day("valid_from"), Until: row.Day("valid_until"));
        var (automatic, agreement) = (row.Yes("automatic"), row.Yes("agreement"));
        var priority = row.Whole("priority", -1000, 1000) ?? 0;
        var (condition, publicNote, privateNote) = (row.Text("condition", MaxNote), row.Text("public_note", MaxNote), row.Text("private_note", MaxNote));
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
            }
            : null;
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
        if (row.Credits("min_ects") is { } credits) yield return new RuleCondition.CreditsAtLeast(credits);
        if (row.Words("assessment", AssessmentType.Unspecified) is { Length: > 0 } types) yield return new RuleCondition.AssessmentIsOneOf(types);
        if (row.Word("min_supervision", AssessmentSupervision.Unspecified) is { } supervision) yield return new RuleCondition.SupervisionAtLeast(supervision);
        if (row.Words("mode", LearningMode.Unspecified) is { Length: > 0 } modes) yield return new RuleCondition.ModeIsOneOf(modes);
        if (Language(row) is { } language) yield return new RuleCondition.Language(language);
        if (row.Thousandths("min_grade") is { } grade) yield return new RuleCondition.GradeAtLeast(grade);
        if (row.Yes("quality_assured")) yield return new RuleCondition.QualityAssured();
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

    private static string? Language(SheetRow row)
    {
        var text = row.Text("language", 20);
        if (text.Length == 0) return null;
        if (text.Length == 2 && text.All(char.IsAsciiLetterLower)) return text;
        row.Wrong("language", $"'{text}' is not a language code of ISO 639-1: two small letters, for example it");
        return null;
    }
}
