using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ExchangeDoor = MicroCreds.Services.Exchange.ExchangeService;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>A call is worked on for so long and no longer, and what it kept before is found by its request id.</summary>
public sealed class CallTimeTests : IAsyncLifetime
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private readonly Hold _hold = new();
    private TestNode _node = null!;
    private CaseDesk _desk = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(
            services: services => services.AddSingleton<Interceptor>(_hold).AddSingleton<ExchangeDoor>().AddSingleton<StatementExchange>(),
            map: app => app.MapGrpcService<ExchangeDoor>());
        _desk = await CaseDesk.OverAsync(_node);
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Theory]
    [InlineData("Echo", 10, null)]
    [InlineData("Echo", 10, 3600)]
    [InlineData("ListDrafts", 120, null)]
    [InlineData("PullStatements", 60, null)]
    public async Task a_call_ends_when_its_time_is_over_and_not_before(string method, int seconds, int? callersOwn)
    {
        _hold.Before(method);
        var (call, token) = (CallAsync(method, callersOwn), await _hold.Reached);
        _node.Clock.Advance(TimeSpan.FromSeconds(seconds) - Instant);
        Assert.False(token.IsCancellationRequested);
        _node.Clock.Advance(Instant);
        var refusal = await RpcRefusal.Expect(StatusCode.DeadlineExceeded, "TIME_EXCEEDED", ["limit", "limit_value"], () => call);
        Assert.Equal(("call", $"{seconds * 1000}"), (refusal["limit"], refusal["limit_value"]));
    }

    [Fact]
    public async Task a_watch_goes_on()
    {
        _hold.Before("WatchCases");
        using var watch = _desk.Officer.WatchCases(new WatchCasesRequest());
        var token = await _hold.Reached;
        _node.Clock.Advance(TimeSpan.FromDays(1));
        Assert.False(token.IsCancellationRequested);
    }

    [Fact]
    public async Task a_caller_that_leaves_is_noticed_as_before()
    {
        _hold.Before("Echo");
        using var leaves = new CancellationTokenSource();
        var call = CallAsync("Echo", null, leaves.Token);
        var token = await _hold.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.True(SpinWait.SpinUntil(() => token.IsCancellationRequested, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_change_is_kept_whole_or_not_at_all_and_is_safely_repeated(bool kept)
    {
        var request = CaseDesk.Request(_node.Consortium.Issue(TestCredentials.Volunteering(_node.Consortium)), TestTables.Activities);
        if (kept) _hold.After("SubmitCredential");
        else _hold.Before("SubmitCredential");
        var call = _desk.Volunteers.SubmitCredentialAsync(request).ResponseAsync;
        await _hold.Reached;
        _node.Clock.Advance(TransportLimits.UnaryDeadline);
        await RpcRefusal.Expect(StatusCode.DeadlineExceeded, "TIME_EXCEEDED", ["limit", "limit_value"], () => call);
        Assert.Equal(kept ? 1 : 0, (await _desk.Officer.ListCasesAsync(new())).Cases.Count);

        var repeated = await _desk.Volunteers.SubmitCredentialAsync(request);
        Assert.Equal(repeated.RecognitionCase.CaseId, Assert.Single((await _desk.Officer.ListCasesAsync(new())).Cases).CaseId);
    }

    private async Task CallAsync(string method, int? callersOwn, CancellationToken cancellationToken = default)
    {
        var options = new CallOptions(deadline: callersOwn is { } s ? TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(s) : null, cancellationToken: cancellationToken);
        switch (method)
        {
            case "Echo":
                await new MemberService.MemberServiceClient(_node.Anonymous()).EchoAsync(new(), options);
                break;
            case "ListDrafts":
                await new EquivalenceAdminService.EquivalenceAdminServiceClient(_node.Staff("ada", StaffRole.Administrator)).ListDraftsAsync(new(), options);
                break;
            default:
                using (var pull = new Wire.ExchangeService.ExchangeServiceClient(_node.Partner(TestConsortium.Madrid)).PullStatements(new(), options)) await pull.ResponseStream.MoveNext(cancellationToken);
                break;
        }
    }

    /// <summary>Holds one call inside the node, before its method or after it, for as long as its token lets it.</summary>
    private sealed class Hold : Interceptor
    {
        private readonly TaskCompletionSource<CancellationToken> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string _method = "";
        private bool _after;

        public Task<CancellationToken> Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Before(string method) => (_method, _after) = (method, false);

        public void After(string method) => (_method, _after) = (method, true);

        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            if (!_after) await WaitAsync(context);
            var response = await continuation(request, context);
            if (_after) await WaitAsync(context);
            return response;
        }

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            await WaitAsync(context);
            await continuation(request, responseStream, context);
        }

        private async Task WaitAsync(ServerCallContext context)
        {
            if (!context.Method.EndsWith($"/{_method}", StringComparison.Ordinal) || _reached.Task.IsCompleted) return;
            _reached.SetResult(context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }
    }
}
