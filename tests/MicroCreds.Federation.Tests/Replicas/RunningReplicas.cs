using MicroCreds.Tests.Storage;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>The replicas, started once for all tests of them.</summary>
[CollectionDefinition(Name)]
public sealed class RunningReplicas : ICollectionFixture<RunningReplicas>, IAsyncLifetime
{
    public const string Name = "replicas";

    private ReplicatedNode? _node;

    public async Task InitializeAsync()
    {
        if (TestPostgres.NoServer is null) _node = await ReplicatedNode.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
    }

    /// <summary>All replicas, whatever an earlier test did to them.</summary>
    internal async Task<ReplicatedNode> WholeAsync()
    {
        var node = _node ?? throw new InvalidOperationException("There is no server.");
        await node.WholeAsync();
        return node;
    }
}
