using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>What the network does to a call.</summary>
internal abstract record NetworkFault
{
    private NetworkFault() { }

    /// <summary>The request never arrives.</summary>
    public sealed record DropRequest : NetworkFault;

    /// <summary>The request is carried out, the answer is lost.</summary>
    public sealed record DropResponse : NetworkFault;

    /// <summary>The request arrives twice; the second answer is seen.</summary>
    public sealed record Duplicate : NetworkFault;

    /// <summary>The other side, or something before it, answers with a status.</summary>
    public sealed record Answer(StatusCode Status) : NetworkFault;

    /// <summary>The request arrives late, by the hand-moved clock.</summary>
    public sealed record Delay(TimeSpan By) : NetworkFault;

    /// <summary>The connection ends after some messages of a stream.</summary>
    public sealed record CutAfter(int Messages) : NetworkFault;
}

/// <summary>One call on the network.</summary>
internal sealed record NetworkCall(OrganisationId From, OrganisationId To, string Method, IMessage Request);

/// <summary>A network between nodes of one process. A test says call by call what goes wrong on it. Messages are written and read as on the wire.</summary>
internal sealed class BadNetwork(TimeProvider clock) : IPartnerChannels
{
    private readonly Dictionary<OrganisationId, (Wire.ExchangeService.ExchangeServiceBase Service, TrustRegistry Registry)> _nodes = [];

    /// <summary>What goes wrong with a call; nothing when it answers null.</summary>
    public Func<NetworkCall, NetworkFault?> Faults { get; set; } = _ => null;

    /// <summary>Every call that was tried.</summary>
    public ConcurrentQueue<NetworkCall> Calls { get; } = new();

    public int Count(string method, OrganisationId? to = null) => Calls.Count(c => c.Method == method && (to is null || c.To == to));

    /// <summary>Puts a node on the network in the place of the one before.</summary>
    public void Attach(OrganisationId organisation, Wire.ExchangeService.ExchangeServiceBase service, TrustRegistry registry) => _nodes[organisation] = (service, registry);

    /// <summary>Takes a node off the network.</summary>
    public void Detach(OrganisationId organisation) => _nodes.Remove(organisation);

    public CallInvoker For(HostedInstitution acting, OrganisationId partner) => new Invoker(this, acting.Organisation, partner);

    private async Task<TResponse> CallAsync<TResponse>(NetworkCall call, NetworkFault? fault, CallOptions options, Func<Wire.ExchangeService.ExchangeServiceBase, InProcessContext, Task<TResponse>> act)
        where TResponse : class
    {
        var deadline = options.Deadline ?? DateTime.MaxValue;
        switch (fault)
        {
            case NetworkFault.DropRequest: throw Status(StatusCode.Unavailable);
            case NetworkFault.Answer answer: throw Status(answer.Status);
            case NetworkFault.Delay delay:
                var left = deadline - clock.GetUtcNow().UtcDateTime;
                await Task.Delay(delay.By < left ? delay.By : left, clock, options.CancellationToken);
                if (delay.By < left) break;
                throw Status(StatusCode.DeadlineExceeded);
        }

        if (!_nodes.TryGetValue(call.To, out var node)) throw Status(StatusCode.Unavailable);
        if (node.Registry.Current.Find(call.From) is not { Status: MemberStatus.Active }) throw Status(StatusCode.Unauthenticated);
        var response = await RunAsync();
        if (fault is NetworkFault.Duplicate) response = await RunAsync();
        return fault is NetworkFault.DropResponse ? throw Status(StatusCode.Unavailable) : response;

        async Task<TResponse> RunAsync()
        {
            try
            {
                return await act(node.Service, new InProcessContext(call.Method, new Caller.Partner(call.From), deadline, options.CancellationToken));
            }
            catch (Exception e) when (e is not RpcException)
            {
                throw Status(e is OperationCanceledException ? StatusCode.Cancelled : StatusCode.Internal);
            }
        }
    }

    private NetworkFault? Note(NetworkCall call)
    {
        Calls.Enqueue(call);
        return Faults(call);
    }

    private static RpcException Status(StatusCode code) => new(new Status(code, $"the network says {code}"));

    private static T Copy<T>(T message) where T : class => (T)((IMessage)message).Descriptor.Parser.ParseFrom(((IMessage)message).ToByteArray());

    private sealed class Invoker(BadNetwork network, OrganisationId from, OrganisationId to) : CallInvoker
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            var copy = Copy(request);
            var call = new NetworkCall(from, to, method.Name, (IMessage)copy);
            var response = network.CallAsync(call, network.Note(call), options, async (service, context) => Copy((TResponse)(object)(copy switch
            {
                Wire.NotifyRequest notify => await service.Notify(notify, context),
                Wire.AcknowledgeRequest acknowledge => await service.Acknowledge(acknowledge, context),
                Wire.GetHeadsRequest heads => await service.GetHeads(heads, context),
                _ => throw new NotSupportedException(method.FullName),
            })));
            return new AsyncUnaryCall<TResponse>(response, Task.FromResult(new Metadata()), () => Grpc.Core.Status.DefaultSuccess, () => [], () => { });
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            var copy = (Wire.PullStatementsRequest)(object)Copy(request);
            var call = new NetworkCall(from, to, method.Name, copy);
            var fault = network.Note(call);
            var stream = new InProcessStream<Wire.PullStatementsResponse>(fault is NetworkFault.CutAfter cut ? cut.Messages : int.MaxValue);
            stream.Run(token => network.CallAsync(call, fault, options.WithCancellationToken(token), async (service, context) =>
            {
                await service.PullStatements(copy, stream, context);
                return copy;
            }), options.CancellationToken);
            return new AsyncServerStreamingCall<TResponse>(
                (IAsyncStreamReader<TResponse>)(object)stream, Task.FromResult(new Metadata()), () => Grpc.Core.Status.DefaultSuccess, () => [], stream.Dispose);
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
