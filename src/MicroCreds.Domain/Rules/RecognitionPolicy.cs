using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Which date selects the rules that apply (field reference E.3). Printed in every explanation.</summary>
public enum RuleDatePolicy
{
    /// <summary>The day of award.</summary>
    AwardDate,
    /// <summary>The day of application.</summary>
    ApplicationDate,
    /// <summary>Either: a rule in force on one of the two days applies.</summary>
    MoreFavourable,
}

/// <summary>What an outstanding information request does to the clock.</summary>
public enum ClockPolicy
{
    /// <summary>The time limit counts anew from the day the information is complete (the literal reading of the convention).</summary>
    RestartAtCompleteness,
    /// <summary>The days the information was outstanding are added.</summary>
    Suspend,
}

/// <summary>What becomes of a credential that was counted before at the institution. Source: field reference C.2 (ALREADY_COUNTED).</summary>
public enum DoubleCounting
{
    /// <summary>It counts once, in one programme.</summary>
    Never,
    /// <summary>It counts once in each programme: who reads for two degrees may use it for both.</summary>
    OncePerProgramme,
}

/// <summary>An institution's own rules of procedure. Published with the node's capabilities; every decision names the values it used.</summary>
public sealed record RecognitionPolicy
{
    /// <summary>Months from complete information to decision, 1 to 4. Source: Recommendation on Criteria and Procedures (2010), at most four months.</summary>
    public int DecisionMonths { get; init; } = 4;
    /// <summary>Effect of an information request on the clock.</summary>
    public ClockPolicy Clock { get; init; } = ClockPolicy.RestartAtCompleteness;
    /// <summary>Date that selects the rules.</summary>
    public RuleDatePolicy RuleDate { get; init; } = RuleDatePolicy.MoreFavourable;
    /// <summary>Days to answer a request for information when the office sets no day, 1 to 365.</summary>
    public int InformationDays { get; init; } = 30;
    /// <summary>Days in which an appeal may be filed, from the decision, 1 to 365.</summary>
    public int AppealDays { get; init; } = 30;
    /// <summary>Body that hears appeals.</summary>
    public string AppealBody { get; init; } = "Rector's office";
    /// <summary>Competent recognition authority named in decisions.</summary>
    public string Authority { get; init; } = "Recognition office";
    /// <summary>Page where procedure and criteria are published (Lisbon Recognition Convention, III.2).</summary>
    public string CriteriaUrl { get; init; } = "";
    /// <summary>Legal basis named in decisions, per track.</summary>
    public ImmutableSortedDictionary<RecognitionTrack, string> LegalBasis { get; init; } = ImmutableSortedDictionary<RecognitionTrack, string>.Empty;
    /// <summary>Hours of work per ECTS credit that the institution reckons with, 25 to 30.</summary>
    public int HoursPerCredit { get; init; } = 25;
    /// <summary>Smallest step in which credits are granted in part.</summary>
    public EctsCredits CreditStep { get; init; } = EctsCredits.FromHundredths(50);
    /// <summary>Most credits a learner may be granted by validation in one programme. Null for no cap.</summary>
    public EctsCredits? ValidationCap { get; init; }
    /// <summary>What becomes of a credential that was counted before.</summary>
    public DoubleCounting DoubleCounting { get; init; } = DoubleCounting.Never;
    /// <summary>Decisions that need a second officer.</summary>
    public DecisionApproval DecisionApproval { get; init; } = DecisionApproval.None;
    /// <summary>Decisions that grant more credits than this need a second officer too. Null for no such bound.</summary>
    public EctsCredits? ApprovalAbove { get; init; }
    /// <summary>How grades are converted.</summary>
    public Grades.GradeConversionPolicy GradeConversion { get; init; } = new();
    /// <summary>Organisations on the recognition track; every other is on the validation track.</summary>
    public ImmutableHashSet<OrganisationId> HigherEducationInstitutions { get; init; } = [];

    /// <summary>Track of a credential awarded by <paramref name="awardingBody"/>; validation when it is not known.</summary>
    public RecognitionTrack TrackOf(OrganisationId? awardingBody) =>
        awardingBody is not null && HigherEducationInstitutions.Contains(awardingBody) ? RecognitionTrack.Recognition : RecognitionTrack.Validation;
}
