using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MicroCreds.Tests.Services.Explore;

/// <summary>Stands in a partner's node: keeps every message and header that reaches it, and holds answers back until it is told to go on.</summary>
internal sealed class QuestionLog : Interceptor
{
    private readonly ConcurrentQueue<(IMessage Message, string Headers)> _received = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came in.</summary>
    public IReadOnlyCollection<(IMessage Message, string Headers)> Received => _received;

    /// <summary>Completes when the first question has come in.</summary>
    public Task Asked => _asked.Task;

    /// <summary>What an answer waits for; nothing at first.</summary>
    public Task GoOn { get; set; } = Task.CompletedTask;

    /// <summary>Forgets what came in so far: the setting up of a test.</summary>
    public void Forget() => _received.Clear();

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        _received.Enqueue(((IMessage)request, string.Join('\n', context.RequestHeaders.Select(h => $"{h.Key}: {h.Value}"))));
        _asked.TrySetResult();
        await GoOn.WaitAsync(context.CancellationToken);
        return await continuation(request, context);
    }
}
