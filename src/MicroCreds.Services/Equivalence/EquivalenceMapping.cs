using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Between tables, rules and answers of the domain and of the contract.</summary>
internal static class EquivalenceMapping
{
    /// <summary>A unit of a table.</summary>
    internal static Wire.TargetUnit ToWire(TargetUnit unit)
    {
        var wire = new Wire.TargetUnit
        {
            Code = unit.Code.Value,
            Title = CredentialMapping.ToWire(unit.Title),
            Programme = unit.Programme.Value,
            EctsCreditsHundredths = unit.Credits.Hundredths,
            EqfLevel = unit.EqfLevel,
            Kind = SnakeCase.Of(unit.Kind),
            Graded = unit.Graded,
        };
        wire.Outcomes.AddRange(unit.Outcomes.Select(o => new Wire.TargetOutcome { Code = o.Code, Title = CredentialMapping.ToWire(o.Title), Essential = o.Essential }));
        return wire;
    }

    /// <summary>A published table.</summary>
    internal static Wire.EquivalenceTable ToWire(EquivalenceTable table, OrganisationId institution, int visibleRules)
    {
        var wire = new Wire.EquivalenceTable
        {
            Institution = institution.Value,
            TableId = table.Id.Value,
            Version = table.Version,
            Digest = table.Digest.Value,
            PublishTime = Timestamp.FromDateTimeOffset(table.PublishedAt),
            RuleCount = visibleRules,
            EffectiveDate = Day(table.EffectiveOn),
        };
        wire.Units.AddRange(table.Units.Select(ToWire));
        return wire;
    }

    /// <summary>A rule without the institution's private note.</summary>
    internal static Wire.EquivalenceRule ToWire(EquivalenceRule rule)
    {
        var wire = new Wire.EquivalenceRule
        {
            RuleId = rule.Id.Value,
            TargetUnit = rule.Target.Value,
            Grade = SnakeCase.Of(rule.Grade),
            Automatic = rule.Automatic,
            ValidFromDate = Day(rule.ValidFrom),
            ValidUntilDate = Day(rule.ValidUntil),
            Rank = (int)rule.Rank,
            Priority = rule.Priority,
            GrantCondition = rule.GrantCondition,
            Visibility = SnakeCase.Of(rule.Visibility),
            PublicNote = rule.PublicNote,
            AdoptedFrom = rule.AdoptedFrom is { } from ? ToWire(from) : null,
        };
        switch (rule.Grant)
        {
            case CreditGrant.Fixed { Credits: var credits }: wire.FixedEctsCreditsHundredths = credits.Hundredths; break;
            case CreditGrant.Proportional share:
                wire.GrantPercent = share.Percent;
                if (share.AtMost is { } most) wire.FixedEctsCreditsHundredths = most.Hundredths;
                break;
            case CreditGrant.Exemption: wire.Benefit = SnakeCase.Of(GrantBenefit.Exemption); break;
            case CreditGrant.AdmissionOnly: wire.Benefit = SnakeCase.Of(GrantBenefit.Admission); break;
        }

        wire.Conditions.AddRange(ToWire(rule.Conditions));
        wire.SourceGroups.AddRange(rule.Sources.Select(ToWire));
        wire.FurtherUnits.AddRange(rule.FurtherUnits.Select(u => new Wire.RuleUnitGrant { Unit = u.Unit.Value, EctsCreditsHundredths = u.Credits.Hundredths }));
        return wire;
    }

    private static Wire.RuleSourceGroup ToWire(SourceGroup group) => new()
    {
        NeededCount = group.Needed, Sources = { group.Sources.Select(s => new Wire.RuleSource { Conditions = { ToWire(s.Conditions) } }) },
    };

    private static IEnumerable<Wire.RuleCondition> ToWire(ImmutableArray<RuleCondition> conditions) =>
        conditions.Select(c => new Wire.RuleCondition { Condition = ConditionJudge.NameOf(c), Expected = ConditionJudge.Expected(c) });

    /// <summary>Whose rule a rule was adopted from.</summary>
    internal static Wire.RuleProvenance ToWire(RuleProvenance from) => new()
    {
        Institution = from.Organisation.Value, TableId = from.Table.Value, Version = from.Version, Digest = from.Digest.Value, RuleId = from.Rule.Value,
    };

