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
/// Who calls in good faith meanwhile: staff and a partner on connections of their own, and a student system that connects anew for each call. An answer
/// that is not right is kept as a fault; how long answers took is kept as it is.
/// </summary>
internal sealed class HonestCallers : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly HostileTarget _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _callers;
    private ConcurrentQueue<double> _milliseconds = new();
    private int _answers;

    public HonestCallers(HostileTarget target)
    {
        _target = target;
        _callers =
        [
            CallAsync("staff", Pause, Staff(), again: null), CallAsync("partner", Pause, Partner(), again: null),
            CallAsync("newcomer", Pause * 10, Staff(), again: Staff),
        ];
    }

    /// <summary>Answers that did not come or were wrong.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Answers that came.</summary>
    public int Answers => _answers;

    /// <summary>Times since the last reading: how many, and the slowest of a hundred.</summary>
    public (int Count, double P99) Read()
    {
        var times = Interlocked.Exchange(ref _milliseconds, new()).Order().ToArray();
        return times.Length == 0 ? (0, double.NaN) : (times.Length, times[(int)((times.Length - 1) * 0.99)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        _stop.Dispose();
    }

    private GrpcChannel Staff() => GrpcChannel.ForAddress($"http://{_target.Staff}");

    private GrpcChannel Partner() => GrpcChannel.ForAddress($"https://{_target.Partner}", new GrpcChannelOptions
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

    private async Task CallAsync(string who, TimeSpan pause, GrpcChannel channel, Func<GrpcChannel>? again)
    {
        await Task.Yield();
        var headers = who == "partner" ? [] : new Metadata { { "authorization", $"Bearer {_target.Token}" } };
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var begin = Stopwatch.GetTimestamp();
            try
            {
                var text = $"{who} {number}";
                var echo = await new MemberService.MemberServiceClient(channel).EchoAsync(new EchoRequest { Message = text }, headers, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10));
                if (echo.Message != text || echo.CallerKind != (who == "partner" ? "partner" : "staff")) Faults.Enqueue($"{who}: asked {text}, answered {echo}");
                Interlocked.Increment(ref _answers);
                if (again is null) _milliseconds.Enqueue(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
            catch (RpcException e)
            {
                Faults.Enqueue($"{who} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s: {e.Status}");
            }

            if (again is not null)
            {
                channel.Dispose();
                channel = again();
            }

            await Task.Delay(pause, CancellationToken.None);
        }

        channel.Dispose();
    }
}
