using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Errors;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>An achievement from the wire: what <see cref="CredentialMapping"/> shows of a case reads back as the same for every rule.</summary>
internal static class AchievementReading
{
    private const int MaxValues = 50;
    private const int MaxOutcomes = 500;
    private const int MaxText = 500;

    /// <summary>The achievement; null when it is not described or a field is wrong.</summary>
    /// <param name="wire">Description.</param>
    /// <param name="otherwise">Day of award when none is stated.</param>
    /// <param name="path">Path of the description in the request.</param>
    /// <param name="fields">Collects what is wrong.</param>
    internal static Achievement? Read(Wire.Achievement? wire, DateOnly otherwise, string path, RequestFields fields)
    {
        if (wire is null)
        {
            fields.Wrong(path, "is required: what was learnt");
            return null;
        }

        var at = $"{path}.";
        var credits = default(EctsCredits);
        fields.Require(!wire.HasEctsCreditsHundredths || EctsCredits.TryFromHundredths(wire.EctsCreditsHundredths, out credits), at + "ects_credits_hundredths", "must be from 0 to 36000");
        fields.Require(wire.EqfLevel is >= 0 and <= 8, at + "eqf_level", "must be from 1 to 8, or 0 when not known");
        fields.Require(wire.IscedFields.Count <= MaxValues && wire.IscedFields.All(EquivalenceMapping.IsIscedField), at + "isced_fields", $"must be at most {MaxValues} ISCED-F codes of 2 to 4 digits");
        fields.Require(wire.Codes.Count <= MaxValues && wire.Codes.All(c => c.Length is > 0 and <= 200), at + "codes", $"must be at most {MaxValues} codes of 1 to 200 characters");
        fields.Require(wire.Languages.Count <= MaxValues && wire.Languages.All(l => l.Length == 2 && l.All(char.IsAsciiLetterLower)), at + "languages", "must be codes of ISO 639-1: two small letters");
        fields.Require(wire.Outcomes.Count <= MaxOutcomes, at + "outcomes", $"must be at most {MaxOutcomes}");
        fields.Require(wire.OtherCreditFrameworks.Count <= MaxValues && wire.OtherCreditFrameworks.All(f => f.Length is > 0 and <= 40), at + "other_credit_frameworks", $"must be at most {MaxValues} frameworks of 1 to 40 characters");
        fields.Text(at + "grade", wire.Grade, 0, 64);
        var outcomes = wire.Outcomes.Take(MaxOutcomes).Select((outcome, i) => new LearningOutcome(
            outcome.Id, Text($"{at}outcomes[{i}].title", outcome.Title, fields), [.. outcome.Skills.Take(MaxValues)])).ToImmutableArray();
        return new()
        {
            Id = "",
            Codes = [.. wire.Codes],
            Title = Text(at + "title", wire.Title, fields),
            AwardingBodies = [],
            AwardedOn = fields.Day(at + "awarded_date", wire.AwardedDate) ?? otherwise,
            Outcomes = outcomes,
            Credits = wire.HasEctsCreditsHundredths ? credits : null,
            OtherFrameworks = [.. wire.OtherCreditFrameworks],
            Volume = Volume(at + "volume_of_learning", wire.VolumeOfLearning, fields),
            ActivityVolume = Volume(at + "activity_volume_of_learning", wire.ActivityVolumeOfLearning, fields),
            EqfLevel = wire.EqfLevel == 0 ? null : wire.EqfLevel,
            AssessmentTypes = Words<AssessmentType>(at + "assessment_types", wire.AssessmentTypes, fields),
            Modes = Words<LearningMode>(at + "modes", wire.Modes, fields),
            Supervision = Word<AssessmentSupervision>(at + "supervision", wire.Supervision, fields),
            Grade = wire.Grade.Length == 0 ? null : new(wire.Grade, ""),
            Status = Word<ResultStatus>(at + "result_status", wire.ResultStatus, fields),
            Setting = Word<LearningSetting>(at + "learning_setting", wire.LearningSetting, fields),
            IscedFields = [.. wire.IscedFields],
            Languages = [.. wire.Languages],
            Accreditations = [.. wire.QualityAssurance.Take(MaxValues).Select((claim, i) => Claim($"{at}quality_assurance[{i}].", claim, fields))],
            CountryStated = true,
        };
    }

    private static LocalisedText Text(string field, Wire.LocalisedText? text, RequestFields fields)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (language, words) in text?.ByLanguage ?? [])
        {
            fields.Require(language.Length <= 35 && words.Length <= MaxText && texts.Count < MaxValues, field, $"must have at most {MaxValues} languages and {MaxText} characters in each");
            texts[language] = words;
        }

        return new(texts.ToImmutable());
    }

    private static LearningVolume? Volume(string field, string text, RequestFields fields)
    {
        if (text.Length == 0) return null;
        fields.Require(LearningVolume.TryParse(text, out var volume), field, "must be an ISO 8601 duration such as PT75H");
        return volume;
    }

    private static AccreditationClaim Claim(string at, Wire.QualityAssurance claim, RequestFields fields)
    {
        fields.Require(claim.EqfLevels.All(l => l is >= 1 and <= 8), at + "eqf_levels", "must be from 1 to 8");
        fields.Require(claim.IscedFields.All(EquivalenceMapping.IsIscedField), at + "isced_fields", "must be ISCED-F codes of 2 to 4 digits");
        return new(claim.Id, claim.Type, claim.Decision, claim.Agent, fields.Day(at + "expiry_date", claim.ExpiryDate))
        {
            ValidFrom = fields.Day(at + "valid_from_date", claim.ValidFromDate),
            Scope = claim.EqfLevels.Count + claim.IscedFields.Count == 0 ? null : new([.. claim.EqfLevels], [.. claim.IscedFields]),
        };
    }

    private static T Word<T>(string field, string text, RequestFields fields) where T : struct, Enum
    {
        if (text.Length == 0) return default;
        if (SnakeCase.TryParse<T>(text, out var value)) return value.Value;
        fields.Wrong(field, $"must be one of: {string.Join(", ", SnakeCase.All<T>())}");
        return default;
    }

    private static ImmutableArray<T> Words<T>(string field, IEnumerable<string> texts, RequestFields fields) where T : struct, Enum =>
        [.. texts.Take(MaxValues).Select((text, i) => Word<T>($"{field}[{i}]", text, fields))];
}
