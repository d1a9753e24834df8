using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Outcome of a recognition decision, in the order in which the EAR manual (chapter 11) asks to consider them.</summary>
public enum DecisionOutcome
{
    /// <summary>Granted as asked.</summary>
    Full,
    /// <summary>Something else than asked is granted: another unit, or an entry in the supplement.</summary>
    Alternative,
    /// <summary>Part of the credits is granted.</summary>
    Partial,
    /// <summary>Granted once a condition is met.</summary>
    Conditional,
    /// <summary>Not granted. Only people decide this.</summary>
    Refused,
    /// <summary>Of a line alone: the result is not a pass, so nothing was earned, nothing is granted and nothing refused.</summary>
    NothingEarned,
}

/// <summary>Coded ground of a decision that is not full. Source: field reference C.2, after Lisbon Recognition Convention and EAR manual.</summary>
public enum ReasonCode
{
    /// <summary>Substantial difference in level.</summary>
    Level,
    /// <summary>Substantial difference in learning outcomes; names the outcomes.</summary>
    LearningOutcomes,
    /// <summary>Substantial difference in quality.</summary>
    Quality,
    /// <summary>Substantial difference in profile or orientation.</summary>
    Profile,
    /// <summary>Difference in workload. Never alone (Recommendation on Criteria and Procedures; EAR manual, chapter 13).</summary>
    Workload,
    /// <summary>Grade below a floor. Validation track only; never ground to refuse a passed result on the recognition track (EAR manual, chapter 8).</summary>
    Grade,
    /// <summary>The credential is not authentic.</summary>
    Authenticity,
    /// <summary>The provider is not recognised.</summary>
    NotRecognisedProvider,
    /// <summary>Equivalence was not shown. Validation track only: there the applicant shows it.</summary>
    InsufficientEvidence,
    /// <summary>The programme's cap is reached.</summary>
    CapReached,
    /// <summary>The credential was already counted.</summary>
    AlreadyCounted,
    /// <summary>The award is older than the rule allows.</summary>
    TooOld,
    /// <summary>The target unit admits no recognition (thesis).</summary>
    RestrictedTarget,
    /// <summary>A component of the learning agreement was not passed, or no result of it was submitted: its credits were not earned. No ground against what was.</summary>
    NotPassed,
}

/// <summary>One coded reason with what it refers to.</summary>
/// <param name="Code">Code.</param>
/// <param name="TargetOutcomes">Codes of the target outcomes it names; required for <see cref="ReasonCode.LearningOutcomes"/>.</param>
/// <param name="Text">Explanation for the learner, without personal data.</param>
public sealed record DecisionReason(ReasonCode Code, ImmutableArray<string> TargetOutcomes, string Text);

/// <summary>Something else that was considered, or offered, in place of what was asked.</summary>
/// <param name="Outcome">Kind of alternative.</param>
/// <param name="Unit">Another unit, if that is the alternative.</param>
/// <param name="Text">What it is, e.g. <c>bridging task for LO4</c>.</param>
public sealed record ConsideredAlternative(DecisionOutcome Outcome, UnitCode? Unit, string Text);

/// <summary>What the engine says should happen. Anything but an automatic full grant is a proposal for a person.</summary>
public enum ProposalKind
{
    /// <summary>A published automatic rule grants in full, or a signed learning agreement all that was earned; no person needed.</summary>
    GrantAutomatically,
    /// <summary>A person decides; <see cref="Assessment.ProposedOutcome"/> says what the engine would decide, if anything.</summary>
    Refer,
    /// <summary>Information is missing or contradictory and is to be asked for first.</summary>
    RequestInformation,
    /// <summary>The credential is not of a kind this procedure can judge; a person declares it inadmissible and points to the right procedure.</summary>
    DeclareInadmissible,
}

/// <summary>Why a case goes to a person rather than being granted at once.</summary>
public enum ReferralReason
{
    /// <summary>No rule matched.</summary>
    NoRule,
    /// <summary>Rules of the same rank, priority and specificity grant different things.</summary>
    RuleConflict,
    /// <summary>The matching rule is not automatic.</summary>
    RuleNotAutomatic,
    /// <summary>The case is on the validation track.</summary>
    ValidationTrack,
    /// <summary>A check of the credential did not pass.</summary>
    CheckNotPassed,
    /// <summary>A rule nearly matched; see the explanation.</summary>
    NearMiss,
    /// <summary>The proposal is less than asked.</summary>
    LessThanAsked,
    /// <summary>Identity verification during assessment was weak.</summary>
    WeakIdentification,
    /// <summary>The grade could not be converted.</summary>
    GradeNotConvertible,
    /// <summary>The credential was counted before.</summary>
    AlreadyCounted,
    /// <summary>Information was asked for and answered; the answer waits for a person.</summary>
    InformationAnswered,
    /// <summary>The rule grants an exemption or admission in place of credits.</summary>
    GrantsNoCredits,
    /// <summary>The credential names its awarding body by an identifier that this had given up before the award.</summary>
    FormerIdentifier,
}

