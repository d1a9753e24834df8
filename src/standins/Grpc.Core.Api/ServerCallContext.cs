namespace Grpc.Core;

/// <summary>A call as its handler on the server sees it. A transport overrides the members that end in <c>Core</c>.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>Makes a context.</summary>
    protected ServerCallContext()
    {
    }

    /// <summary>Path of the method: <c>/service/method</c>.</summary>
    public string Method => MethodCore;

    /// <summary>Authority the client called.</summary>
    public string Host => HostCore;

    /// <summary>Address of the peer as <c>ipv4:address:port</c>, <c>ipv6:[address]:port</c> or <c>unix:path</c>.</summary>
    public string Peer => PeerCore;

    /// <summary>Instant in UTC after which the client does not wait any more; <see cref="DateTime.MaxValue"/> if it set none.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>Metadata the client sent.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when the client cancels, goes away or its deadline passes.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>Metadata sent after the response; may be changed until the handler returns.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>Status to end the call with if the handler returns normally.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>How responses are written; null means the default.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What the transport knows about the identity of the peer.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>Values that interceptors and the handler of this call share.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>Sends the headers of the response now; allowed once, before the first message.</summary>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>Makes a token that hands the context of this call on to a client call; not every transport supports it.</summary>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) => CreatePropagationTokenCore(options);

    /// <summary>Gives <see cref="Method"/>.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>Gives <see cref="Host"/>.</summary>
    protected abstract string HostCore { get; }

    /// <summary>Gives <see cref="Peer"/>.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>Gives <see cref="Deadline"/>.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>Gives <see cref="RequestHeaders"/>.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Gives <see cref="CancellationToken"/>.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Gives <see cref="ResponseTrailers"/>.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>Gives and takes <see cref="Status"/>.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>Gives and takes <see cref="WriteOptions"/>.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Gives <see cref="AuthContext"/>.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Gives <see cref="UserState"/>; unless overridden, a dictionary made at first use.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Does <see cref="WriteResponseHeadersAsync"/>.</summary>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>Does <see cref="CreatePropagationToken"/>.</summary>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}
