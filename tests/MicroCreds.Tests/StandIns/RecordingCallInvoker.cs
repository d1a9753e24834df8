using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Records what it is asked to call, with host and headers, and answers unary calls with the request.</summary>
internal sealed class RecordingCallInvoker : CallInvoker
{
    public List<string> Calls { get; } = [];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Record("blocking", host, options);
        return (TResponse)(object)request;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Record("unary", host, options);
        return new AsyncUnaryCall<TResponse>(
            Task.FromResult((TResponse)(object)request), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Record("server streaming", host, options);
        return new AsyncServerStreamingCall<TResponse>(null!, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Record("client streaming", host, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            null!, Task.FromResult<TResponse>(null!), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Record("duplex streaming", host, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            null!, null!, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    private void Record(string kind, string? host, CallOptions options) =>
        Calls.Add($"{kind} at {host ?? "channel"} with {string.Join(",", options.Headers?.Select(header => header.Value) ?? [])}");
}
