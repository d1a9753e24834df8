using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Services.Institutions;

/// <summary>The compiled rules of an institution. Readers take a snapshot; publication swaps it, nobody waits.</summary>
public sealed class PublishedRules(IEquivalenceStore store)
{
    private volatile CompiledTable _current = CompiledTable.Of([]);

    /// <summary>The rules in effect.</summary>
    public CompiledTable Current => _current;

    /// <summary>Reads what is published and puts it into effect. Called at start and after a publication.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken) =>
        _current = CompiledTable.Of(await store.PublishedAsync(cancellationToken));
}
