namespace Grpc.Core;

/// <summary>Requests of a client, with an end.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the request stream. Needed: the server waits for it. No write may follow.</summary>
    Task CompleteAsync();
}
