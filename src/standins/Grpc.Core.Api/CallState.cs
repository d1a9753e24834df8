namespace Grpc.Core;

/// <summary>The part that the four call objects have in common: what the transport gave them to ask about the call.</summary>
internal readonly struct CallState(
    Func<object, Task<Metadata>> responseHeadersAsync,
    Func<object, Status> getStatus,
    Func<object, Metadata> getTrailers,
    Action<object> dispose,
    object state)
{
    public CallState(Task<Metadata> responseHeadersAsync, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose)
        : this(
            static state => ((Closures)state).ResponseHeadersAsync,
            static state => ((Closures)state).GetStatus(),
            static state => ((Closures)state).GetTrailers(),
            static state => ((Closures)state).Dispose(),
            new Closures(responseHeadersAsync, getStatus, getTrailers, dispose))
    {
    }

    public Task<Metadata> ResponseHeadersAsync => responseHeadersAsync(state);

    public Status GetStatus() => getStatus(state);

    public Metadata GetTrailers() => getTrailers(state);

    public void Dispose() => dispose(state);

    private sealed record Closures(
        Task<Metadata> ResponseHeadersAsync, Func<Status> GetStatus, Func<Metadata> GetTrailers, Action Dispose);
}
