using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;

namespace MicroCreds.Services.Health;

/// <summary>The health protocol of gRPC (GRPC Health Checking Protocol, v1). All services of a node are ready or none is. Needs no sign-in.</summary>
public sealed class HealthService(NodeHealth health, IHostApplicationLifetime lifetime) : Grpc.Health.V1.Health.HealthBase
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
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await FollowAsync(request, responseStream, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // A node that stops ends the watch: a watcher that stays would hold the stop up.
        }
    }

    private async Task FollowAsync(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, CancellationToken cancellationToken)
    {
        if (!Known.Contains(request.Service))
        {
            // The protocol keeps the stream open, since the service may come; here none comes while the node runs.
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown }, cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        bool? told = null;
        while (true)
        {
            var current = health.Current;
            if (told != current.Ready) await responseStream.WriteAsync(Answer(current.Ready), cancellationToken);
            told = current.Ready;
            await current.Changed.WaitAsync(cancellationToken);
        }
    }

    private static HealthCheckResponse Answer(bool ready) =>
        new() { Status = ready ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing };
}
