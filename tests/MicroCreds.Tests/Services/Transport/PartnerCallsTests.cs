using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>How a node calls a partner that is away, slow or back again: few tries, no crowd of waiting callers, and an end to every call.</summary>
public sealed class PartnerCallsTests : TransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task a_dead_partner_is_tried_three_times_by_one_call_and_refused_to_the_others_until_it_answers()
    {
        using var dead = new HangingUp();
        using var channels = new PartnerChannels(RegistryWith(m => m with { Endpoints = [$"https://127.0.0.1:{dead.Port}"] }), _clock);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);

        Assert.Equal("", RpcReason.Of(await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B)))));
        Assert.Equal(3, dead.Connections);
        for (var i = 0; i < 50; i++) await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(channels.For(acting, B)));
        Assert.Equal(3, dead.Connections);

        // After the pause one call is let through, and stands for the others until its end.
        _clock.Advance(TimeSpan.FromSeconds(1));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => RpcReason.Of(await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B))))));
        Assert.Equal(1, outcomes.Count(o => o.Length == 0));
        // Five failures of the ten that the budget holds are left to be tried again: then calls are made once.
        Assert.True(dead.Connections <= 6, $"{dead.Connections} connections were tried.");
        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(PartnerCircuit.LongestPause);
            await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B)));
        }

        Assert.True(dead.Connections <= 13, $"{dead.Connections} connections were tried.");
    }

    [Fact]
    public async Task a_partner_that_accepts_and_says_nothing_costs_one_deadline()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        using var channels = new PartnerChannels(RegistryWith(m => m with { Endpoints = [$"https://127.0.0.1:{((IPEndPoint)frozen.LocalEndpoint).Port}"] }), TimeProvider.System);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        var waited = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B), deadline: TimeSpan.FromSeconds(1.5)));
        Assert.Equal((StatusCode.DeadlineExceeded, ""), (waited.StatusCode, RpcReason.Of(waited)));
        for (var i = 0; i < 50; i++) await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(channels.For(acting, B), deadline: TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task a_server_with_another_key_is_not_connected_to_for_every_call()
    {
        using var channels = new PartnerChannels(RegistryWith(m => m with { TlsKeys = [Sha256Digest.Of("another key"u8)] }), _clock);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        Assert.Contains("does not pin its key", Words(await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B)))), StringComparison.Ordinal);
        await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(channels.For(acting, B)));
    }

    [Fact]
    public async Task a_partner_that_is_back_is_called_as_if_it_had_never_been_away()
    {
        using var channels = new PartnerChannels(Members.Join(), _clock);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        var port = Host.Port;
        await Host.DisposeAsync();
        await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B)));
        await using var again = await PartnerHost.StartAsync(B, Members.Certificates[B], Members.List, port);
        await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(channels.For(acting, B)));
        _clock.Advance(PartnerCircuit.LongestPause);
        Assert.Equal("back", (await EchoAsync(channels.For(acting, B), "back")).Message);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EchoAsync(channels.For(acting, B)))).WaitAsync(Patience);
    }

    [Fact]
    public async Task what_nodes_do_on_their_own_accord_holds_nobody_up_and_ends_the_waiting_of_others()
    {
        using var channels = new PartnerChannels(Members.Join(), _clock);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        var exchange = new Wire.ExchangeService.ExchangeServiceClient(channels.For(acting, B));
        var news = new Wire.NotifyRequest { Issuer = A.Value, Audience = B.Value, Epoch = 1, Sequence = 1 };
        var port = Host.Port;
        await Host.DisposeAsync();
        for (var i = 0; i < 5; i++) Assert.Equal("", RpcReason.Of(await Assert.ThrowsAsync<RpcException>(async () => await exchange.NotifyAsync(news))));

        // Nobody had asked before: the first who does is not refused for what the node tried by itself.
        var first = await PartnerHost.StartAsync(B, Members.Certificates[B], Members.List, port);
        await EchoAsync(channels.For(acting, B));
        await first.DisposeAsync();

        await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B)));
        await using var again = await PartnerHost.StartAsync(B, Members.Certificates[B], Members.List, port);
        await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(channels.For(acting, B)));
        await exchange.NotifyAsync(news);
        await EchoAsync(channels.For(acting, B));
    }

    [Fact]
    public async Task refusals_and_deadlines_too_short_to_answer_within_are_no_sign_that_the_partner_is_away()
    {
        using var channels = new PartnerChannels(Members.Join(), TimeProvider.System);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        for (var i = 0; i < 5; i++)
        {
            await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], () => EchoAsync(channels.For(acting, B), new string('x', 1001)));
            Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channels.For(acting, B), deadline: TimeSpan.Zero))).StatusCode);
        }

        await EchoAsync(channels.For(acting, B));
    }

    [Fact]
    public async Task a_call_without_a_deadline_gets_one_and_a_watch_does_not()
    {
        var calls = new PartnerCalls(B, _clock);
        DateTime? given = null;
        var unary = calls.AsyncUnaryCall(
            new Wire.EchoRequest(), Context<Wire.EchoRequest, Wire.EchoResponse>(MethodType.Unary),
            (_, context) =>
            {
                given = context.Options.Deadline;
                return new(Task.FromResult(new Wire.EchoResponse()), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
            });
        await unary;
        Assert.Equal(_clock.GetUtcNow().UtcDateTime + TransportLimits.UnaryDeadline, given);

        calls.AsyncServerStreamingCall(
            new Wire.WatchCasesRequest(), Context<Wire.WatchCasesRequest, Wire.WatchCasesResponse>(MethodType.ServerStreaming),
            (_, context) =>
            {
                given = context.Options.Deadline;
                return new(null!, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
            });
        Assert.Null(given);
    }

    private static ClientInterceptorContext<TRequest, TResponse> Context<TRequest, TResponse>(MethodType type) where TRequest : class where TResponse : class =>
        new(new Method<TRequest, TResponse>(type, "s", "m", Marshallers.Create<TRequest>(_ => [], _ => null!), Marshallers.Create<TResponse>(_ => [], _ => null!)), null, default);

    /// <summary>Accepts connections and closes them.</summary>
    private sealed class HangingUp : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _connections;

        public HangingUp()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                }
            }
            catch (SocketException)
            {
                // The test ends.
            }
            catch (ObjectDisposedException)
            {
                // The test ends.
            }
        }
    }
}