/// <summary>One condition of a rule as it was judged.</summary>
/// <param name="Condition">Name of the condition in snake_case, e.g. <c>eqf_level_at_least</c>.</param>
/// <param name="Expected">What the rule asks.</param>
/// <param name="Actual">What the credential says; <c>not stated</c> when it says nothing.</param>
/// <param name="Held">Whether it held. A value that is not stated never holds.</param>
public sealed record ConditionFinding(string Condition, string Expected, string Actual, bool Held);

/// <summary>One rule as it was judged. Rules that missed by exactly one condition are near misses and are shown too.</summary>
/// <param name="Rule">Rule.</param>
/// <param name="Target">Unit it grants.</param>
/// <param name="Rank">Rank.</param>
/// <param name="Priority">Priority.</param>
/// <param name="InForce">Whether it was in force on the day that counts.</param>
/// <param name="Matched">Whether it was in force and every condition held.</param>
/// <param name="Conditions">Every condition with value and result.</param>
public sealed record RuleFinding(RuleId Rule, UnitCode Target, RuleRank Rank, int Priority, bool InForce, bool Matched, ImmutableArray<ConditionFinding> Conditions)
{
    /// <summary>Sources of a composite rule: those that a credential was used for, and those for which one is missing. Empty for a rule about one credential.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<SourceFinding> Sources { get; init; } = [];
}

/// <summary>A source of a composite rule as it was judged.</summary>
/// <param name="Group">Number of the group, from 1.</param>
/// <param name="Source">Number of the source in the group, from 1.</param>
/// <param name="Credential">Credential that was used for it; null when none of the case fits.</param>
/// <param name="Title">Title of its achievement; empty without one.</param>
/// <param name="Conditions">Every condition; none is held without a credential.</param>
public sealed record SourceFinding(int Group, int Source, Sha256Digest? Credential, string Title, ImmutableArray<ConditionFinding> Conditions);

/// <summary>What is proposed for some of a case's credentials and one unit.</summary>
/// <param name="Credentials">Credentials the line is about; none for a component of a learning agreement of which no result was submitted.</param>
/// <param name="Outcome">Outcome of the line; null when nothing is proposed.</param>
/// <param name="Unit">Unit; null when none is granted.</param>
/// <param name="Granted">Credits granted.</param>
/// <param name="ExtraCurricular">Credits that go to the supplement because a cap was reached.</param>
/// <param name="Rule">Rule that carries the line; null when none does.</param>
/// <param name="Grade">Conversion of the grade, if any.</param>
/// <param name="NeedsNobody">Whether a published automatic rule grants the line in full.</param>
public sealed record AssessmentLine(
    ImmutableArray<Sha256Digest> Credentials, DecisionOutcome? Outcome, UnitCode? Unit, EctsCredits Granted, EctsCredits ExtraCurricular, RuleId? Rule, GradeConversion? Grade, bool NeedsNobody)
{
    /// <summary>Component of the learning agreement that the line is about, as it is called there; null without one.</summary>
    public string? Component { get; init; }
}

/// <summary>A way to use the credentials that was not chosen, because another grants more or leaves fewer over. Source: field reference E.6.</summary>
/// <param name="Granted">Credits it would grant.</param>
/// <param name="Uses">Rules it would use, each with its credentials.</param>
/// <param name="LeftOver">Credentials it would leave over.</param>
public sealed record SelectionAlternative(EctsCredits Granted, ImmutableArray<SelectedRule> Uses, ImmutableArray<Sha256Digest> LeftOver);

/// <summary>A rule with the credentials it would use.</summary>
/// <param name="Rule">Rule.</param>
/// <param name="Credentials">Credentials.</param>
/// <param name="Grants">Units and credits.</param>
public sealed record SelectedRule(RuleId Rule, ImmutableArray<Sha256Digest> Credentials, ImmutableArray<UnitGrant> Grants);