    /// <summary>Answers, strongest first, with the versions that were asked.</summary>
    internal static Wire.FindEquivalencesResponse ToWire(IEnumerable<EquivalenceAnswer> answers, DateOnly asOf, CompiledTable asked)
    {
        var response = new Wire.FindEquivalencesResponse { AsOfDate = Day(asOf) };
        response.Answers.AddRange(answers
            .OrderBy(a => Strength(a.Status)).ThenBy(a => a.Generic).ThenBy(a => a.Unit?.Value, StringComparer.Ordinal).ThenBy(a => a.Rule?.Id.Value, StringComparer.Ordinal)
            .Select(ToWire));
        response.Tables.AddRange(asked.Tables.Select(t => new Wire.TableVersion { TableId = t.Id.Value, Version = t.Version, Digest = t.Digest.Value }));
        return response;
    }

    /// <summary>The question of a request, without who asks and for which day when none is named.</summary>
    internal static AskedEquivalence ToQuestion(Wire.FindEquivalencesRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var asOf = fields.Day("as_of_date", request.AsOfDate);
        UnitCode? unit = null;
        DescribedAchievement? described = null;
        switch (request.QuestionCase)
        {
            case Wire.FindEquivalencesRequest.QuestionOneofCase.Unit:
                unit = fields.Required<UnitCode>("unit", request.Unit, UnitCode.TryParse, "a unit code of 1 to 64 characters");
                break;
            case Wire.FindEquivalencesRequest.QuestionOneofCase.Achievement:
                described = Described(request.Achievement, fields);
                break;
            default:
                fields.Wrong("question", "is required: an achievement or a unit");
                break;
        }

        fields.ThrowIfWrong();
        return new(asOf, unit, described);
    }

    /// <summary>The cursor a watch resumes after; 0 for the first publication.</summary>
    internal static long ToWatch(Wire.WatchRulesRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var after = 0L;
        fields.Require(request.AfterCursor.Length == 0 || Feed.TryReadCursor(request.AfterCursor, out after), "after_cursor", "must be a cursor of an earlier message");
        fields.ThrowIfWrong();
        return after;
    }

