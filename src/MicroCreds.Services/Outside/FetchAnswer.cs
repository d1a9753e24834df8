namespace MicroCreds.Services.Outside;

/// <summary>What came of asking for a document.</summary>
public abstract record FetchAnswer
{
    private FetchAnswer() { }

    /// <summary>It came.</summary>
    /// <param name="Content">Its bytes.</param>
    /// <param name="EntityTag">ETag as it was sent; empty without one.</param>
    /// <param name="ModifiedAt">Last-Modified; null without one.</param>
    /// <param name="MaxAge">How long the host lets it be kept; null when it does not say.</param>
    public sealed record Arrived(byte[] Content, string EntityTag, DateTimeOffset? ModifiedAt, TimeSpan? MaxAge) : FetchAnswer;

    /// <summary>It is the one held (RFC 9110, 15.4.5).</summary>
    /// <param name="MaxAge">How long the host lets it be kept; null when it does not say.</param>
    public sealed record Unchanged(TimeSpan? MaxAge) : FetchAnswer;

    /// <summary>It did not come, or not as it must.</summary>
    /// <param name="Why">In words.</param>
    /// <param name="RetryAfter">How long the host asks to wait; null when it does not say.</param>
    public sealed record Failed(string Why, TimeSpan? RetryAfter = null) : FetchAnswer;
}