/// <summary>How the target outcomes are covered.</summary>
/// <param name="Covered">Codes of covered outcomes with the source outcome that covers each.</param>
/// <param name="Missing">Codes of outcomes not covered.</param>
/// <param name="MissingEssential">Codes of essential outcomes not covered.</param>
public sealed record OutcomeCoverage(ImmutableArray<CoveredOutcome> Covered, ImmutableArray<string> Missing, ImmutableArray<string> MissingEssential);

/// <summary>A covered target outcome.</summary>
/// <param name="Target">Code of the target outcome.</param>
/// <param name="Source">Title of the source outcome.</param>
/// <param name="By">What matched: the skill IRI, identifier or title.</param>
public sealed record CoveredOutcome(string Target, string Source, string By);

/// <summary>The rules applied to one credential and one target on a day, with the whole explanation. The same inputs give the same bytes.</summary>
public sealed record Assessment
{
    /// <summary>Version of the engine; changes when the same inputs could give another result.</summary>
    public const string EngineVersion = "3";

    /// <summary>Day of application, which dates the assessment.</summary>
    public required DateOnly AsOf { get; init; }
    /// <summary>Day that selected the rules, and the policy that chose it.</summary>
    public required RuleDatePolicy RuleDatePolicy { get; init; }
    /// <summary>Track.</summary>
    public required RecognitionTrack Track { get; init; }
    /// <summary>Table and version applied.</summary>
    public required TableId Table { get; init; }
    /// <summary>Version of the table.</summary>
    public required int TableVersion { get; init; }
    /// <summary>Digest of the table.</summary>
    public required Sha256Digest TableDigest { get; init; }
    /// <summary>Digest of everything the engine read beside the table: achievement, verdict, target, policy, ledger.</summary>
    public required Sha256Digest InputsDigest { get; init; }
    /// <summary>What should happen.</summary>
    public required ProposalKind Proposal { get; init; }
    /// <summary>Outcome proposed or granted; null when the engine proposes none.</summary>
    public DecisionOutcome? ProposedOutcome { get; init; }
    /// <summary>Unit granted.</summary>
    public UnitCode? Unit { get; init; }
    /// <summary>Credits granted.</summary>
    public EctsCredits Granted { get; init; }
    /// <summary>What is granted in place of credits; null for credits.</summary>
    public GrantBenefit? Benefit { get; init; }
    /// <summary>Credits that go to the supplement as extra-curricular because a cap was reached.</summary>
    public EctsCredits ExtraCurricular { get; init; }
    /// <summary>Rule that carries the proposal; of several lines that of the first.</summary>
    public RuleId? Rule { get; init; }
    /// <summary>Grade conversion, if the rule asks for one and tables were at hand.</summary>
    public GradeConversion? Grade { get; init; }
    /// <summary>Reasons of a proposal that is not full.</summary>
    public ImmutableArray<DecisionReason> Reasons { get; init; } = [];
    /// <summary>Alternatives considered.</summary>
    public ImmutableArray<ConsideredAlternative> Alternatives { get; init; } = [];
    /// <summary>Why a person is needed.</summary>
    public ImmutableArray<ReferralReason> Referral { get; init; } = [];
    /// <summary>Information to ask for, as codes, e.g. <c>WORKLOAD_CREDIT_MISMATCH</c>.</summary>
    public ImmutableArray<InformationItem> Information { get; init; } = [];
    /// <summary>Coverage of the target outcomes; null when the target has none.</summary>
    public OutcomeCoverage? Coverage { get; init; }
    /// <summary>Rules judged: all matches, then near misses, by rank, priority and id.</summary>
    public ImmutableArray<RuleFinding> Rules { get; init; } = [];
    /// <summary>Sentences for a person, in order.</summary>
    public ImmutableArray<string> Explanation { get; init; } = [];
    /// <summary>What is proposed per credential and unit, when several credentials or several units are concerned; empty when the members above say it all.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<AssessmentLine> Lines { get; init; } = [];
    /// <summary>Ways to use the credentials that were not chosen, best first; at most <see cref="CredentialSelection.MaxAlternatives"/>.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<SelectionAlternative> NotChosen { get; init; } = [];
    /// <summary>Learning agreement under which the credentials were earned; null without one.</summary>
    public AppliedAgreement? Agreement { get; init; }
}

/// <summary>One thing to be supplied.</summary>
/// <param name="Code">What, e.g. <c>WORKLOAD_CREDIT_MISMATCH</c>, <c>M6</c> (missing element of Annex I).</param>
/// <param name="Text">The question for the person who is asked.</param>
public sealed record InformationItem(string Code, string Text);
