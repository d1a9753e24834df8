using System.Collections.Immutable;
using System.Text;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Domain.Cases;

/// <summary>A university, its table, and a case in every state, made by the verbs alone.</summary>
internal static class CaseSamples
{
    public static readonly OrganisationId Institution = OrganisationId.Parse("uni-roma.example");
    public static readonly OrganisationId Submitter = OrganisationId.Parse("uni-madrid.example");
    public static readonly ProgrammeCode Programme = ProgrammeCode.Parse("L-41");
    public static readonly UnitCode Stat = UnitCode.Parse("STAT");
    public static readonly UnitCode Elective = UnitCode.Parse("ELECTIVE");
    public static readonly UnitCode Thesis = UnitCode.Parse("THESIS");
    public static readonly RuleId StatRule = RuleId.Parse("R-STAT");
    public static readonly RuleId BridgeRule = RuleId.Parse("R-BRIDGE");
    public static readonly RuleId WaiverRule = RuleId.Parse("R-WAIVER");
    public static readonly Actor Officer = new(ActorKind.Staff, "anna");
    public static readonly Actor Partner = new(ActorKind.Partner, Submitter.Value);
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly RecognitionPolicy Policy = new() { HigherEducationInstitutions = [Submitter], ValidationCap = Ects(48) };

    public static readonly RecognitionPolicy FourEyes = Policy with { DecisionApproval = DecisionApproval.Refusals };
    public static readonly Actor Second = new(ActorKind.Staff, "bruno");

    public static readonly EquivalenceTable Table = new()
    {
        Id = TableId.Parse("main"),
        Version = 3,
        Digest = DigestOf("table"),
        PublishedAt = Start.AddMonths(-6),
        PublishedBy = "anna",
        Units =
        [
            Unit(Elective, 12, UnitKind.Elective), Unit(Stat, 6, UnitKind.Course, new TargetOutcome("LO1", LocalisedText.Of("Infer"), true, [])),
            Unit(Thesis, 6, UnitKind.Thesis),
        ],
        Rules =
        [
            Rule(BridgeRule, new CreditGrant.Fixed(Ects(6))), Rule(StatRule, new CreditGrant.AsEarned()), Rule(WaiverRule, new CreditGrant.Exemption()),
        ],
    };

    public static readonly RuleBook Book = RuleBook.Of(Table);

    public static EctsCredits Ects(int credits) => EctsCredits.FromHundredths(credits * 100);

