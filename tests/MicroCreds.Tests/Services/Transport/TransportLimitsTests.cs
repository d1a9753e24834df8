using MicroCreds.Services;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>The times that a node waits for callers unless it is told to wait for less.</summary>
public sealed class TransportLimitsTests
{
    [Fact]
    public void callers_are_waited_for_as_the_table_of_limits_says()
    {
        Assert.Equal(100, TransportLimits.PatiencePercent);
        Assert.Equal(
            [5, 5, 10, 30, 20, 20, 20, 10, 10],
            new[]
            {
                TransportLimits.HandshakeTimeout, TransportLimits.Patience, TransportLimits.HeadersTimeout, TransportLimits.KeepAlive,
                TransportLimits.NextMessage, TransportLimits.Stalled, TransportLimits.PingDelay, TransportLimits.PingTimeout, TransportLimits.UnfinishedRequestWindow,
            }.Select(t => t.TotalSeconds));
        Assert.Equal([10, 9, 60, 120], new[] { TransportLimits.UnaryDeadline, TransportLimits.ForwardedDeadline, TransportLimits.PullDeadline, TransportLimits.TableDeadline }.Select(t => t.TotalSeconds));
    }
}
