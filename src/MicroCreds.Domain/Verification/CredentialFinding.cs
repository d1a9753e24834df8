namespace MicroCreds.Domain.Verification;

/// <summary>By which list a credential was looked through.</summary>
public enum FindingKind
{
    /// <summary>A mandatory element of Annex I of the Council Recommendation of 16 June 2022 (2022/C 243/02), M1 to M11.</summary>
    Mandatory,
    /// <summary>An optional element of Annex I, O1 to O5.</summary>
    Optional,
    /// <summary>A criterion of the Nuffic micro-evaluator.</summary>
    Criterion,
}

/// <summary>How a credential stands by one element or criterion.</summary>
public enum FindingStanding
{
    /// <summary>Stated, or met.</summary>
    Met,
    /// <summary>Stated in part, or met weakly.</summary>
    Partly,
    /// <summary>Not stated, or not met.</summary>
    Missing,
    /// <summary>Does not apply to this credential.</summary>
    NotAsked,
}

/// <summary>One element or criterion, explained.</summary>
/// <param name="Kind">List.</param>
/// <param name="Code">Number of the element (<c>M6</c>, <c>O2</c>), or name of the criterion (<c>quality_assurance</c>).</param>
/// <param name="Standing">How the credential stands.</param>
/// <param name="Grade">The criterion's own word, for example <c>strong</c>, <c>secure</c>; empty where there is none.</param>
/// <param name="Found">What was found, in words; empty when nothing. No personal data.</param>
/// <param name="Place">Where in a file of this format it stands or would stand.</param>
/// <param name="Missing">What is missing, as what to supply; empty when nothing is.</param>
/// <param name="Source">What was gone by.</param>
public sealed record CredentialFinding(FindingKind Kind, string Code, FindingStanding Standing, string Grade, string Found, string Place, string Missing, string Source);
