using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// One call of another protocol. While the gRPC server runs it stands in the place of the response's body and trailers; afterwards it writes the
/// end of the answer. It takes resets too: a deadline that passes is told to the client instead of cutting the connection.
/// </summary>
internal abstract class TranslatedCall(HttpContext context) : IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IHttpResetFeature, IRequestBodyPipeFeature
{
    private static readonly string[] StatusHeaders = ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-accept-encoding", "grpc-encoding"];

    /// <summary>The request and its answer.</summary>
    protected HttpContext Context { get; } = context;

    /// <summary>Body of the response as the connection takes it.</summary>
    protected IHttpResponseBodyFeature Connection { get; } = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();

    /// <inheritdoc/>
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>Body of the request as gRPC reads it.</summary>
    public abstract PipeReader Reader { get; }

    /// <summary>Where gRPC writes its frames.</summary>
    public abstract PipeWriter Writer { get; }

    /// <inheritdoc/>
    public Stream Stream => Writer.AsStream();

    /// <summary>Reads what must be read before the call; false when the call has been answered already.</summary>
    protected abstract ValueTask<bool> BeginAsync();

    /// <summary>Writes the end of the answer.</summary>
    protected abstract Task EndAsync();

    /// <summary>Runs the call.</summary>
    internal async Task RunAsync(RequestDelegate next)
    {
        var (request, features) = (Context.Request, Context.Features);
        if (!await BeginAsync()) return;
        var (protocol, type, length, trailers, reset, reader) =
            (request.Protocol, request.ContentType, request.ContentLength, features.Get<IHttpResponseTrailersFeature>(), features.Get<IHttpResetFeature>(), features.Get<IRequestBodyPipeFeature>());
        (request.Protocol, request.ContentType, request.ContentLength) = (HttpProtocol.Http2, "application/grpc", null);
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IHttpResponseTrailersFeature>(this);
        features.Set<IHttpResetFeature>(this);
        features.Set<IRequestBodyPipeFeature>(this);
        try
        {
            await next(Context);
        }
        finally
        {
            features.Set(Connection);
            features.Set(trailers);
            features.Set(reset);
            features.Set(reader);
            (request.Protocol, request.ContentType, request.ContentLength) = (protocol, type, length);
        }

        if (!Context.RequestAborted.IsCancellationRequested) await EndAsync();
    }

    /// <summary>Status the call ended with, taken out of the headers or trailers that gRPC put it in.</summary>
    protected RpcOutcome TakeOutcome()
    {
        // Without a message gRPC puts the status among the headers ("Trailers-Only").
        var source = Trailers.ContainsKey("grpc-status") ? Trailers : Context.Response.Headers;
        var outcome = RpcOutcome.Of(source);
        if (!Context.Response.HasStarted)
            foreach (var name in StatusHeaders) Context.Response.Headers.Remove(name);
        foreach (var name in StatusHeaders) Trailers.Remove(name);
        return outcome;
    }

    /// <inheritdoc/>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => Connection.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public void DisableBuffering() => Connection.DisableBuffering();

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException("A call answers with messages.");

    /// <summary>The end is written when the call has ended.</summary>
    public Task CompleteAsync() => Task.CompletedTask;

    /// <summary>The status says it.</summary>
    public void Reset(int errorCode)
    {
    }
}
