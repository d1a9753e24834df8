namespace MicroCreds.Domain.Verification;

/// <summary>What a check looks at, in the order of the pipeline. Source: European Digital Credentials viewer (format, seal, owner, accreditation, expiry, revocation), refined.</summary>
public enum CheckKind
{
    /// <summary>Size, encoding, nesting and strict JSON.</summary>
    Format,
    /// <summary>The signature over the exact bytes, with an allowed algorithm.</summary>
    Seal,
    /// <summary>The chain from the sealing certificate to a pinned anchor, or the registration of the signing key for its issuer.</summary>
    CertificateChain,
    /// <summary>That the seal belongs to the issuer the credential names.</summary>
    IssuerBinding,
    /// <summary>That the issuer acts for the awarding body (same organisation, or a mandate shown).</summary>
    AwardingBody,
    /// <summary>The credential's period of validity.</summary>
    Validity,
    /// <summary>Revocation and suspension pointers, wherever they stand in the file.</summary>
    Status,
    /// <summary>Structure demanded by the format's profile.</summary>
    Schema,
    /// <summary>The 11 mandatory elements of Annex I of the Council Recommendation of 16 June 2022 (2022/C 243/02).</summary>
    Completeness,
    /// <summary>That workload, credits, levels and dates agree with each other.</summary>
    Plausibility,
    /// <summary>Quality assurance claimed for the provision.</summary>
    Accreditation,
    /// <summary>That the person before the office is the holder.</summary>
    Owner,
}

/// <summary>Result of a check (European Digital Credentials viewer: OK, SKIPPED, ERROR).</summary>
public enum CheckResult
{
    /// <summary>Made and passed.</summary>
    Ok,
    /// <summary>Not made; the evidence says why. Never read as passed.</summary>
    Skipped,
    /// <summary>Made and failed.</summary>
    Error,
}

/// <summary>Class of a failed or skipped check.</summary>
public enum ReasonClass
{
    /// <summary>No reason: the check passed.</summary>
    None,
    /// <summary>The file cannot be read.</summary>
    Malformed,
    /// <summary>The format is not one this node reads.</summary>
    UnsupportedFormat,
    /// <summary>The file carries no proof.</summary>
    NoProof,
    /// <summary>The proof is of a type this node does not verify.</summary>
    UnsupportedProof,
    /// <summary>The algorithm is not allowed, or does not fit the key.</summary>
    WeakAlgorithm,
    /// <summary>No key could be resolved from a trusted source.</summary>
    KeyUnresolvable,
    /// <summary>The signature does not verify.</summary>
    ProofInvalid,
    /// <summary>The proof needs a JSON-LD context that is not pinned here, or a term that no context defines: what was signed cannot be known.</summary>
    ContextUnknown,
    /// <summary>The signer is not the issuer named.</summary>
    IssuerBinding,
    /// <summary>The chain ends at no pinned anchor.</summary>
    UntrustedIssuer,
    /// <summary>The sealing certificate, or one above it, was not valid at the time that counts: outside of its period, or revoked.</summary>
    CertificateExpired,
    /// <summary>The credential's validity has ended.</summary>
    Expired,
    /// <summary>The credential's validity has not begun.</summary>
    NotYetValid,
    /// <summary>The credential is revoked or suspended.</summary>
    Revoked,
    /// <summary>The status list is wrong: proof, type, purpose or index.</summary>
    StatusInvalid,
    /// <summary>The status could not be asked. Never read as valid.</summary>
    StatusUnavailable,
    /// <summary>Structure demanded by the profile is missing.</summary>
    SchemaInvalid,
    /// <summary>Mandatory elements are missing.</summary>
    Incomplete,
    /// <summary>Values contradict each other.</summary>
    Implausible,
}

/// <summary>One check of a credential with its evidence.</summary>
/// <param name="Kind">What was looked at.</param>
/// <param name="Result">OK, SKIPPED or ERROR.</param>
/// <param name="Reason">Class of the failure or of the skip; <see cref="ReasonClass.None"/> when OK.</param>
/// <param name="Evidence">What was seen, in words an officer understands: thumbprints, dates, paths. No personal data.</param>
/// <param name="Source">What was checked against: an anchor, the trust list's serial, a section of a standard.</param>
public sealed record VerificationCheck(CheckKind Kind, CheckResult Result, ReasonClass Reason, string Evidence, string Source)
{
    /// <summary>Whether the verdict must wait for a person because of this check: a warning that does not make the file unauthentic.</summary>
    public bool Holds { get; init; }
}
