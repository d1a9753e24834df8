namespace Grpc.Core;

/// <summary>Responses of a server. They end when the handler does.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
