namespace MicroCreds.Domain.Problems;

/// <summary>Every expected refusal of the node. Each has exactly one reason in the contract (<c>ErrorReason</c>) and one status.</summary>
public enum ProblemCode
{
    /// <summary>A field of the request breaks its documented shape; the facts name each field.</summary>
    InvalidRequest,

    /// <summary>The credential file is larger than the node accepts.</summary>
    CredentialTooLarge,

    /// <summary>The file cannot be read as a credential: truncated, not JSON, duplicate keys, nested too deeply.</summary>
    CredentialMalformed,

    /// <summary>The file is of a format this node does not read, or carries no proof.</summary>
    CredentialUnsupported,

    /// <summary>The seal or signature does not verify, or does not belong to the issuer the credential names.</summary>
    CredentialNotAuthentic,

    /// <summary>No trusted key or anchor is registered for the issuer.</summary>
    IssuerUnknown,

    /// <summary>The caller is not signed in, or its certificate is not pinned by the trust list.</summary>
    Unauthenticated,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied,

    /// <summary>The request id was used before with other content.</summary>
    RequestIdReused,

    /// <summary>No such institution is hosted here or listed in the trust list.</summary>
    InstitutionNotFound,

    /// <summary>No such case, or none the caller may see: the two answer alike.</summary>
    CaseNotFound,

    /// <summary>No such equivalence table, version or draft, or none the caller may see.</summary>
    TableNotFound,

    /// <summary>The target unit is not in the published table of the institution.</summary>
    TargetUnitNotFound,

    /// <summary>No grade table is stored for the asked reference group.</summary>
    GradeTableNotFound,

    /// <summary>The case is in a state that does not allow the verb.</summary>
    CaseStateConflict,

    /// <summary>The decision breaks an invariant of the recognition procedure; the facts name it.</summary>
    DecisionInvalid,

    /// <summary>The time for the act has passed, for example the appeal period.</summary>
    DeadlinePassed,

    /// <summary>The credential was already counted for this learner and target.</summary>
    AlreadyCounted,

    /// <summary>Rows of an imported sheet are wrong; the facts count them, the details name row and column.</summary>
    SheetInvalid,

    /// <summary>The draft has findings that forbid publication.</summary>
    DraftNotPublishable,

    /// <summary>The record changed since the caller read it (etag), or a concurrent change won.</summary>
    ConcurrentChange,

    /// <summary>The statement's signature, audience or content is wrong; it is not stored.</summary>
    StatementInvalid,

    /// <summary>The statement does not follow the last one received in its stream.</summary>
    StreamGap,

    /// <summary>Two different statements carry the same place of one stream: evidence of equivocation.</summary>
    StreamEquivocation,

    /// <summary>The partner's node cannot be reached now.</summary>
    PartnerUnavailable,

    /// <summary>The caller asked for more than its share; the facts say when to come back.</summary>
    QuotaExceeded,

    /// <summary>The page token is not one this method gave for this filter.</summary>
    PageTokenInvalid,

    /// <summary>The partner has no such rule, or none it shows to this institution, or one that this node does not understand.</summary>
    RuleNotFound,

    /// <summary>The draft needs the approval of another account than the one that edited it last.</summary>
    SecondPersonNeeded,
    /// <summary>The decision needs the approval of another officer than the one who proposed it.</summary>
    SecondOfficerNeeded,

    /// <summary>The institution has no sealing certificate on this node, so nothing can be sealed in its name.</summary>
    SealMissing,

    /// <summary>No such learning agreement.</summary>
    AgreementNotFound,

    /// <summary>The learning agreement was ended; nothing is added to it.</summary>
    AgreementEnded,

    /// <summary>The store cannot be used now: its disk is full, it is closing, or its server is away.</summary>
    StoreUnavailable,

    /// <summary>What came is no message of the method: wrong bytes, wrong framing, JSON that is none.</summary>
    MessageMalformed,

    /// <summary>A message is larger than one may be.</summary>
    MessageTooLarge,

    /// <summary>The call is made in a way that this node does not serve; the facts say which part of it.</summary>
    CallUnsupported,

    /// <summary>The call, or what was to come for it, took longer than the node waits.</summary>
    TimeExceeded,
}
