using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MicroCreds.Services;

/// <summary>What the node measures. Labels hold methods, states and partners; never a case, a learner or an account.</summary>
public sealed class NodeMetrics : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "MicroCreds";

    /// <summary>Traces.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _calls;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _statements;
    private readonly Counter<long> _fetches;

    /// <summary>Makes the instruments.</summary>
    public NodeMetrics()
    {
        _calls = _meter.CreateHistogram<double>("microcreds.rpc.duration", "s", "Time of a call by method and status.");
        _decisions = _meter.CreateCounter<long>("microcreds.decisions", "{decision}", "Decisions by outcome and by who decided.");
        _statements = _meter.CreateCounter<long>("microcreds.statements", "{statement}", "Statements by partner and direction.");
        _fetches = _meter.CreateCounter<long>("microcreds.fetches", "{fetch}", "Documents asked for outside, by kind and result.");
    }

    /// <summary>Whether an instrument is one of these: a process may have several nodes.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == _meter;

    /// <summary>One call.</summary>
    public void Called(string method, string status, TimeSpan elapsed) =>
        _calls.Record(elapsed.TotalSeconds, new("rpc.method", method), new("rpc.grpc.status", status));

    /// <summary>One decision.</summary>
    public void Decided(string outcome, string decidedBy) => _decisions.Add(1, new("outcome", outcome), new("decided_by", decidedBy));

    /// <summary>Statements exchanged with a partner; direction is <c>sent</c>, <c>received</c>, or <c>returned</c> to a partner that lost its own.</summary>
    public void Exchanged(int count, string partner, string direction) => _statements.Add(count, new("partner", partner), new("direction", direction));

    /// <summary>One document asked for outside; result is <c>fetched</c>, <c>unchanged</c>, <c>refused</c> (it came and was not taken over) or <c>failed</c>.</summary>
    public void Fetched(string kind, string result) => _fetches.Add(1, new("kind", kind), new("result", result));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
