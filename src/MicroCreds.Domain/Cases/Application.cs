using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Cases;

/// <summary>What an applicant asks for: credentials towards one target. Fixed at submission.</summary>
public sealed record Application
{
    /// <summary>Case.</summary>
    public required CaseId Case { get; init; }
    /// <summary>Institution asked.</summary>
    public required OrganisationId Institution { get; init; }
    /// <summary>Organisation that submitted on the learner's behalf; the institution itself when its own staff or student system did.</summary>
    public required OrganisationId SubmittedBy { get; init; }
    /// <summary>Programme the credits are to count in.</summary>
    public required ProgrammeCode Programme { get; init; }
    /// <summary>Unit asked for.</summary>
    public required UnitCode TargetUnit { get; init; }
    /// <summary>Purpose of the application in the applicant's words; may be empty.</summary>
    public string Purpose { get; init; } = "";
    /// <summary>Language in which to write to the learner, BCP 47.</summary>
    public string ContactLanguage { get; init; } = "en";
    /// <summary>Reference to the learner's consent to the transfer, given by the submitter.</summary>
    public string ConsentReference { get; init; } = "";
    /// <summary>Pseudonym of the learner at this institution.</summary>
    public required LearnerKey Learner { get; init; }
    /// <summary>Digests of the credential files, in order.</summary>
    public required ImmutableArray<Sha256Digest> Credentials { get; init; }
    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }
}
