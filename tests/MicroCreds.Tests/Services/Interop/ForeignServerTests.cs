using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Interop;

/// <summary>The calls of a node to partners whose servers are not ours, by mutual TLS 1.3: <c>tests/interop/server.mjs</c> and <c>server.py</c>.</summary>
public sealed class ForeignServerTests(ForeignServers servers) : IClassFixture<ForeignServers>
{
    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task reads_an_answer_of_500_entries(string server)
    {
        var answer = await new EquivalenceService.EquivalenceServiceClient(await CallsAsync(server)).FindEquivalencesAsync(new() { Institution = "uni-b.example", Unit = "STAT" }, Within(30));
        Assert.Equal(("uni-b.example", 500), (answer.AwardingBody, answer.Answers.Count));
        Assert.All(answer.Answers, (a, i) => Assert.Equal(($"U{i}", i, 7 * 30), (a.Unit, a.GrantedEctsCreditsHundredths, a.Note.Length)));
        Assert.StartsWith("prüfen ", answer.Answers[499].Note, StringComparison.Ordinal);
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task is_known_by_its_certificate_and_takes_metadata_there_and_back(string server)
    {
        var question = new Metadata { { "x-question", "how many?" }, { "x-question-bin", [0, 255, 10] } };
        using var call = new MemberService.MemberServiceClient(await CallsAsync(server)).EchoAsync(new() { Message = "grüezi" }, Within(30).WithHeaders(question));
        var answer = await call;
        Assert.Equal(("grüezi 0", "uni-a.example"), (answer.Message, answer.CallerName));
        Assert.Equal("how many?", (await call.ResponseHeadersAsync).GetValue("x-answer"));
        Assert.Equal([0, 255, 10], call.GetTrailers().GetValueBytes("x-answer-bin"));
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task reads_the_reason_of_a_refusal_its_metadata_and_the_time_to_wait(string server)
    {
        var client = new ExchangeService.ExchangeServiceClient(await CallsAsync(server));
        var refusal = await RpcRefusal.Expect(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", ["limit", "limit_value"], () => client.NotifyAsync(new(), Within(30)).ResponseAsync);
        Assert.Equal(("zu viele – später", "7", TimeSpan.FromSeconds(3)), (refusal.Message, refusal["limit_value"], refusal.RetryAfter));
        Assert.Equal("QUOTA_EXCEEDED", RpcReason.Of(await Assert.ThrowsAsync<RpcException>(() => client.NotifyAsync(new(), Within(30)).ResponseAsync)));
    }

    // gRFC A6, "When Retries are Valid": not after response headers, which Connect's server sends before any refusal.
    [Theory, ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task tries_a_call_again_that_was_not_answered_and_says_so(string server) =>
        Assert.Equal("again 1", (await new MemberService.MemberServiceClient(await CallsAsync(server)).EchoAsync(new() { Message = "again" }, Within(30))).Message);

    // Connect's server packs nothing for a caller that does not say it takes that.
    [Theory, ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task refuses_an_answer_that_is_packed_unasked_in_words(string server)
    {
        var client = new EquivalenceService.EquivalenceServiceClient(await CallsAsync(server));
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.FindEquivalencesAsync(new() { Institution = "packed.example", Unit = "STAT" }, Within(30)).ResponseAsync);
        Assert.Equal((StatusCode.Unimplemented, "The server sent a compressed message; this client takes uncompressed ones only."), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(500, (await client.FindEquivalencesAsync(new() { Institution = "uni-b.example", Unit = "STAT" }, Within(30))).Answers.Count);
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task tells_its_deadline_and_ends_with_it(string server)
    {
        await using var own = await servers.StartAsync(server);
        var calls = servers.CallsTo(own, TimeProvider.System)();
        await new MemberService.MemberServiceClient(calls).EchoAsync(new(), Within(30));
        var late = await Assert.ThrowsAsync<RpcException>(() => new ExchangeService.ExchangeServiceClient(calls).GetHeadsAsync(new(), Within(2)).ResponseAsync);
        Assert.Equal((StatusCode.DeadlineExceeded, ""), (late.StatusCode, RpcReason.Of(late)));
        Assert.InRange((double)(await own.SaidAsync("waits"))["seconds"]!, 0, 2);
        Assert.Equal("GetHeads", (string?)(await own.SaidAsync("left"))["left"]);
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task reads_a_stream_in_its_order_to_its_end(string server)
    {
        using var pull = new ExchangeService.ExchangeServiceClient(await CallsAsync(server)).PullStatements(new() { AfterSequence = 41 }, Within(30));
        var (expected, bytes) = (41L, 0);
        await foreach (var message in pull.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(++expected, message.Sequence);
            bytes += message.Statement.Jws.Length;
        }

        Assert.Equal((1041L, 1_000_000, StatusCode.OK), (expected, bytes, pull.GetStatus().StatusCode));
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task leaves_a_stream_without_end_and_is_seen_to_leave(string server)
    {
        await using var own = await servers.StartAsync(server);
        var calls = servers.CallsTo(own, TimeProvider.System)();
        using var leave = new CancellationTokenSource();
        using (var watch = new EquivalenceService.EquivalenceServiceClient(calls).WatchRules(new() { Institution = "uni-b.example" }, new CallOptions(cancellationToken: leave.Token)))
        {
            for (var i = 1; i <= 2000; i++)
            {
                Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
                Assert.Equal(($"{i}", i, "uni-b.example"), (watch.ResponseStream.Current.Cursor, watch.ResponseStream.Current.Publication.Version, watch.ResponseStream.Current.Publication.Institution));
            }

            await leave.CancelAsync();
            var left = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(StatusCode.Cancelled, left.StatusCode);
        }

        Assert.Equal("WatchRules", (string?)(await own.SaidAsync("left"))["left"]);
        // The connection and the circuit are as they were.
        Assert.Equal("still 0", (await new MemberService.MemberServiceClient(calls).EchoAsync(new() { Message = "still" }, Within(30))).Message);
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task sees_a_partner_die_in_the_middle_of_a_stream_and_asks_it_no_more(string server)
    {
        await using var own = await servers.StartAsync(server);
        var calls = servers.CallsTo(own, new TestClock(TimeProvider.System.GetUtcNow()));
        using var watch = new EquivalenceService.EquivalenceServiceClient(calls()).WatchRules(new(), Within(60));
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        own.Kill();
        var died = await Assert.ThrowsAsync<RpcException>(async () => { while (await watch.ResponseStream.MoveNext(CancellationToken.None)) { } });
        Assert.Equal((StatusCode.Unavailable, ""), (died.StatusCode, RpcReason.Of(died)));
        await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], async () => await new MemberService.MemberServiceClient(calls()).EchoAsync(new(), Within(30)));
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task does_not_speak_to_a_server_whose_key_is_not_pinned(string server)
    {
        var calls = servers.CallsTo(await servers.SharedAsync(server), TimeProvider.System, Sha256Digest.Of("another key"u8))();
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new MemberService.MemberServiceClient(calls).EchoAsync(new(), Within(30)));
        Assert.True(RpcReason.IsPassing(refused), refused.ToString());
        Assert.Contains("does not prove to be uni-b.example: the trust list does not pin its key", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory, ForeignServer(ForeignServer.ConnectNode), ForeignServer(ForeignServer.PythonGrpcio)]
    public async Task is_refused_with_a_certificate_that_the_server_does_not_take(string server)
    {
        var calls = servers.CallsTo(await servers.SharedAsync(server), TimeProvider.System, stranger: true)();
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new MemberService.MemberServiceClient(calls).EchoAsync(new(), Within(30)));
        Assert.Equal((true, ""), (RpcReason.IsPassing(refused), RpcReason.Of(refused)));
    }

    private static CallOptions Within(int seconds) => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds));

    private async Task<CallInvoker> CallsAsync(string server) => servers.CallsTo(await servers.SharedAsync(server), TimeProvider.System)();
}
