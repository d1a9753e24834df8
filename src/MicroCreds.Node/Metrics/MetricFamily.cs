using System.Collections.Immutable;

namespace MicroCreds.Node.Metrics;

/// <summary>Kind of a metric, as Prometheus knows it.</summary>
internal enum MetricKind
{
    /// <summary>Only grows, from 0 at each start.</summary>
    Counter,
    /// <summary>Goes up and down.</summary>
    Gauge,
    /// <summary>Counts values by upper bounds.</summary>
    Histogram,
}

/// <summary>A metric of the page. What is not one of <see cref="All"/> is on no page; <c>docs/metrics.md</c> says the same.</summary>
/// <param name="Name">Name on the page.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Help">What it is, with its unit, in one sentence.</param>
/// <param name="Labels">Labels, in their order. None ever holds a case, a learner or an account.</param>
/// <param name="Instrument">Instrument of the node's meter that it is read from; empty when it is asked for at each scrape.</param>
internal sealed record MetricFamily(string Name, MetricKind Kind, string Help, ImmutableArray<string> Labels, string Instrument)
{
    /// <summary>Calls.</summary>
    public static readonly MetricFamily Calls = new("microcreds_rpc_duration_seconds", MetricKind.Histogram, "Time of a call by method and gRPC status, in seconds.", ["rpc_method", "rpc_grpc_status"], "microcreds.rpc.duration");

    /// <summary>Decisions.</summary>
    public static readonly MetricFamily Decisions = new("microcreds_decisions_total", MetricKind.Counter, "Decisions by outcome and by who decided: a rule or a person.", ["outcome", "decided_by"], "microcreds.decisions");

    /// <summary>Statements exchanged.</summary>
    public static readonly MetricFamily Statements = new(
        "microcreds_statements_total", MetricKind.Counter, "Statements by partner and direction: sent, received, or returned to a partner that lost its own.", ["partner", "direction"], "microcreds.statements");

    /// <summary>Documents from outside.</summary>
    public static readonly MetricFamily Fetches = new(
        "microcreds_fetches_total", MetricKind.Counter, "Documents asked for outside by kind and result: fetched, unchanged, refused or failed.", ["kind", "result"], "microcreds.fetches");

    /// <summary>Statements without a receipt.</summary>
    public static readonly MetricFamily Waiting = new("microcreds_statements_waiting", MetricKind.Gauge, "Statements that a partner has yet to acknowledge.", ["institution", "partner"], "");

    /// <summary>Age of the oldest of them.</summary>
    public static readonly MetricFamily WaitingSince = new(
        "microcreds_statements_waiting_oldest_seconds", MetricKind.Gauge, "Age of the oldest statement that a partner has yet to acknowledge, in seconds; 0 when none waits.", ["institution", "partner"], "");

    /// <summary>Streams in which nothing is signed.</summary>
    public static readonly MetricFamily Held = new("microcreds_streams_held", MetricKind.Gauge, "Streams in which nothing is signed, by why: restored, behind or contradicted.", ["institution", "partner", "reason"], "");

    /// <summary>Readiness.</summary>
    public static readonly MetricFamily Ready = new("microcreds_ready", MetricKind.Gauge, "1 when the node takes calls, 0 when it does not; the same as /readyz.", [], "");

    /// <summary>End of the trust list.</summary>
    public static readonly MetricFamily TrustListEnds = new("microcreds_trust_list_expires_timestamp_seconds", MetricKind.Gauge, "When the trust list in force ends, in seconds since 1970.", [], "");

    /// <summary>End of the TLS certificates.</summary>
    public static readonly MetricFamily CertificateEnds = new(
        "microcreds_tls_certificate_expires_timestamp_seconds", MetricKind.Gauge, "When the certificate that partners are shown ends, in seconds since 1970.", ["institution"], "");

    /// <summary>The program.</summary>
    public static readonly MetricFamily Build = new("microcreds_build_info", MetricKind.Gauge, "Always 1; says which version runs.", ["version"], "");

    /// <summary>Series left out.</summary>
    public static readonly MetricFamily Dropped = new("microcreds_metrics_dropped_total", MetricKind.Counter, "Measurements left out because a metric would have had too many series.", [], "");

    /// <summary>Start.</summary>
    public static readonly MetricFamily Started = new("process_start_time_seconds", MetricKind.Gauge, "When the process was started, in seconds since 1970.", [], "");

    /// <summary>Processor time.</summary>
    public static readonly MetricFamily Cpu = new("process_cpu_seconds_total", MetricKind.Counter, "Processor time of the process, in seconds.", [], "");

    /// <summary>Memory.</summary>
    public static readonly MetricFamily Memory = new("process_resident_memory_bytes", MetricKind.Gauge, "Memory of the process that is in RAM, in bytes.", [], "");

    /// <summary>Managed heap.</summary>
    public static readonly MetricFamily Heap = new("dotnet_gc_heap_bytes", MetricKind.Gauge, "Managed memory in use, in bytes.", [], "");

    /// <summary>Waiting work.</summary>
    public static readonly MetricFamily Queue = new("dotnet_thread_pool_queue_length", MetricKind.Gauge, "Work that waits for a thread; more than a few for long means that the processor is too small.", [], "");

    /// <summary>Every metric, in the order of the page.</summary>
    public static ImmutableArray<MetricFamily> All { get; } =
        [Ready, Calls, Decisions, Statements, Waiting, WaitingSince, Held, Fetches, TrustListEnds, CertificateEnds, Build, Dropped, Started, Cpu, Memory, Heap, Queue];
}
