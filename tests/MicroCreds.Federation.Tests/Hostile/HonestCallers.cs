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
/// Who calls in good faith meanwhile: staff and a partner on connections of their own, at a fixed pace and from threads of their own, and a student system that connects
/// anew for each call. An answer that is not right is kept as a fault; how long answers took is kept as it is.
/// </summary>
internal sealed class HonestCallers : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private readonly HostileTarget _target;
    private readonly Thread[] _callers;
    private ConcurrentQueue<double> _kept = new();
    private ConcurrentQueue<double> _anew = new();
    private int _answers;
    private volatile bool _stop;

    public HonestCallers(HostileTarget target)
    {
        _target = target;
        // Reading from a process holds a thread of the pool; answers must not wait for one.
        ThreadPool.SetMinThreads(16, 16);
        _callers =
        [
            new(() => Call("staff", Pause, Staff(), again: null)), new(() => Call("partner", Pause, Partner(), again: null)),
            new(() => Call("newcomer", Pause * 25, Staff(), again: Staff)),
        ];
        foreach (var caller in _callers) caller.Start();
    }

    /// <summary>Answers that did not come or were wrong.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Answers that came.</summary>
    public int Answers => _answers;

    /// <summary>
    /// Times since the last reading, in milliseconds: the slowest of a hundred on connections that are kept, and the slowest of ten that connected anew, of which there are few;
    /// <see cref="double.NaN"/> without an answer.
    /// </summary>
    public (double Kept, double Anew) Read() => (Slowest(ref _kept, 0.99), Slowest(ref _anew, 0.9));

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

    private void Call(string who, TimeSpan pause, GrpcChannel channel, Func<GrpcChannel>? again)
    {
        var headers = who == "partner" ? [] : new Metadata { { "authorization", $"Bearer {_target.Token}" } };
        var (due, ended) = (Stopwatch.GetTimestamp(), 0L);
        for (var number = 0; !_stop; number++)
        {
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero) Thread.Sleep(early);
            // A call that could not be made in time because the one before took long has waited since then; a thread that slept for too long is nobody's fault but its own.
            var begin = ended > due ? due : Stopwatch.GetTimestamp();
            due = Math.Max(due, begin) + (long)(pause.TotalSeconds * Stopwatch.Frequency);
            try
            {
                var text = $"{who} {number}";
                var echo = new MemberService.MemberServiceClient(channel).Echo(new EchoRequest { Message = text }, headers, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10));
                if (echo.Message != text || echo.CallerKind != (who == "partner" ? "partner" : "staff")) Faults.Enqueue($"{who}: asked {text}, answered {echo}");
                Interlocked.Increment(ref _answers);
                (again is null ? _kept : _anew).Enqueue(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
            catch (RpcException e)
            {
                Faults.Enqueue($"{who} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s: {e.Status}");
            }

            ended = Stopwatch.GetTimestamp();
            if (again is null) continue;
            channel.Dispose();
            channel = again();
        }

        channel.Dispose();
    }
}
