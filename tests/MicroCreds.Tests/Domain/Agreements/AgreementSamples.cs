using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Agreements;

/// <summary>Scenario 8: an agreement over four components of 6 credits, and the results of a semester under it.</summary>
internal static class AgreementSamples
{
    public static readonly DateOnly Signed = new(2025, 8, 20);

    public static readonly string[] UnitCodes = ["U1", "U2", "U3", "U4"];

    public static readonly EquivalenceTable Units = Table with
    {
        Units = [.. Table.Units, .. UnitCodes.Select(code => new TargetUnit { Code = UnitCode.Parse(code), Title = LocalisedText.Of(code), Programme = Programme, Credits = Ects(6), EqfLevel = 6, Kind = UnitKind.Course, Graded = false, Outcomes = [] })],
    };

    public static LearningAgreement Agreement(int version = 1, DateOnly? signed = null, Func<AgreementComponent, AgreementComponent>? with = null) => new()
    {
        Id = AgreementId.Parse("LA-17"),
        Version = version,
        Learner = LearnerKey.For("learner", "secret"u8),
        Programme = Programme,
        Host = Submitter,
        Signatures = [.. Enum.GetValues<AgreementParty>().Select((party, i) => new AgreementSignature(party, (signed ?? Signed).AddDays(-i)))],
        ValidFrom = new DateOnly(2025, 9, 1),
        ValidUntil = new DateOnly(2026, 7, 31),
        Components = [.. UnitCodes.Select((unit, i) => new AgreementComponent { AwardingBody = Submitter, Code = $"C{i + 1}", Title = $"Course {i + 1}", Unit = UnitCode.Parse(unit), Credits = Ects(6), Automatic = true }).Select(with ?? (c => c))],
        RecordedBy = "anna",
        RecordedAt = Start.AddMonths(-6),
    };

    public static AgreementHistory History(params ImmutableArray<LearningAgreement> versions) => new([.. versions.Select(v => new AgreementEvent.Recorded(v))]);

    /// <summary>The result of a component.</summary>
    public static CredentialReport Result(int number, ResultStatus status = ResultStatus.Passed, int credits = 6, int day = 15)
    {
        var report = Report(credits, $"file {number} {status} {credits}", status: status);
        return report with { Achievement = report.Achievement! with { Codes = [$"c-{number}"], Title = LocalisedText.Of($"Course {number}"), AwardedOn = new DateOnly(2026, 1, day), Grade = null } };
    }

    public static CredentialReport[] Transcript() => [Result(1), Result(2), Result(3), Result(4, ResultStatus.Failed)];

    public static Assessment Assess(ImmutableArray<AgreementHistory> agreements, CredentialReport[] results, string? target = "U1", LearnerLedger? ledger = null, RecognitionPolicy? policy = null) => AssessmentEngine.Assess(new AssessmentInput
    {
        Institution = Institution, Table = CompiledTable.Of([Units]), Policy = policy ?? Policy, Achievement = results[0].Achievement!, Credential = CredentialSummary.Of(results[0]),
        AwardingBody = results[0].AwardingBodyId, Further = [.. results.Skip(1).Select(r => new AssessedCredential(r.Achievement!, CredentialSummary.Of(r), r.AwardingBodyId))],
        Programme = Programme, Target = target is null ? null : UnitCode.Parse(target), AppliedOn = RecognitionClock.DayOf(Start), Ledger = ledger ?? LearnerLedger.Empty, Agreements = agreements,
    });

    /// <summary>The case of a transcript, received on the day.</summary>
    public static RecognitionCase Receive(LearningAgreement agreement, params CredentialReport[] results) =>
        CaseFold.Fold(Done(CaseIntake.Receive(
            Application([.. results]) with { TargetUnit = UnitCode.Parse("U1") }, [.. results], () => Assess([History(agreement)], results), RuleBook.Of(Units).With(agreement), LearnerLedger.Empty, Policy, Partner, Start)).Events);

    /// <summary>Lines as <c>outcome credits unit</c>, by unit.</summary>
    public static string[] Lines(Assessment found) => [.. found.Lines.OrderBy(l => l.Component, StringComparer.Ordinal).Select(l => $"{l.Component}: {l.Outcome} {l.Granted} {l.Unit}".TrimEnd())];
}
