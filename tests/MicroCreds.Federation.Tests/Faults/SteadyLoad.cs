using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.Tests.Replicas;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Faults;

/// <summary>
/// What goes on while things break: students' systems and a partner submit, an officer decides, and somebody watches. Everybody calls the balancer, asks
/// again with the same request id until the answer comes, and now and then asks for an answer that came before.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Pairs = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(50);

    private readonly ReplicatedNode _node;
    private readonly NodeClient _staff;
    private readonly string _seed;
    private readonly CancellationTokenSource _enough = new();
    private readonly CancellationTokenSource _end;
    private readonly CancellationToken _patience;
    private readonly List<Task> _workers = [];
    private readonly Task _watcher;
    private long _lastAnswer = Stopwatch.GetTimestamp();
    private int _repeated, _retried;

    public SteadyLoad(ReplicatedNode node, string seed, CancellationToken patience)
    {
        (_node, _seed, _end) = (node, seed, CancellationTokenSource.CreateLinkedTokenSource(patience));
        _patience = _end.Token;
        _staff = new NodeClient(new Uri($"http://127.0.0.1:{node.Haproxy!.Staff}"), node.AdministratorToken(), TimeProvider.System);
        _watcher = Task.Run(WatchAsync, CancellationToken.None);
        for (var pair = 0; pair < Pairs; pair++)
        {
            Begin($"staff-{pair}", worker => SubmitAsync(_staff, worker, ofPartner: false));
            Begin($"partner-{pair}", worker => SubmitAsync(_node.Madrid.Client, worker, ofPartner: true));
        }
        Begin("officer", DecideAsync);
    }

    /// <summary>Cases whose decision was acknowledged, and whether a partner submitted them.</summary>
    public ConcurrentDictionary<string, bool> Decided { get; } = new();

    /// <summary>Refusals that callers saw.</summary>
    public ConcurrentDictionary<(StatusCode Status, string Detail), int> Refusals { get; } = new();

    /// <summary>Every change that the watcher saw, in the order in which it came.</summary>
    public ConcurrentQueue<(long Cursor, string Case)> Seen { get; } = new();

    /// <summary>Answers that came twice.</summary>
    public ConcurrentBag<string> Doubled { get; } = [];

    /// <summary>Second answers to one request that were not the first.</summary>
    public ConcurrentBag<string> OtherAnswers { get; } = [];

    /// <summary>Requests that were answered after a refusal, sent again with the same id.</summary>
    public int Retried => _retried;

    /// <summary>Requests that were answered already, were sent again and got the first answer.</summary>
    public int Repeated => _repeated;

    /// <summary>Times the watch was begun again after its cursor.</summary>
    public int Resumed { get; private set; }

    /// <summary>Longest time in which nobody got an answer.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>Lets everybody finish what they began.</summary>
    public async Task FinishAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _end.CancelAsync();
        await Task.WhenAll(_workers.Append(_watcher)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _staff.Dispose();
        _enough.Dispose();
        _end.Dispose();
    }

    private void Begin(string worker, Func<string, Task> work) => _workers.Add(Task.Run(
        async () =>
        {
            for (var i = 0; !_enough.IsCancellationRequested; i++)
            {
                await work(string.Create(CultureInfo.InvariantCulture, $"{_seed}-{worker}-{i}"));
                await Task.Delay(Pace, _patience);
            }
        },
        CancellationToken.None));

    private async Task SubmitAsync(NodeClient through, string learner, bool ofPartner)
    {
        var submitted = await SubmitAsync(through, learner, TestFederation.StatisticsOf(_node.Consortium, learner), "STAT");
        Assert.Equal(RecognitionCase.Types.State.Decided, submitted.State);
        Keep(submitted, ofPartner);
    }

    private async Task DecideAsync(string learner)
    {
        var referred = await SubmitAsync(_node.Madrid.Client, learner, TestFederation.VolunteeringOf(_node.Consortium, learner), "ALTRE-3");
        var request = new DecideCaseRequest
        {
            Change = new() { RequestId = RequestId.New().Value, CaseId = referred.CaseId },
            Decision = new() { Outcome = DecisionOutcome.Full, Statement = "All learning outcomes of the unit are shown." },
        };
        Keep((await AnsweredAsync(learner, options => _staff.Assessment.DecideCaseAsync(request, options).ResponseAsync)).RecognitionCase, ofPartner: true);
    }

    private async Task<RecognitionCase> SubmitAsync(NodeClient through, string learner, byte[] credential, string unit)
    {
        var request = TestFederation.Submission(credential, unit);
        return (await AnsweredAsync(learner, options => through.Recognition.SubmitCredentialAsync(request, options).ResponseAsync, through)).RecognitionCase;
    }

    private void Keep(RecognitionCase decided, bool ofPartner)
    {
        if (!Decided.TryAdd(decided.CaseId, ofPartner)) Doubled.Add(decided.CaseId);
    }

    /// <summary>Asks until the answer comes; of some, asks once more.</summary>
    private async Task<T> AnsweredAsync<T>(string learner, Func<CallOptions, Task<T>> call, NodeClient? through = null) where T : IMessage<T>
    {
        var first = await UntilAnsweredAsync(call, through ?? _staff);
        if (string.GetHashCode(learner, StringComparison.Ordinal) % 8 != 0) return first;
        var again = await UntilAnsweredAsync(call, through ?? _staff);
        if (first.Equals(again)) Interlocked.Increment(ref _repeated);
        else OtherAnswers.Add($"{first} / {again}");
        return first;
    }

    private async Task<T> UntilAnsweredAsync<T>(Func<CallOptions, Task<T>> call, NodeClient through)
    {
        for (var refused = false; ; refused = true)
        {
            try
            {
                var answer = await call(through.Call(_patience));
                Answered();
                if (refused) Interlocked.Increment(ref _retried);
                return answer;
            }
            catch (RpcException e) when (!_patience.IsCancellationRequested && e.StatusCode is not (StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.PermissionDenied))
            {
                Refusals.AddOrUpdate((e.StatusCode, e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded ? "" : e.Status.Detail), 1, (_, before) => before + 1);
                await Task.Delay(PauseAfterRefusal, _patience);
            }
        }
    }

    private void Answered()
    {
        var now = Stopwatch.GetTimestamp();
        var silence = Stopwatch.GetElapsedTime(Interlocked.Exchange(ref _lastAnswer, now), now);
        if (silence > LongestSilence) LongestSilence = silence;
    }

    /// <summary>Watches through the balancer, and again after the last cursor whenever the stream ends.</summary>
    private async Task WatchAsync()
    {
        var cursor = "";
        while (!_patience.IsCancellationRequested)
        {
            try
            {
                using var watch = _staff.Recognition.WatchCases(new() { AfterCursor = cursor }, _staff.Watch(_patience));
                await foreach (var message in watch.ResponseStream.ReadAllAsync(_patience))
                {
                    if (message.RecognitionCase is { } changed) Seen.Enqueue((long.Parse(message.Cursor, CultureInfo.InvariantCulture), changed.CaseId));
                    cursor = message.Cursor;
                }
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                Resumed++;
                await Task.Delay(PauseAfterRefusal, CancellationToken.None);
            }
        }
    }
}