    public static Sha256Digest DigestOf(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));

    public static CaseId Id(int number) => CaseId.Parse(number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));

    public static CredentialReport Report(int credits = 6, string file = "file", ReasonClass reason = ReasonClass.None, Verdict? verdict = null, ResultStatus status = ResultStatus.Passed) => new()
    {
        Format = CredentialFormat.EuropeanDigitalCredential,
        Digest = DigestOf(file),
        CheckedAt = Start,
        Checks =
        [
            new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "seal verifies", "anchor"),
            .. reason == ReasonClass.None ? ImmutableArray<VerificationCheck>.Empty : [new(CheckKind.Validity, CheckResult.Error, reason, "seen", "source")],
        ],
        Verdict = verdict ?? (reason == ReasonClass.None ? Verdict.Accept : Verdict.Reject),
        CredentialId = $"urn:credential:{file}",
        IssuerId = Submitter,
        AwardingBodyId = Submitter,
        Holder = new Holder("urn:schac:personalUniqueCode:int:esi:es:1234", "Lucía Ñandú", new DateOnly(2001, 2, 3)),
        Achievement = new Achievement
        {
            Id = "a", Codes = ["EST101"], Title = LocalisedText.Of("Estadística", "es"), AwardingBodies = [], AwardedOn = new DateOnly(2026, 1, 15), Outcomes = [],
            Credits = Ects(credits), Volume = new LearningVolume("PT150H", 9000), EqfLevel = 6, AssessmentTypes = [], Modes = [], Grade = new AchievedGrade("NT (8.0)", ""),
            Status = status, IscedFields = [], Languages = [], Accreditations = [], CountryStated = true,
        },
    };

    public static Application Application(params ImmutableArray<CredentialReport> reports) => new()
    {
        Case = Id(1), Institution = Institution, SubmittedBy = Submitter, Programme = Programme, TargetUnit = Stat,
        Learner = LearnerKey.For("learner", "secret"u8), Credentials = [.. reports.Select(r => r.Digest)], SubmittedAt = Start,
    };

    public static Assessment Assessment(
        ProposalKind proposal = ProposalKind.Refer, DecisionOutcome? outcome = null, int granted = 0, RecognitionTrack track = RecognitionTrack.Recognition, RuleId? rule = null) => new()
    {
        AsOf = RecognitionClock.DayOf(Start), RuleDatePolicy = RuleDatePolicy.MoreFavourable, Track = track, Table = Table.Id, TableVersion = Table.Version,
        TableDigest = Table.Digest, InputsDigest = DigestOf("inputs"), Proposal = proposal, ProposedOutcome = outcome, Unit = outcome is null ? null : Stat,
        Granted = Ects(granted), Rule = rule, Referral = proposal == ProposalKind.GrantAutomatically ? [] : [ReferralReason.NoRule],
        Information = proposal == ProposalKind.RequestInformation ? [new InformationItem("M6", "Which outcomes?"), new InformationItem("M7", "Which workload?")] : [],
    };

    public static Assessment Automatic(int granted = 6) => Assessment(ProposalKind.GrantAutomatically, DecisionOutcome.Full, granted, rule: StatRule);

    public static Result<CaseTransition> Receive(Assessment assessment, CredentialReport? report = null, LearnerLedger? ledger = null, RecognitionPolicy? policy = null) =>
        CaseIntake.Receive(Application(report ?? Report()), [report ?? Report()], () => assessment, Book, ledger ?? LearnerLedger.Empty, policy ?? Policy, Partner, Start);

    public static RecognitionCase Opened(Assessment assessment, CredentialReport? report = null, RecognitionPolicy? policy = null) =>
        CaseFold.Fold(Done(Receive(assessment, report, policy: policy)).Events);

    public static RecognitionCase Referred(RecognitionTrack track = RecognitionTrack.Recognition, CredentialReport? report = null) => Opened(Assessment(track: track), report);

    public static OfficerDecision Full { get; } = new() { Outcome = DecisionOutcome.Full };

    public static OfficerDecision Refused(ReasonCode code, params ImmutableArray<string> outcomes) => new()
    {
        Outcome = DecisionOutcome.Refused, Reasons = [new DecisionReason(code, outcomes, "Because.")], Alternatives = [new ConsideredAlternative(DecisionOutcome.Partial, null, "A bridging task.")],
    };

    public static OfficerDecision Partly(int credits) => Refused(ReasonCode.Workload) with { Outcome = DecisionOutcome.Partial, Lines = [new OfficerLine { Granted = Ects(credits) }] };

    public static OfficerDecision Conditional => Refused(ReasonCode.Profile) with { Outcome = DecisionOutcome.Conditional, Condition = "Pass the laboratory.", Lines = [new OfficerLine { Granted = Ects(6) }] };

    public static Result<CaseTransition> Decide(RecognitionCase c, OfficerDecision decision, LearnerLedger? ledger = null, RecognitionPolicy? policy = null) =>
        CaseTransitions.Decide(c, decision, Book, ledger ?? LearnerLedger.Empty, policy ?? Policy, Officer, Start.AddDays(1));

    public static RecognitionCase Decided(OfficerDecision decision) => After(Referred(), c => Decide(c, decision));

    public static RecognitionCase After(RecognitionCase c, Func<RecognitionCase, Result<CaseTransition>> verb) => CaseFold.Apply(c, Done(verb(c)).Events);

    public static CaseTransition Done(Result<CaseTransition> result) =>
        result.Failed(out var problem, out var transition) ? throw new InvalidOperationException($"{problem.Message} {string.Join("; ", problem.Violations)}") : transition;

    public static Problem Refusal(Result<CaseTransition> result) =>
        result.Failed(out var problem, out _) ? problem : throw new InvalidOperationException("The verb was allowed.");

    public static string[] BrokenBy(Result<CaseTransition> result)
    {
        var problem = Refusal(result);
        Assert.Equal(ProblemCode.DecisionInvalid, problem.Code);
        Assert.Equal(problem.Violations.Select(v => v.Description[..v.Description.IndexOf(':', StringComparison.Ordinal)]).Distinct(), problem.Facts["invariants"].Split(','));
        return problem.Facts["invariants"].Split(',');
    }

    private static TargetUnit Unit(UnitCode code, int credits, UnitKind kind, params ImmutableArray<TargetOutcome> outcomes) => new()
    {
        Code = code, Title = LocalisedText.Of(code.Value), Programme = Programme, Credits = Ects(credits), EqfLevel = 6, Kind = kind, Graded = true, Outcomes = outcomes,
    };

    private static EquivalenceRule Rule(RuleId id, CreditGrant grant) => new()
    {
        Id = id, Target = Stat, Conditions = [new RuleCondition.AwardingBody(Submitter)], Grant = grant, Grade = GradeTreatment.Ungraded, Automatic = true,
    };
}
