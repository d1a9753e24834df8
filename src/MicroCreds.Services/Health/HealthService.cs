using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Health.V1;

namespace MicroCreds.Services.Health;

/// <summary>The health protocol of gRPC (GRPC Health Checking Protocol, v1). All services of a node are ready or none is. Needs no sign-in.</summary>
public sealed class HealthService(NodeHealth health) : Grpc.Health.V1.Health.HealthBase
{
    // The empty name asks for the server as a whole.
    private static readonly FrozenSet<string> Known = ServiceCatalogue.Services.Select(s => s.FullName).Append("").ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        // The protocol has no reasons of its own: a plain NOT_FOUND, as every server answers.
        if (!Known.Contains(request.Service)) throw new RpcException(new Status(StatusCode.NotFound, "This node has no such service."));
        return Task.FromResult(Answer(health.Current.Ready));
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!Known.Contains(request.Service))
        {
            // The protocol keeps the stream open, since the service may come; here none comes while the node runs.
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown }, context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }

        bool? told = null;
        while (true)
        {
            var current = health.Current;
            if (told != current.Ready) await responseStream.WriteAsync(Answer(current.Ready), context.CancellationToken);
            told = current.Ready;
            await current.Changed.WaitAsync(context.CancellationToken);
        }
    }

    private static HealthCheckResponse Answer(bool ready) =>
        new() { Status = ready ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing };
}
