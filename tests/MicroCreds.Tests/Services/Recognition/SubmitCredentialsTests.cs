using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Exchange;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Client = MicroCreds.Federation.V1.RecognitionService.RecognitionServiceClient;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class SubmitCredentialsTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task answers_every_submission_by_its_request_id_and_a_bad_one_ends_nothing()
    {
        var good = Enumerable.Range(0, 40).Select(i => _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium, $"learner{i}"), TestTables.Activities)).ToList();
        var broken = CaseDesk.Request("{"u8.ToArray(), TestTables.Activities);
        var nowhere = CaseDesk.Request("{}"u8.ToArray(), "NO-SUCH");
        var shapeless = new SubmitCredentialRequest { RequestId = CaseDesk.Id() };
        var large = CaseDesk.Request(new byte[TransportLimits.MaxCredentialBytes + 1], TestTables.Activities);
        var elsewhere = CaseDesk.Request("{}"u8.ToArray(), TestTables.Activities);
        elsewhere.Institution = "uni-nowhere.example";

        var answers = await SendAsync(_desk.Volunteers, [.. good.Take(20), broken, nowhere, shapeless, large, elsewhere, .. good.Skip(20)]);

        Assert.Equal(45, answers.Count);
        foreach (var request in good)
        {
            var c = answers[request.RequestId].RecognitionCase;
            Assert.Equal(c, (await _desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase);
        }

        // As the trailers of the same submission alone would have it, to the last byte.
        foreach (var request in new[] { broken, nowhere, shapeless, large, elsewhere })
        {
            var alone = await Assert.ThrowsAnyAsync<RpcException>(async () => await _desk.Volunteers.SubmitCredentialAsync(request));
            Assert.Equal(Google.Rpc.Status.Parser.ParseFrom(alone.Trailers.GetValueBytes("grpc-status-details-bin")), answers[request.RequestId].Refusal);
        }

        Assert.Equal(
            ["CREDENTIAL_MALFORMED", "CREDENTIAL_UNSUPPORTED", "INVALID_REQUEST", "CREDENTIAL_TOO_LARGE", "INSTITUTION_NOT_FOUND"],
            new[] { broken, nowhere, shapeless, large, elsewhere }.Select(r => answers[r.RequestId].Refusal.Details.Single(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason));
    }

    [Fact]
    public async Task a_submission_is_the_same_alone_and_in_a_stream()
    {
        var request = _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium), TestTables.Activities);
        var first = (await SendAsync(_desk.Volunteers, request))[request.RequestId].RecognitionCase;
        await _desk.DecideAsync(first);
        Assert.Equal(first, (await _desk.Volunteers.SubmitCredentialAsync(request)).RecognitionCase);
        var other = new SubmitCredentialRequest(request) { Purpose = "Another." };
        Assert.Equal((int)StatusCode.AlreadyExists, (await SendAsync(_desk.Volunteers, other))[request.RequestId].Refusal.Code);

        // Twice at once in one stream: one case, said twice.
        var twice = _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium, "berta"), TestTables.Activities);
        using var stream = _desk.Volunteers.SubmitCredentials();
        for (var i = 0; i < 2; i++) await stream.RequestStream.WriteAsync(new() { Submission = twice });
        await stream.RequestStream.CompleteAsync();
        var said = new List<string>();
        await foreach (var answer in stream.ResponseStream.ReadAllAsync()) said.Add(answer.RecognitionCase.CaseId);
        Assert.Equal((2, 1), (said.Count, said.Distinct().Count()));
        Assert.Equal(2, (await _desk.Volunteers.ListCasesAsync(new ListCasesRequest())).Cases.Count);
    }

    [Fact]
    public async Task what_a_broken_stream_left_unanswered_is_sent_again()
    {
        var requests = Enumerable.Range(0, 30).Select(i => _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium, $"learner{i}"), TestTables.Activities)).ToList();
        var answered = new Dictionary<string, string>();
        using (var stream = _desk.Volunteers.SubmitCredentials())
        {
            foreach (var request in requests) await stream.RequestStream.WriteAsync(new() { Submission = request });
            while (answered.Count < 5 && await stream.ResponseStream.MoveNext(CancellationToken.None)) answered[stream.ResponseStream.Current.RequestId] = stream.ResponseStream.Current.RecognitionCase.CaseId;
        }

        var again = await SendAsync(_desk.Volunteers, [.. requests]);

        Assert.Equal(30, again.Values.Select(a => a.RecognitionCase.CaseId).Distinct().Count());
        Assert.All(answered, a => Assert.Equal(a.Value, again[a.Key].RecognitionCase.CaseId));
        Assert.Equal(30, (await _desk.Volunteers.ListCasesAsync(new ListCasesRequest { PageSize = 100 })).Cases.Count);
    }

    [Theory]
    [InlineData(10, 100, TransportLimits.MaxSubmissionsAtOnce)]
    [InlineData(3 * 1024 * 1024, 12, 2)]
    public async Task reads_no_further_than_it_works_on(int bytes, int count, int mostAtOnce)
    {
        var streams = _desk.Node.Services.GetRequiredService<SubmissionStreams>();
        var submission = new SubmitCredentialsRequest { Submission = new() { RequestId = CaseDesk.Id(), Credential = ByteString.CopyFrom(new byte[bytes]) } };
        var (working, most, full) = (0, 0, new TaskCompletionSource());
        var taken = new SemaphoreSlim(0);
        var answers = new Answers();

        var run = streams.RunAsync(new Caller.Staff("olga", [StaffRole.Officer], []), new Requests(submission, count), answers, InProcessContext.Of(TestConsortium.Roma), async _ =>
        {
            var now = Interlocked.Increment(ref working);
            most = Math.Max(most, now);
            if (now == mostAtOnce) full.TrySetResult();
            await taken.WaitAsync();
            Interlocked.Decrement(ref working);
            return new RecognitionCase();
        });
        await full.Task.WaitAsync(TimeSpan.FromSeconds(30));
        for (var i = 0; i < count; i++) taken.Release();
        await run.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((mostAtOnce, count), (most, answers.Count));
    }

    [Fact]
    public async Task a_node_that_stops_finishes_what_it_works_on_and_says_so()
    {
        var streams = _desk.Node.Services.GetRequiredService<SubmissionStreams>();
        var (begun, goOn, answers) = (new TaskCompletionSource(), new TaskCompletionSource(), new Answers());
        // One submission, and a stream that stays open.
        var requests = new Requests(new() { Submission = new() { RequestId = CaseDesk.Id() } }, 1, open: true);
        var run = streams.RunAsync(new Caller.Staff("olga", [StaffRole.Officer], []), requests, answers, InProcessContext.Of(TestConsortium.Roma), async _ =>
        {
            begun.SetResult();
            await goOn.Task;
            return new RecognitionCase();
        });
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _desk.Node.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.False(run.IsCompleted);
        goOn.SetResult();

        var refusal = await RpcRefusal.Expect(StatusCode.Unavailable, "STORE_UNAVAILABLE", ["cause"], () => run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(("stopping", 1), (refusal["cause"], answers.Count));
    }

    [Fact]
    public async Task whoever_may_submit_nowhere_is_told_before_a_file_is_read()
    {
        var request = _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium), TestTables.Activities);
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], () => SendAsync(new(_desk.As(StaffRole.Coordinator)), request));
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => SendAsync(new(_desk.Node.Anonymous()), request));
        Assert.Equal(0, _desk.Node.Verifier.Count);
        Assert.NotNull((await SendAsync(new(_desk.As(StaffRole.Integrator)), request))[request.RequestId].RecognitionCase);
        Assert.Empty(await SendAsync(_desk.Volunteers));
    }

    private static async Task<Dictionary<string, SubmitCredentialsResponse>> SendAsync(Client client, params SubmitCredentialRequest[] requests)
    {
        using var stream = client.SubmitCredentials();
        var answers = ReadAsync();
        try
        {
            foreach (var request in requests) await stream.RequestStream.WriteAsync(new() { Submission = request });
            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The answer says why.
        }

        return await answers;

        async Task<Dictionary<string, SubmitCredentialsResponse>> ReadAsync()
        {
            var read = new Dictionary<string, SubmitCredentialsResponse>();
            await foreach (var answer in stream.ResponseStream.ReadAllAsync()) read.Add(answer.RequestId, answer);
            return read;
        }
    }

    private sealed class Requests(SubmitCredentialsRequest one, int count, bool open = false) : IAsyncStreamReader<SubmitCredentialsRequest>
    {
        private int _left = count;

        public SubmitCredentialsRequest Current => one;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_left-- > 0) return true;
            if (open) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return false;
        }
    }

    private sealed class Answers : IServerStreamWriter<SubmitCredentialsResponse>
    {
        public int Count { get; private set; }

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(SubmitCredentialsResponse message)
        {
            Count++;
            return Task.CompletedTask;
        }
    }
}
