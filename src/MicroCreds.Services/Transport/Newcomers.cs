using System.Net;
using System.Net.Sockets;

namespace MicroCreds.Services.Transport;

/// <summary>
/// New connections that wait to be let in: one line for each address they come from, and the lines take turns, so that whoever opens thousands waits for himself. Of an IPv6 address the
/// first 64 bits count, which is what one caller is given at least. Source: RFC 6177, 2. Not for several threads at once.
/// </summary>
/// <param name="places">As many as may wait, 1 or more.</param>
internal sealed class Newcomers(int places)
{
    private readonly Dictionary<IPAddress, LinkedList<Socket>> _lines = [];
    private readonly Queue<IPAddress> _turns = [];
    private int _waiting;

    /// <summary>A connection goes to the end of the line of its address. Answers who has to go for it, the last one of the longest line, when all places are taken; it may be itself.</summary>
    internal Socket? Add(IPAddress address, Socket connection)
    {
        var from = WhoHas(address);
        if (_waiting == places)
        {
            var longest = _lines.Values.MaxBy(l => l.Count)!;
            // In the longest line itself, or in one that would become as long: others have waited for longer.
            if ((_lines.TryGetValue(from, out var own) ? own.Count : 0) + 1 >= longest.Count) return connection;
            var last = longest.Last!.Value;
            longest.RemoveLast();
            Enqueue(from, connection);
            return last;
        }

        _waiting++;
        Enqueue(from, connection);
        return null;
    }

    /// <summary>The first of the line whose turn it is; null when nobody waits.</summary>
    internal Socket? Next()
    {
        if (!_turns.TryDequeue(out var address)) return null;
        var line = _lines[address];
        var next = line.First!.Value;
        line.RemoveFirst();
        if (line.Count > 0) _turns.Enqueue(address);
        else _lines.Remove(address);
        _waiting--;
        return next;
    }

    private void Enqueue(IPAddress from, Socket connection)
    {
        if (!_lines.TryGetValue(from, out var line))
        {
            _lines[from] = line = [];
            _turns.Enqueue(from);
        }

        line.AddLast(connection);
    }

    private static IPAddress WhoHas(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> network = stackalloc byte[16];
        address.TryWriteBytes(network, out _);
        network[8..].Clear();
        return new IPAddress(network);
    }
}
