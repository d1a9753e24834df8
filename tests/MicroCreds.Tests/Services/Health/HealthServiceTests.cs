using Grpc.Core;
using Grpc.Health.V1;
using MicroCreds.Services;
using MicroCreds.Services.Health;
using MicroCreds.Tests.Services.Equivalence;
using Client = Grpc.Health.V1.Health.HealthClient;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace MicroCreds.Tests.Services.Health;

public sealed class HealthServiceTests
{
    [Fact]
    public async Task serves_while_no_part_of_the_node_has_a_problem()
    {
        await using var node = await TableNode.StartAsync();
        var client = new Client(node.As());
        Assert.Equal(Serving.NotServing, (await client.CheckAsync(new HealthCheckRequest())).Status);
        node.Health.Well(NodeHealth.Starting);
        foreach (var service in ServiceCatalogue.Services.Select(s => s.FullName).Append("")) Assert.Equal(Serving.Serving, (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        node.Health.Unwell("store", "The disk is full.");
        Assert.Equal(Serving.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "microcreds.federation.v1.RecognitionService" })).Status);
        Assert.Equal("The disk is full.", node.Health.Current.Reasons["store"]);
    }

    [Fact]
    public async Task does_not_know_other_services()
    {
        await using var node = await TableNode.StartAsync();
        var client = new Client(node.As());
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => client.CheckAsync(new HealthCheckRequest { Service = "x" }).ResponseAsync)).StatusCode);
        using var watch = client.Watch(new HealthCheckRequest { Service = "x" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(Serving.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task a_watcher_is_told_each_change_once()
    {
        await using var node = await TableNode.StartAsync();
        using var watch = new Client(node.As()).Watch(new HealthCheckRequest());
        Assert.Equal(Serving.NotServing, await Next());
        node.Health.Unwell("store", "The disk is full.");
        node.Health.Well(NodeHealth.Starting);
        node.Health.Well("store");
        Assert.Equal(Serving.Serving, await Next());
        node.Health.Unwell("store", "The disk is full.");
        Assert.Equal(Serving.NotServing, await Next());

        async Task<Serving> Next()
        {
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            return watch.ResponseStream.Current.Status;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task a_watch_ends_when_the_node_stops(string service)
    {
        await using var node = await TableNode.StartAsync();
        using var watch = new Client(node.As()).Watch(new HealthCheckRequest { Service = service });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        var stopped = node.StopAsync();
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void a_report_that_changes_nothing_wakes_nobody()
    {
        var health = new NodeHealth();
        var before = health.Current;
        health.Well("store");
        Assert.Same(before, health.Current);
        Assert.False(before.Changed.IsCompleted);
        health.Well(NodeHealth.Starting);
        Assert.True(before.Changed.IsCompleted);
        Assert.True(health.Current.Ready);
    }
}
