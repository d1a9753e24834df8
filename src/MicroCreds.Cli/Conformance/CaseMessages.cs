using System.Collections.Immutable;
using Google.Protobuf;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Credits;
using MicroCreds.Federation.V1;
using MicroCreds.Sheets;
using Verdict = MicroCreds.Federation.V1.Verification.Types.Verdict;

namespace MicroCreds.Cli.Conformance;

/// <summary>A case in the contract's words: the sheets of its table and the question put to a node.</summary>
internal static class CaseMessages
{
    private const string Undetermined = "und";

    /// <summary>The sheets of the case's table.</summary>
    public static ImmutableArray<SheetFile> Sheets(this ConformanceCase one) =>
    [
        Csv(SheetKind.Units, one.Units), Csv(SheetKind.Outcomes, one.Outcomes), Csv(SheetKind.Rules, one.Rules), Csv(SheetKind.Sources, one.Sources),
    ];

    /// <summary>The same for an import.</summary>
    public static IEnumerable<Sheet> SheetMessages(this ConformanceCase one) => one.Sheets().Select(sheet => new Sheet
    {
        Kind = sheet.Kind switch { SheetKind.Units => Sheet.Types.Kind.Units, SheetKind.Outcomes => Sheet.Types.Kind.Outcomes, SheetKind.Sources => Sheet.Types.Kind.Sources, _ => Sheet.Types.Kind.Rules },
        FileName = sheet.Name, Content = ByteString.CopyFrom(sheet.Content.Span),
    });

    /// <summary>The question, to the draft of a table.</summary>
    /// <param name="one">Case.</param>
    /// <param name="institution">Institution asked; empty for the only one of the node.</param>
    /// <param name="table">Table whose draft holds the case's rules.</param>
    public static TryRulesRequest Question(this ConformanceCase one, string institution, string table)
    {
        var request = new TryRulesRequest
        {
            Institution = institution, Achievement = Achievement(one.Credential), AwardingBody = one.Credential.AwardingBody, Programme = one.Programme, Unit = one.Target,
            AppliedDate = one.Day, TableId = table, TableAlone = true, Circumstances = Circumstances(one), Procedure = Procedure(one.Policy),
        };
        // The receiving institution of the case stands for the one that is asked.
        request.FurtherCredentials.AddRange(one.FurtherCredentials.Select(c => new TrialCredential { Achievement = Achievement(c), AwardingBody = c.AwardingBody }));
        request.Agreements.AddRange(one.Agreements.Select(a => Agreement(a, one.Programme)));
        request.GradeTables.AddRange(one.GradeTables.Select(t => Table(t, t.Organisation == one.Institution && institution.Length > 0 ? institution : t.Organisation)));
        return request;
    }

    private static Achievement Achievement(CaseCredential credential)
    {
        var achievement = new Achievement
        {
            Title = Text(credential.Title), Codes = { credential.Codes }, AwardedDate = credential.AwardedOn, VolumeOfLearning = credential.Volume,
            ActivityVolumeOfLearning = credential.ActivityVolume, EqfLevel = credential.EqfLevel, AssessmentTypes = { credential.Assessment }, Modes = { credential.Modes },
            Supervision = credential.Supervision, Grade = credential.Grade, ResultStatus = credential.Status, LearningSetting = credential.Setting, IscedFields = { credential.Fields },
            Languages = { credential.Languages }, OtherCreditFrameworks = { credential.OtherFrameworks },
            Outcomes = { credential.Outcomes.Select((o, i) => new LearningOutcome { Id = $"outcome:{i + 1}", Title = Text(o) }) },
            QualityAssurance =
            {
                credential.Quality.Select(q => new QualityAssurance
                {
                    Id = q.Id, Type = "Quality assurance", Agent = q.Agent, Decision = q.Decision, ValidFromDate = q.ValidFrom, ExpiryDate = q.ValidUntil,
                    EqfLevels = { q.EqfLevels.IsDefault ? [] : q.EqfLevels }, IscedFields = { q.Fields.IsDefault ? [] : q.Fields },
                }),
            },
        };
        if (credential.Credits.Length > 0) achievement.EctsCreditsHundredths = Hundredths(credential.Credits);
        return achievement;
    }

