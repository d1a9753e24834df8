using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MicroCreds.Domain.Jose;

/// <summary>
/// Imported copies of one key, each used by one thread at a time: <see cref="ECDsa"/> promises nothing about concurrent use, and an
/// import costs as much as three verifications. Grows to the number of threads that ever used the key at once and lives as long as the key.
/// </summary>
internal sealed class KeyPool(ECParameters parameters)
{
    private readonly ConcurrentQueue<ECDsa> _idle = new();
    private ECDsa? _first = ECDsa.Create(parameters);

    /// <summary>Takes a copy that no other thread holds.</summary>
    public ECDsa Rent() => Interlocked.Exchange(ref _first, null) ?? (_idle.TryDequeue(out var key) ? key : ECDsa.Create(parameters));

    /// <summary>Gives a copy back.</summary>
    public void Return(ECDsa key)
    {
        if (Interlocked.CompareExchange(ref _first, key, null) is not null) _idle.Enqueue(key);
    }
}
