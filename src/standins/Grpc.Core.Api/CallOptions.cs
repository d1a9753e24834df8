namespace Grpc.Core;

/// <summary>What a client may set for one call. A value: the <c>With</c> methods give a changed copy.</summary>
public readonly struct CallOptions
{
    /// <summary>Makes options.</summary>
    /// <param name="headers">Metadata sent with the call.</param>
    /// <param name="deadline">Instant in UTC after which the call fails with <see cref="StatusCode.DeadlineExceeded"/>; null means never.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="writeOptions">How the requests are written; null means <see cref="WriteOptions.Default"/>.</param>
    /// <param name="propagationToken">Context of the server call on whose behalf this call is made.</param>
    /// <param name="credentials">Credentials of this call, beside those of the channel.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Metadata sent with the call.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>Instant in UTC after which the call fails; null means never.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>How the requests are written.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>Context of the server call on whose behalf this call is made.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>Credentials of this call.</summary>
    public CallCredentials? Credentials { get; private init; }

    /// <summary>Whether the call waits for a connection instead of failing at once with <see cref="StatusCode.Unavailable"/>.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>These options with other headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>These options with another deadline, an instant in UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>These options with another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>These options with other write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>These options with another propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>These options with other credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>These options with waiting for a connection switched on or off.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
