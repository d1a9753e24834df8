using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>One attack while it goes on: what it opened and what came back.</summary>
/// <param name="target">The node.</param>
/// <param name="share">How much of the whole attack is made: 1, or less for a short trial.</param>
internal sealed class Siege(AttackTarget target, double share) : IDisposable
{
    private readonly ConcurrentBag<RawConnection> _connections = [];
    private readonly ConcurrentDictionary<string, int> _refused = new();
    private readonly CancellationTokenSource _end = new();

    public AttackTarget Target => target;

    /// <summary>Ends what is still being sent.</summary>
    public CancellationToken Over => _end.Token;

    /// <summary>Connections that the node has not ended.</summary>
    public int Open => _connections.Count(c => c.Lifetime is null);

    /// <summary>Longest time that a connection lived.</summary>
    public TimeSpan Longest => _connections.Max(c => c.Lifetime) ?? TimeSpan.Zero;

    /// <summary>How many of so many.</summary>
    public int Of(int many) => Math.Max(1, (int)(many * share));

    /// <summary>What came back in all, with how often.</summary>
    public static string Words(IEnumerable<Siege> sieges) => string.Join(", ", sieges.SelectMany(s => s._connections.SelectMany(c => c.Seen).Concat(s._refused))
        .GroupBy(s => s.Key).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} × {s.Sum(n => n.Value):N0}"));

    /// <summary>Opens a connection and sends the first bytes; null when the node does not let it in.</summary>
    public async Task<RawConnection?> OpenAsync(IPEndPoint door, ReadOnlyMemory<byte> first, X509Certificate2? certificate = null, Task? silence = null)
    {
        try
        {
            var connection = await RawConnection.OpenAsync(door, certificate, Over, silence);
            _connections.Add(connection);
            if (!first.IsEmpty) await connection.SendAsync(first, Over);
            return connection;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
        {
            _refused.AddOrUpdate("no connection", 1, (_, count) => count + 1);
            return null;
        }
    }

    /// <summary>Does something many times, several at once.</summary>
    public static Task ManyAsync(int times, Func<int, Task> what) =>
        Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await what(i));

    /// <summary>Sends a piece each second until the node ends the connection.</summary>
    public async Task DripAsync(RawConnection? connection, Func<int, byte[]> piece)
    {
        if (connection is null) return;
        try
        {
            for (var i = 0; await connection.SendAsync(piece(i), Over); i++) await Task.WhenAny(connection.Ended, Task.Delay(TimeSpan.FromSeconds(1), Over));
        }
        catch (OperationCanceledException)
        {
            // The trial is over.
        }
    }

    /// <summary>Sends the same again and again, in packets, until the node ends the connection.</summary>
    public async Task FloodAsync(RawConnection? connection, int times, Func<int, byte[]> frames)
    {
        const int perPacket = 200;
        if (connection is null) return;
        for (var sent = 0; sent < times; sent += perPacket)
            if (!await connection.SendAsync(Enumerable.Range(sent, Math.Min(perPacket, times - sent)).SelectMany(frames).ToArray(), Over)) return;
    }

    /// <summary>Ends what is still being sent and waited for, and the connections.</summary>
    public void End()
    {
        _end.Cancel();
        foreach (var connection in _connections) connection.Dispose();
    }

    /// <summary>Ends the attack, also from this side.</summary>
    public void Dispose()
    {
        End();
        _end.Dispose();
    }
}
