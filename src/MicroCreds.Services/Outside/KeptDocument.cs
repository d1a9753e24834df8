using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Services.Outside;

/// <summary>What the node knows of a document outside: what it holds, since when, until when, and how the last try went. Kept on disk beside the content.</summary>
public sealed record KeptDocument
{
    /// <summary>Which.</summary>
    public required OutsideDocument Document { get; init; }
    /// <summary>When it is asked for next.</summary>
    public required DateTimeOffset NextAt { get; init; }
    /// <summary>SHA-256 of the content held; null when none is.</summary>
    public Sha256Digest? Digest { get; init; }
    /// <summary>Length of the content held, in bytes.</summary>
    public int Bytes { get; init; }
    /// <summary>ETag of the content held; empty without one.</summary>
    public string EntityTag { get; init; } = "";
    /// <summary>Last-Modified of the content held.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }
    /// <summary>When the content held was fetched.</summary>
    public DateTimeOffset? FetchedAt { get; init; }
    /// <summary>When the host last said that it still holds.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    /// <summary>Time until which it is relied upon, included; null while none is held.</summary>
    public DateTimeOffset? ReliedUntil { get; init; }
    /// <summary>End of validity that the content states.</summary>
    public DateTimeOffset? Until { get; init; }
    /// <summary>After what time the content asks to be fetched again.</summary>
    public TimeSpan? TimeToLive { get; init; }
    /// <summary>What the content is, in words.</summary>
    public string Words { get; init; } = "";
    /// <summary>When it was last asked for.</summary>
    public DateTimeOffset? TriedAt { get; init; }
    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }
    /// <summary>Why the last try failed, in words; empty when it did not.</summary>
    public string Failure { get; init; } = "";
}