    private static LearningAgreement Agreement(CaseAgreement agreement, string programme) => new()
    {
        AgreementId = agreement.Id, Programme = programme, HostOrganisation = agreement.Host, ValidFromDate = agreement.ValidFrom, ValidUntilDate = agreement.ValidUntil,
        Signatures =
        {
            new[] { AgreementSignature.Types.Party.Learner, AgreementSignature.Types.Party.Institution, AgreementSignature.Types.Party.Host }
                .Select(party => new AgreementSignature { Party = party, SignedDate = agreement.SignedOn }),
        },
        Components =
        {
            agreement.Components.Select(c => new AgreementComponent
            {
                AwardingBody = c.AwardingBody, Code = c.Code, Title = c.Title, Unit = c.Unit, EctsCreditsHundredths = Hundredths(c.Credits), Automatic = c.Automatic && c.Condition.Length == 0, Condition = c.Condition,
            }),
        },
    };

    private static TrialCircumstances Circumstances(ConformanceCase one) => new()
    {
        ValidatedEctsCreditsHundredths = Hundredths(one.Validated), CountedInProgramme = one.CountedIn, MissingElements = { one.Credential.MissingElements },
        InformationAsked = one.InformationLapsed, AnsweredCodes = { one.Answered }, ValidUntilDate = one.Credential.ValidUntil,
        PresentAwardingBody = one.Credential.PresentAwardingBody, PresentSinceDate = one.Credential.PresentSince,
        Verdict = one.Credential.Verdict switch
        {
            "accept" => Verdict.Accept,
            "hold" => Verdict.Hold,
            "reject" => Verdict.Reject,
            var other => throw CommandFailure.Usage($"'{other}' is no verdict.", "Write accept, hold or reject.", "credential.verdict"),
        },
    };

    private static TrialProcedure Procedure(CasePolicy policy) => new()
    {
        RuleDatePolicy = policy.RuleDate, HoursPerCredit = policy.HoursPerCredit, CreditStepEctsCreditsHundredths = Hundredths(policy.CreditStep), GradeChoice = policy.Grade,
        GradeMinimumCount = policy.MinimumGradeCount, HigherEducationInstitutions = { policy.HigherEducationInstitutions }, DoubleCounting = policy.DoubleCounting,
        // No cap is one that nobody reaches.
        ValidationCapEctsCreditsHundredths = policy.ValidationCap.Length == 0 ? EctsCredits.MaxHundredths : Hundredths(policy.ValidationCap),
    };

    private static GradeTable Table(CaseGradeTable table, string organisation)
    {
        var message = new GradeTable { Organisation = organisation, IscedField = table.Field, EqfLevel = table.EqfLevel, FirstYear = 2023, LastYear = 2024, StepThousandths = 1000 };
        foreach (var grade in table.Grades)
        {
            var segment = new GradeSegment { Label = grade.Label, Count = grade.Count, Failing = !grade.Passing, Distinction = grade.Distinction };
            if (grade.Thousandths is { } value) segment.ValueThousandths = value;
            if (grade.FromThousandths is { } from) segment.FromThousandths = from;
            message.Grades.Add(segment);
        }

        return message;
    }

    private static SheetFile Csv(SheetKind kind, ImmutableArray<Dictionary<string, string>> rows)
    {
        // A sheet without rows still has the columns it must have.
        string[] columns = rows.IsEmpty ? kind switch { SheetKind.Outcomes => ["unit", "code", "title"], SheetKind.Sources => ["rule", "group"], _ => ["rule", "target_unit"] } : [.. rows.SelectMany(r => r.Keys).Distinct(StringComparer.Ordinal)];
        var name = kind.ToString().ToLowerInvariant();
        return new(kind, $"{name}.csv", SheetWriter.Csv(columns, rows.Select(row => columns.Select(column => row.GetValueOrDefault(column, "")))));
    }

    private static LocalisedText Text(string text) => new() { ByLanguage = { [Undetermined] = text } };

    private static int Hundredths(string credits) =>
        EctsCredits.TryParse(credits, out var amount) ? amount.Hundredths : throw CommandFailure.Usage($"'{credits}' is not an amount of credits.", "Write digits with a point, for example 1.5.");
}
