using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Agreements;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Grades;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Assessment;

/// <summary>Reads <c>TryRulesRequest</c>.</summary>
internal static class RuleTrialMapping
{
    private const int MaxGradeTables = 20;
    private const int MaxAgreements = 20;
    private const int MaxCodes = 50;
    private static readonly ImmutableArray<string> Mandatory = [.. Enumerable.Range(1, 11).Select(n => $"M{n}")];

    /// <summary>What is to be tried. Throws one status that names every wrong field.</summary>
    internal static AskedTrial ToTrial(Wire.TryRulesRequest request, DateOnly today)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var applied = fields.Day("applied_date", request.AppliedDate) ?? today;
        var achievement = AchievementReading.Read(request.Achievement, applied, "achievement", fields);
        var table = fields.Optional<TableId>("table_id", request.TableId, TableId.TryParse, "a table identifier of 1 to 64 characters");
        var published = fields.Day("published_date", request.PublishedDate);
        fields.Require(request.TableVersion >= 0 && (request.TableVersion == 0 || table is not null), "table_version", "must be a version from 1 of the table named, or 0 for its draft");
        fields.Require(!request.TableAlone || table is not null, "table_alone", "needs table_id");
        fields.Require(published is null || table is null, "published_date", "does not go with table_id");
        fields.Require(request.GradeTables.Count <= MaxGradeTables, "grade_tables", $"must be at most {MaxGradeTables}");
        var programme = fields.Optional<ProgrammeCode>("programme", request.Programme, ProgrammeCode.TryParse, "the code of a programme, 1 to 64 characters");
        var unit = fields.Optional<UnitCode>("unit", request.Unit, UnitCode.TryParse, "the code of a unit, 1 to 64 characters");
        var body = fields.Organisation("awarding_body", request.AwardingBody);
        var circumstances = Circumstances(request.Circumstances ?? new(), fields);
        var policy = Procedure(request.Procedure ?? new(), fields);
        var grades = request.GradeTables.Take(MaxGradeTables).Select((t, i) => GradeMapping.Table($"grade_tables[{i}].", t, fields)).OfType<GradeTable>().ToImmutableArray();
        fields.Require(request.FurtherCredentials.Count < CredentialSelection.MaxCredentials, "further_credentials", $"must be at most {CredentialSelection.MaxCredentials - 1}");
        var further = request.FurtherCredentials.Take(CredentialSelection.MaxCredentials).Select((f, i) => (
            Achievement: AchievementReading.Read(f.Achievement, applied, $"further_credentials[{i}].achievement", fields), Body: fields.Organisation($"further_credentials[{i}].awarding_body", f.AwardingBody))).ToArray();
        fields.Require(request.Agreements.Count <= MaxAgreements, "agreements", $"must be at most {MaxAgreements}");
        var agreements = request.Agreements.Take(MaxAgreements).Select((a, i) => AgreementMapping.Read($"agreements[{i}].", a, "", new(applied, TimeOnly.MinValue, TimeSpan.Zero), fields))
            .OfType<LearningAgreement>().Select(a => new AgreementHistory([new AgreementEvent.Recorded(a)])).ToImmutableArray();
        fields.ThrowIfWrong();
        return new(RequestFields.Known(achievement), body, [.. further.Select(f => (RequestFields.Known(f.Achievement), f.Body))], programme, unit, applied, table, request.TableVersion, request.TableAlone, published, circumstances, policy, grades, agreements);
    }

    /// <summary>The credential of a trial: sealed, and verified as far as the trial takes it to be.</summary>
    internal static CredentialSummary Credential(AskedTrial trial, Achievement achievement) => new()
    {
        Digest = Sha256Digest.Of(DomainJson.Write(achievement)),
        Verdict = trial.Circumstances.Verdict,
        Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "Taken as sealed.", "trial of rules")],
        MissingElements = trial.Circumstances.MissingElements,
        ValidUntil = trial.Circumstances.ValidUntil,
    };

    /// <summary>The learner's record of a trial.</summary>
    internal static LearnerLedger Ledger(AskedTrial trial, ProgrammeCode programme, CredentialSummary credential)
    {
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        if (trial.Circumstances.Validated > EctsCredits.Zero)
            entries.Add(new(Earlier, programme, RecognitionTrack.Validation, Sha256Digest.Of([]), "", UnitCode.Parse("EARLIER"), trial.Circumstances.Validated));
        if (trial.Circumstances.CountedIn is { } counted)
            entries.Add(new(Earlier, counted, RecognitionTrack.Validation, credential.Digest, "", UnitCode.Parse("EARLIER"), EctsCredits.Zero));
        return new(entries.ToImmutable());
    }

    private static CaseId Earlier { get; } = CaseId.Parse(new string('0', 32));

    private static TrialCircumstances Circumstances(Wire.TrialCircumstances wire, RequestFields fields)
    {
        fields.Require(EctsCredits.TryFromHundredths(wire.ValidatedEctsCreditsHundredths, out var validated), "circumstances.validated_ects_credits_hundredths", "must be from 0 to 36000");
        var counted = fields.Optional<ProgrammeCode>("circumstances.counted_in_programme", wire.CountedInProgramme, ProgrammeCode.TryParse, "the code of a programme, 1 to 64 characters");
        fields.Require(Enum.IsDefined(wire.Verdict), "circumstances.verdict", "must be one of the values the contract names");
        fields.Require(wire.MissingElements.All(Mandatory.Contains), "circumstances.missing_elements", "must be M1 to M11");
        fields.Require(wire.AnsweredCodes.Count <= MaxCodes && wire.AnsweredCodes.All(c => c.Length is > 0 and <= 64), "circumstances.answered_codes", $"must be at most {MaxCodes} codes of 1 to 64 characters");
        var present = fields.Organisation("circumstances.present_awarding_body", wire.PresentAwardingBody);
        var since = present is null ? fields.Day("circumstances.present_since_date", wire.PresentSinceDate) : fields.RequiredDay("circumstances.present_since_date", wire.PresentSinceDate);
        var verdict = wire.Verdict switch
        {
            Wire.Verification.Types.Verdict.Hold => Verdict.Hold,
            Wire.Verification.Types.Verdict.Reject => Verdict.Reject,
            _ => Verdict.Accept,
        };
        return new(validated, counted, verdict, [.. wire.MissingElements], wire.InformationAsked, [.. wire.AnsweredCodes], fields.Day("circumstances.valid_until_date", wire.ValidUntilDate), present is not null && since is { } day ? (present, day) : null);
    }

    private static Func<RecognitionPolicy, RecognitionPolicy> Procedure(Wire.TrialProcedure wire, RequestFields fields)
    {
        const string At = "procedure.";
        var cap = default(EctsCredits);
        fields.Require(!wire.HasValidationCapEctsCreditsHundredths || EctsCredits.TryFromHundredths(wire.ValidationCapEctsCreditsHundredths, out cap), At + "validation_cap_ects_credits_hundredths", "must be from 0 to 36000");
        fields.Require(!wire.HasHoursPerCredit || wire.HoursPerCredit is >= 25 and <= 30, At + "hours_per_credit", "must be from 25 to 30");
        fields.Require(!wire.HasCreditStepEctsCreditsHundredths || wire.CreditStepEctsCreditsHundredths is >= 1 and <= 600, At + "credit_step_ects_credits_hundredths", "must be from 1 to 600");
        fields.Require(!wire.HasGradeMinimumCount || wire.GradeMinimumCount >= 1, At + "grade_minimum_count", "must be at least 1");
        var date = Word<RuleDatePolicy>(At + "rule_date_policy", wire.RuleDatePolicy);
        var counting = Word<DoubleCounting>(At + "double_counting", wire.DoubleCounting);
        var choice = Word<GradeOverlapChoice>(At + "grade_choice", wire.GradeChoice);
        var institutions = wire.HigherEducationInstitutions.Select((text, i) => fields.Organisation($"{At}higher_education_institutions[{i}]", text)).OfType<OrganisationId>().ToImmutableArray();
        return policy => policy with
        {
            RuleDate = date ?? policy.RuleDate,
            DoubleCounting = counting ?? policy.DoubleCounting,
            ValidationCap = wire.HasValidationCapEctsCreditsHundredths ? cap : policy.ValidationCap,
            HoursPerCredit = wire.HasHoursPerCredit ? wire.HoursPerCredit : policy.HoursPerCredit,
            CreditStep = wire.HasCreditStepEctsCreditsHundredths ? EctsCredits.FromHundredths(wire.CreditStepEctsCreditsHundredths) : policy.CreditStep,
            GradeConversion = policy.GradeConversion with
            {
                Choice = choice ?? policy.GradeConversion.Choice,
                MinimumCount = wire.HasGradeMinimumCount ? wire.GradeMinimumCount : policy.GradeConversion.MinimumCount,
            },
            HigherEducationInstitutions = policy.HigherEducationInstitutions.Union(institutions),
        };

        T? Word<T>(string field, string text) where T : struct, Enum
        {
            T? value = null;
            fields.Require(text.Length == 0 || SnakeCase.TryParse(text, out value), field, $"must be one of: {string.Join(", ", SnakeCase.All<T>())}");
            return value;
        }
    }
}

