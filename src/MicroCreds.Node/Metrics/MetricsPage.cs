using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using MicroCreds.Services;
using MicroCreds.Services.Health;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;

namespace MicroCreds.Node.Metrics;

/// <summary>
/// The page that Prometheus scrapes: what the node's meter measured since the start, and how it stands now. Holds exactly the metrics of
/// <see cref="MetricFamily.All"/>.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    /// <summary>Content type of the text format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Hosting _hosting;
    private readonly TrustRegistry _registry;
    private readonly NodeHealth _health;
    private readonly TimeProvider _clock;
    private readonly Dictionary<MetricFamily, MetricSeries> _series = MetricFamily.All.ToDictionary(family => family, family => new MetricSeries(family));
    private readonly MeterListener _listener = new();
    private readonly double _started;
    private long _dropped;

    /// <summary>Listens from now on.</summary>
    public MetricsPage(NodeMetrics metrics, Hosting hosting, TrustRegistry registry, NodeHealth health, TimeProvider clock)
    {
        (_hosting, _registry, _health, _clock) = (hosting, registry, health, clock);
        _started = Seconds(clock.GetUtcNow());
        var measured = MetricFamily.All.Where(family => family.Instrument.Length > 0).ToDictionary(family => family.Instrument, family => _series[family]);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (metrics.Owns(instrument) && measured.TryGetValue(instrument.Name, out var series)) listener.EnableMeasurementEvents(instrument, series);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, series) => Record(series, value, tags));
        _listener.Start();
    }

    /// <summary>The page as it is now. While the stores cannot be read, what is asked of them is missing from it.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        _series[MetricFamily.Ready].Set(_health.Current.Ready ? 1 : 0);
        _series[MetricFamily.TrustListEnds].Set(Seconds(_registry.Current.List.ExpiresAt));
        _series[MetricFamily.Build].Set(1, MemberService.SoftwareVersion);
        _series[MetricFamily.Dropped].Set(Interlocked.Read(ref _dropped));
        _series[MetricFamily.Started].Set(_started);
        _series[MetricFamily.Cpu].Set(Environment.CpuUsage.TotalTime.TotalSeconds);
        _series[MetricFamily.Memory].Set(Environment.WorkingSet);
        _series[MetricFamily.Heap].Set(GC.GetTotalMemory(forceFullCollection: false));
        _series[MetricFamily.Queue].Set(ThreadPool.PendingWorkItemCount);
        foreach (var family in new[] { MetricFamily.Waiting, MetricFamily.WaitingSince, MetricFamily.Held }) _series[family].Clear();
        foreach (var institution in _hosting.All) await AskAsync(institution, cancellationToken);

        var page = new StringBuilder(1 << 14);
        foreach (var family in MetricFamily.All) _series[family].Write(page);
        return page.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AskAsync(HostedInstitution institution, CancellationToken cancellationToken)
    {
        var name = institution.Organisation.Value;
        _series[MetricFamily.CertificateEnds].Set(Seconds(institution.TlsCertificate.NotAfter.ToUniversalTime()), name);
        foreach (var (partner, reason) in institution.HeldStreams) _series[MetricFamily.Held].Set(1, name, partner.Value, reason.ToString().ToLowerInvariant());
        try
        {
            foreach (var stream in await institution.Statements.OutgoingStreamsAsync(cancellationToken))
            {
                _series[MetricFamily.Waiting].Set(stream.Head.Sequence - stream.Acknowledged.Sequence, name, stream.Partner.Value);
                _series[MetricFamily.WaitingSince].Set(stream.OldestUnacknowledgedAt is { } since ? Math.Max(0, (_clock.GetUtcNow() - since).TotalSeconds) : 0, name, stream.Partner.Value);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // A store that is away the page says by microcreds_ready; whatever is wrong with that of one institution must not keep everything else from the operator.
        }
    }

    private void Record(object? series, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Debug.Assert(series is MetricSeries);
        if (series is MetricSeries known && !known.Record(value, tags)) Interlocked.Increment(ref _dropped);
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000d;
}
