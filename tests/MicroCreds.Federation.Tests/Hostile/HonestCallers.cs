using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>
/// Who calls in good faith meanwhile: staff and a partner on connections of their own, at a fixed pace and from threads of their own, a student system that connects
/// anew for each call, and one that submits credentials, each granted and on disk before the answer. An answer that is not right is kept as a fault; how long answers took is kept as it is.
/// </summary>
internal sealed class HonestCallers : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private readonly HostileTarget _target;
    private readonly TestFederation _federation;
    private readonly Thread[] _callers;
    private ConcurrentQueue<double> _kept = new();
    private ConcurrentQueue<double> _anew = new();
    private ConcurrentQueue<double> _granted = new();
    private int _answers;
    private volatile bool _stop;

    public HonestCallers(HostileTarget target, TestFederation federation)
    {
        (_target, _federation) = (target, federation);
        // Reading from a process holds a thread of the pool; answers must not wait for one.
        ThreadPool.SetMinThreads(16, 16);
        _callers =
        [
            new(() => Call("staff", Pause, Staff, anew: false, Echo("staff"), time => _kept.Enqueue(time))),
            new(() => Call("partner", Pause, Partner, anew: false, Echo("partner"), time => _kept.Enqueue(time))),
            new(() => Call("newcomer", Pause * 25, Staff, anew: true, Echo("staff"), time => _anew.Enqueue(time))),
            new(() => Call("student system", Pause * 50, Staff, anew: false, Submit, time => _granted.Enqueue(time))),
        ];
        foreach (var caller in _callers) caller.Start();
    }

    /// <summary>Answers that did not come or were wrong.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Answers that came.</summary>
    public int Answers => _answers;

    private Metadata Token => new() { { "authorization", $"Bearer {_target.Token}" } };

    /// <summary>What answers took since the last reading.</summary>
    public AnswerTimes Read() => new(Slowest(ref _kept, 0.99), Slowest(ref _anew, 0.9), Slowest(ref _granted, 0.9));

    public void Dispose()
    {
        _stop = true;
        foreach (var caller in _callers) caller.Join();
    }

    private static double Slowest(ref ConcurrentQueue<double> times, double rank)
    {
        var sorted = Interlocked.Exchange(ref times, new()).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * rank)];
    }

    private static DateTime Deadline() => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10);

    private GrpcChannel Staff() => GrpcChannel.ForAddress($"http://{_target.Attacked.Staff}");

    private GrpcChannel Partner() => GrpcChannel.ForAddress($"https://{_target.Attacked.Partner}", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = "uni-roma.example",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [_target.HonestMember],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2,
            },
        },
    });

    private Func<int, Func<GrpcChannel, string?>> Echo(string kind)
    {
        var headers = kind == "partner" ? [] : Token;
        return number => channel =>
        {
            var text = $"{kind} {number}";
            var echo = new MemberService.MemberServiceClient(channel).Echo(new EchoRequest { Message = text }, headers, Deadline());
            return echo.Message == text && echo.CallerKind == kind ? null : $"asked {text}, answered {echo}";
        };
    }

    private Func<GrpcChannel, string?> Submit(int number)
    {
        var request = TestFederation.Submission(_federation.StatisticsOf($"honest-{number}"), "STAT");
        return channel =>
        {
            var answer = new RecognitionService.RecognitionServiceClient(channel).SubmitCredential(request, Token, Deadline()).RecognitionCase;
            return answer is { State: RecognitionCase.Types.State.Decided, Decisions: [{ Outcome: DecisionOutcome.Full }] } ? null : $"submitted {number}, answered {answer}";
        };
    }

    /// <summary>Calls at a fixed pace.</summary>
    /// <param name="who">Who calls.</param>
    /// <param name="pause">From the begin of a call to that of the next.</param>
    /// <param name="open">Opens what is called on.</param>
    /// <param name="anew">Whether for each call.</param>
    /// <param name="prepare">Prepares the call of a number: what is wrong with its answer, null when nothing is.</param>
    /// <param name="keep">Keeps how long an answer took, in milliseconds.</param>
    private void Call(string who, TimeSpan pause, Func<GrpcChannel> open, bool anew, Func<int, Func<GrpcChannel, string?>> prepare, Action<double> keep)
    {
        var channel = open();
        var (due, ended) = (Stopwatch.GetTimestamp(), 0L);
        for (var number = 0; !_stop; number++)
        {
            var call = prepare(number);
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero) Thread.Sleep(early);
            // A call that could not be made in time because the one before took long has waited since then; a thread that slept for too long is nobody's fault but its own.
            var begin = ended > due ? due : Stopwatch.GetTimestamp();
            due = Math.Max(due, begin) + (long)(pause.TotalSeconds * Stopwatch.Frequency);
            try
            {
                if (call(channel) is { } fault) Faults.Enqueue($"{who}: {fault}");
                Interlocked.Increment(ref _answers);
                keep(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
            catch (RpcException e)
            {
                Faults.Enqueue($"{who}, call {number}, after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s: {e.Status}");
            }

            ended = Stopwatch.GetTimestamp();
            if (!anew) continue;
            channel.Dispose();
            channel = open();
        }

        channel.Dispose();
    }
}

/// <summary>What honest answers took, in milliseconds; <see cref="double.NaN"/> where there was none.</summary>
/// <param name="Kept">The slowest of a hundred on connections that are kept.</param>
/// <param name="Anew">The slowest of ten that connected anew.</param>
/// <param name="Granted">The slowest of ten that submitted a credential.</param>
internal readonly record struct AnswerTimes(double Kept, double Anew, double Granted);
