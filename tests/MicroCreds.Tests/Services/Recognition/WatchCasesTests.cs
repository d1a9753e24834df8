using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class WatchCasesTests : IAsyncLifetime
{
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task replays_what_is_kept_says_so_and_goes_on()
    {
        var first = await _desk.ReferredAsync("ana");
        using var watch = _desk.Officer.WatchCases(new WatchCasesRequest(), cancellationToken: _patience);
        var replayed = await NextAsync(watch);
        Assert.Equal(first.CaseId, replayed.RecognitionCase.CaseId);
        var checkpoint = await NextAsync(watch);
        Assert.Null(checkpoint.RecognitionCase);
        Assert.Equal(replayed.Cursor, checkpoint.Cursor);

        var decided = await _desk.DecideAsync(first);
        var change = await NextAsync(watch);
        Assert.Equal((decided.CaseId, decided.Etag, RecognitionCase.Types.State.Decided, DecisionOutcome.Full), (change.RecognitionCase.CaseId, change.RecognitionCase.Etag, change.RecognitionCase.State, change.RecognitionCase.Outcome));

        using var resumed = _desk.Officer.WatchCases(new WatchCasesRequest { AfterCursor = replayed.Cursor }, cancellationToken: _patience);
        Assert.Equal(change, await NextAsync(resumed));
    }

    [Fact]
    public async Task sends_a_checkpoint_every_15_seconds_of_silence()
    {
        using var watch = _desk.Officer.WatchCases(new WatchCasesRequest(), cancellationToken: _patience);
        await NextAsync(watch);
        var next = NextAsync(watch);
        while (_desk.Node.Clock.Waiting == 0) await Task.Yield();
        _desk.Node.Clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(next.IsCompleted);
        _desk.Node.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null((await next).RecognitionCase);
    }

    [Fact]
    public async Task a_partner_sees_changes_of_its_own_cases_alone()
    {
        await _desk.GrantedAsync("lea");
        using var watch = _desk.Volunteers.WatchCases(new WatchCasesRequest(), cancellationToken: _patience);
        var checkpoint = await NextAsync(watch);
        Assert.Equal(("1", null), (checkpoint.Cursor, checkpoint.RecognitionCase));
        var own = await _desk.ReferredAsync();
        Assert.Equal(own.CaseId, (await NextAsync(watch)).RecognitionCase.CaseId);
    }

    [Fact]
    public async Task refuses_a_cursor_it_did_not_give()
    {
        using var watch = _desk.Officer.WatchCases(new WatchCasesRequest { AfterCursor = "-1" }, cancellationToken: _patience);
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], () => NextAsync(watch));
        Assert.Equal(["after_cursor"], refusal.Fields);
    }

    [Fact]
    public async Task ends_quietly_when_the_caller_leaves_or_the_node_stops()
    {
        using (var left = _desk.Officer.WatchCases(new WatchCasesRequest(), cancellationToken: _patience)) await NextAsync(left);
        using var watch = _desk.Officer.WatchCases(new WatchCasesRequest(), cancellationToken: _patience);
        await NextAsync(watch);
        await _desk.Node.StopAsync();
        Assert.False(await watch.ResponseStream.MoveNext(_patience));
    }

    private async Task<WatchCasesResponse> NextAsync(AsyncServerStreamingCall<WatchCasesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(_patience));
        return watch.ResponseStream.Current;
    }
}
