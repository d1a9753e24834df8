using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>A call that did not come over a wire: the caller is known, and it can be cancelled.</summary>
internal sealed class InProcessContext : ServerCallContext
{
    private readonly string _method;
    private readonly DateTime _deadline;
    private readonly CancellationToken _cancellationToken;

    public InProcessContext(string method, Caller caller, DateTime deadline, CancellationToken cancellationToken)
    {
        (_method, _deadline, _cancellationToken) = (method, deadline, cancellationToken);
        // Where the server's library looks for it when a call is not its own.
        UserState["__HttpContext"] = new DefaultHttpContext();
        new CallInProgress(new(method, Limit: null), this, metrics: null!, TimeProvider.System, NullLogger.Instance).Begin(caller);
    }

    public static InProcessContext Of(OrganisationId partner) => new("test", new Caller.Partner(partner), DateTime.MaxValue, CancellationToken.None);

    protected override string MethodCore => _method;
    protected override string HostCore => "in-process";
    protected override string PeerCore => "in-process";
    protected override DateTime DeadlineCore => _deadline;
    protected override Metadata RequestHeadersCore { get; } = [];
    protected override CancellationToken CancellationTokenCore => _cancellationToken;
    protected override Metadata ResponseTrailersCore { get; } = [];
    protected override Status StatusCore { get; set; }
    protected override WriteOptions? WriteOptionsCore { get; set; }
    protected override AuthContext AuthContextCore { get; } = new("", []);
    protected override IDictionary<object, object> UserStateCore { get; } = new Dictionary<object, object>();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
