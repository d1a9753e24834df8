using System.Net;
using System.Net.Sockets;

namespace MicroCreds.Services.Transport;

/// <summary>
/// What callers wait for: one line for each address they call from, and the lines take turns, so that whoever wants something a thousand times waits for himself. Of an IPv6 address the
/// first 64 bits count, which is what one caller is given at least. Source: RFC 6177, 2. Not for several threads at once.
/// </summary>
/// <param name="places">As many as may wait, 1 or more.</param>
internal sealed class AddressLines<T>(int places)
    where T : class
{
    private readonly Dictionary<IPAddress, LinkedList<T>> _lines = [];
    private readonly Queue<IPAddress> _turns = [];
    private int _waiting;

    /// <summary>One goes to the end of the line of its address. Answers who has to go for it, the last one of the longest line, when all places are taken; it may be itself.</summary>
    internal T? Add(IPAddress address, T one)
    {
        var from = WhoHas(address);
        if (_waiting == places)
        {
            var longest = _lines.Values.MaxBy(l => l.Count)!;
            // In the longest line itself, or in one that would become as long: others have waited for longer.
            if ((_lines.TryGetValue(from, out var own) ? own.Count : 0) + 1 >= longest.Count) return one;
            var last = longest.Last!.Value;
            longest.RemoveLast();
            Enqueue(from, one);
            return last;
        }

        _waiting++;
        Enqueue(from, one);
        return null;
    }

    /// <summary>The first of the line whose turn it is; null when nobody waits.</summary>
    internal T? Next()
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

    private void Enqueue(IPAddress from, T one)
    {
        if (!_lines.TryGetValue(from, out var line))
        {
            _lines[from] = line = [];
            _turns.Enqueue(from);
        }

        line.AddLast(one);
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
