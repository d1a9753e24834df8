using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>
/// A network that loses and doubles requests and answers, takes its time, and is cut between some nodes for a while. What a node does for a
/// caller dies with the node; the caller's deadline passes.
/// </summary>
internal sealed class SimulatedNetwork(Scheduler scheduler) : IPartnerChannels
{
    private readonly Dictionary<OrganisationId, (Scheduler.Life Life, Wire.ExchangeService.ExchangeServiceBase Service)> _nodes = [];
    private readonly HashSet<(OrganisationId, OrganisationId)> _cut = [];

    /// <summary>Of a thousand messages, how many are lost; as many are doubled.</summary>
    public int BadPerMille { get; set; } = 50;

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public void Attach(OrganisationId organisation, Scheduler.Life life, Wire.ExchangeService.ExchangeServiceBase service) => _nodes[organisation] = (life, service);

    public void Detach(OrganisationId organisation) => _nodes.Remove(organisation);

    /// <summary>Cuts one direction, or mends it.</summary>
    public void Cut(OrganisationId from, OrganisationId to, bool cut)
    {
        if (cut) _cut.Add((from, to));
        else _cut.Remove((from, to));
    }

    public CallInvoker For(HostedInstitution acting, OrganisationId partner) => new Invoker(this, acting.Organisation, partner);

    private async Task<ImmutableArray<IMessage>> CallAsync(OrganisationId from, OrganisationId to, IMessage request, DateTime deadline)
    {
        var answer = new TaskCompletionSource<(RpcException? Failure, ImmutableArray<IMessage> Messages)>();
        var caller = scheduler.Current;
        scheduler.After(new DateTimeOffset(deadline, TimeSpan.Zero) - scheduler.GetUtcNow(), caller, () => Scheduler.Complete(() =>
            answer.TrySetResult((new RpcException(new Status(StatusCode.DeadlineExceeded, "no answer")), []))));
        var times = Travels(from, to) ? Doubles() ? 2 : 1 : 0;
        for (var i = 0; i < times; i++) scheduler.After(Delay(), new Scheduler.Life(), Arrive);
        // Without this thread's context, as readers of streams wait too: completed on this thread, all of it goes on right there.
        var (failure, messages) = await answer.Task.ConfigureAwait(false);
        return failure is null ? messages : throw failure;

        void Arrive()
        {
            if (!_nodes.TryGetValue(to, out var node))
            {
                Return(new RpcException(new Status(StatusCode.Unavailable, "connection refused")), []);
                return;
            }

            scheduler.Begin(node.Life, async () =>
            {
                try
                {
                    Return(null, await ServeAsync(node.Service, from, Copy(request)));
                }
                catch (RpcException e)
                {
                    Return(e, []);
                }
            });
        }

        void Return(RpcException? failure, ImmutableArray<IMessage> messages)
        {
            if (!Travels(to, from)) return;
            scheduler.After(Delay(), caller, () => Scheduler.Complete(() => answer.TrySetResult((failure, messages))));
        }
    }

    private static async Task<ImmutableArray<IMessage>> ServeAsync(Wire.ExchangeService.ExchangeServiceBase service, OrganisationId from, IMessage request)
    {
        var context = InProcessContext.Of(from);
        switch (request)
        {
            case Wire.NotifyRequest notify: return [Copy(await service.Notify(notify, context))];
            case Wire.AcknowledgeRequest acknowledge: return [Copy(await service.Acknowledge(acknowledge, context))];
            case Wire.PullStatementsRequest pull:
                var all = new Collected();
                await service.PullStatements(pull, all, context);
                return [.. all.Messages];
            default: throw new NotSupportedException();
        }
    }

    private bool Travels(OrganisationId from, OrganisationId to)
    {
        var lost = _cut.Contains((from, to)) || scheduler.Draw(1000) < BadPerMille;
        if (lost) Lost++;
        return !lost;
    }

    private bool Doubles()
    {
        var doubled = scheduler.Draw(1000) < BadPerMille;
        if (doubled) Doubled++;
        return doubled;
    }

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(1 + scheduler.Draw(scheduler.Draw(20) == 0 ? 20_000 : 200));

    private static IMessage Copy(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteArray());

    private sealed class Collected : IServerStreamWriter<Wire.PullStatementsResponse>
    {
        public List<IMessage> Messages { get; } = [];
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Wire.PullStatementsResponse message)
        {
            Messages.Add(Copy(message));
            return Task.CompletedTask;
        }

        public Task WriteAsync(Wire.PullStatementsResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }

    private sealed class Replay<T>(Task<ImmutableArray<IMessage>> messages) : IAsyncStreamReader<T>
    {
        private int _next;

        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var all = await messages.ConfigureAwait(false);
            if (_next == all.Length) return false;
            Current = (T)all[_next++];
            return true;
        }
    }

    private sealed class Invoker(SimulatedNetwork network, OrganisationId from, OrganisationId to) : CallInvoker
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new(OneAsync<TResponse>(network.CallAsync(from, to, (IMessage)request, options.Deadline ?? DateTime.MaxValue)), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new(new Replay<TResponse>(network.CallAsync(from, to, (IMessage)request, options.Deadline ?? DateTime.MaxValue)), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        private static async Task<T> OneAsync<T>(Task<ImmutableArray<IMessage>> messages) => (T)(await messages)[0];
    }
}
