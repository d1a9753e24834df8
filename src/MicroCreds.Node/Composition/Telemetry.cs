using MicroCreds.Node.Configuration;
using MicroCreds.Services;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MicroCreds.Node.Composition;

/// <summary>Exports metrics and traces by OTLP when an endpoint is configured. Neither carries a case, a learner or an account.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _traces;

    public Telemetry(OtlpOptions options, string version)
    {
        if (options.Endpoint.Length == 0) return;
        if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint)) throw new ConfigurationException($"Node:Otlp:Endpoint '{options.Endpoint}' is not an address.");
        var resource = ResourceBuilder.CreateDefault().AddService("microcreds-node", serviceVersion: version);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(NodeMetrics.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting")
            .AddOtlpExporter(Export).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(NodeMetrics.Name, "Microsoft.AspNetCore")
            .AddOtlpExporter(Export).Build();

        void Export(OtlpExporterOptions exporter) => exporter.Endpoint = endpoint;
    }

    public void Dispose()
    {
        _meters?.Dispose();
        _traces?.Dispose();
    }
}