/// <summary>What is to be tried.</summary>
/// <param name="Achievement">What was learnt.</param>
/// <param name="AwardingBody">Awarding body as named; null for none that is a member.</param>
/// <param name="Further">Further credentials, judged together with the first, each with its awarding body.</param>
/// <param name="Programme">Programme; null for that of the unit, or the only one.</param>
/// <param name="Unit">Unit; null for the best of the programme.</param>
/// <param name="AppliedOn">Day of application.</param>
/// <param name="Table">Table of which a version or the draft is tried; null for what is published.</param>
/// <param name="Version">Its version; 0 for the draft.</param>
/// <param name="Alone">Whether other tables are left out.</param>
/// <param name="PublishedOn">Day by whose versions to judge; null for now.</param>
/// <param name="Circumstances">What is taken to be known beside.</param>
/// <param name="Procedure">The institution's procedure as it is tried.</param>
/// <param name="Grades">Grade tables in place of those kept; empty for those.</param>
/// <param name="Agreements">Learning agreements of the learner.</param>
internal sealed record AskedTrial(
    Achievement Achievement, OrganisationId? AwardingBody, ImmutableArray<(Achievement Achievement, OrganisationId? AwardingBody)> Further, ProgrammeCode? Programme, UnitCode? Unit, DateOnly AppliedOn, TableId? Table, int Version, bool Alone, DateOnly? PublishedOn,
    TrialCircumstances Circumstances, Func<RecognitionPolicy, RecognitionPolicy> Procedure, ImmutableArray<GradeTable> Grades, ImmutableArray<AgreementHistory> Agreements);

/// <summary>What a trial takes to be known of the learner and of the credential.</summary>
internal sealed record TrialCircumstances(
    EctsCredits Validated, ProgrammeCode? CountedIn, Verdict Verdict, ImmutableArray<string> MissingElements, bool InformationAsked, ImmutableArray<string> Answered, DateOnly? ValidUntil,
    (OrganisationId Organisation, DateOnly Since)? Present);