    /// <summary>An achievement described without a person; null when a field is wrong.</summary>
    internal static DescribedAchievement? Described(Wire.AchievementDescription asked, RequestFields fields)
    {
        const string At = "achievement.";
        var body = fields.Required<OrganisationId>(At + "awarding_body", asked.AwardingBody, OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example");
        var credits = default(EctsCredits);
        fields.Require(asked.Code.Length <= 200, At + "code", "must have at most 200 characters");
        fields.Require(asked.Title.Length <= 500, At + "title", "must have at most 500 characters");
        fields.Require(!asked.HasEctsCreditsHundredths || EctsCredits.TryFromHundredths(asked.EctsCreditsHundredths, out credits), At + "ects_credits_hundredths", "must be from 0 to 36000");
        fields.Require(asked.EqfLevel is >= 0 and <= 8, At + "eqf_level", "must be from 1 to 8, or 0 when not known");
        fields.Require(asked.IscedFields.Count <= 10 && asked.IscedFields.All(IsIscedField), At + "isced_fields", "must be at most 10 ISCED-F codes of 2 to 4 digits");
        var awardedOn = fields.Day(At + "awarded_date", asked.AwardedDate);
        return body is null ? null : new(
            body, asked.Code, asked.Title, asked.HasEctsCreditsHundredths ? credits : null, asked.EqfLevel == 0 ? null : asked.EqfLevel, [.. asked.IscedFields],
            awardedOn);
    }

    /// <summary>Whether a text has the shape of an ISCED-F 2013 code.</summary>
    internal static bool IsIscedField(string text) => text.Length is >= 2 and <= 4 && text.All(char.IsAsciiDigit);

    /// <summary>A day for the wire; empty for none.</summary>
    internal static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static Wire.EquivalenceAnswer ToWire(EquivalenceAnswer answer)
    {
        var conditions = answer.Rule?.Conditions ?? [];
        var wire = new Wire.EquivalenceAnswer
        {
            Kind = Kind(answer.Status),
            Unit = answer.Unit?.Value ?? "",
            RuleId = answer.Rule?.Id.Value ?? "",
            TableId = answer.Table?.Value ?? "",
            TableVersion = answer.TableVersion,
            TableDigest = answer.TableDigest?.Value ?? "",
            NextReviewDate = Day(NextReview(answer)),
            Automatic = answer is { Status: EquivalenceStatus.Equivalent, Rule.Automatic: true },
            Generic = answer.Generic,
            ValidUntilDate = Day(answer.LastValidOn),
            Note = answer.Reason,
            AwardingBody = conditions.OfType<RuleCondition.AwardingBody>().FirstOrDefault()?.Organisation.Value ?? "",
            Achievement = conditions.OfType<RuleCondition.AchievementCode>().FirstOrDefault()?.Code ?? conditions.OfType<RuleCondition.AchievementTitle>().FirstOrDefault()?.Pattern ?? "",
        };
        wire.SourceGroups.AddRange(answer.Rule?.Sources.Select(ToWire) ?? []);
        if (answer.Granted is { } granted) wire.GrantedEctsCreditsHundredths = granted.Hundredths;
        return wire;
    }

    /// <summary>The day on which the rule comes into force or has ended; null when neither lies ahead.</summary>
    private static DateOnly? NextReview(EquivalenceAnswer answer) =>
        answer.Rule?.ValidFrom is { } first && first > answer.AsOf ? first
        : answer.Rule?.ValidUntil is { } last && last >= answer.AsOf && last < DateOnly.MaxValue ? last.AddDays(1)
        : null;

    private static Wire.EquivalenceAnswer.Types.Kind Kind(EquivalenceStatus status) => status switch
    {
        EquivalenceStatus.Equivalent => Wire.EquivalenceAnswer.Types.Kind.Equivalent,
        EquivalenceStatus.Conditional => Wire.EquivalenceAnswer.Types.Kind.Conditional,
        EquivalenceStatus.Partial => Wire.EquivalenceAnswer.Types.Kind.Partial,
        EquivalenceStatus.EvaluatedNotEquivalent => Wire.EquivalenceAnswer.Types.Kind.EvaluatedNotEquivalent,
        EquivalenceStatus.NotEvaluated => Wire.EquivalenceAnswer.Types.Kind.NotEvaluated,
        EquivalenceStatus.Expired => Wire.EquivalenceAnswer.Types.Kind.Expired,
        _ => throw new UnreachableException(),
    };

    private static int Strength(EquivalenceStatus status) => status switch
    {
        EquivalenceStatus.Equivalent => 0,
        EquivalenceStatus.Conditional => 1,
        EquivalenceStatus.Partial => 2,
        EquivalenceStatus.Expired => 3,
        EquivalenceStatus.EvaluatedNotEquivalent => 4,
        _ => 5,
    };
}

/// <summary>A question about equivalences as asked: a unit or a described achievement.</summary>
/// <param name="AsOf">Day; null for today.</param>
/// <param name="Unit">Unit of the reverse question.</param>
/// <param name="Achievement">Achievement of the forward question.</param>
internal sealed record AskedEquivalence(DateOnly? AsOf, UnitCode? Unit, DescribedAchievement? Achievement);

/// <summary>An achievement described without a person.</summary>
internal sealed record DescribedAchievement(
    OrganisationId AwardingBody, string Code, string Title, EctsCredits? Credits, int? EqfLevel, ImmutableArray<string> IscedFields, DateOnly? AwardedOn)
{
    /// <summary>The question put to the rules. With nothing but awarding body and code, other conditions stay open.</summary>
    internal EquivalenceQuestion AsOf(DateOnly day, RuleAudience audience, EctsCredits step) => new()
    {
        AwardingBody = AwardingBody,
        Codes = Codes,
        Achievement = Title.Length == 0 && Credits is null && EqfLevel is null && IscedFields.Length == 0 && AwardedOn is null ? null : new()
        {
            Id = "", Codes = Codes, Title = LocalisedText.Of(Title), AwardingBodies = [], AwardedOn = AwardedOn ?? day, Outcomes = [], Credits = Credits, EqfLevel = EqfLevel,
            AssessmentTypes = [], Modes = [], IscedFields = IscedFields, Languages = [], Accreditations = [], CountryStated = false,
        },
        AsOf = day,
        Audience = audience,
        CreditStep = step,
    };

    private ImmutableArray<string> Codes => Code.Length == 0 ? [] : [Code];
}
