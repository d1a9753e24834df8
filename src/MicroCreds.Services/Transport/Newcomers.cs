using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MicroCreds.Services.Transport;

/// <summary>
/// New connections that wait to be let in: one line for each address they come from, and the lines take turns, so that whoever opens thousands waits for himself. Of an IPv6 address the
/// first 64 bits count, which is what one caller is given at least. Source: RFC 6177, 2. Not for several threads at once.
/// </summary>
internal sealed class Newcomers
{
    private readonly Dictionary<IPAddress, Queue<ConnectionContext>> _lines = [];
    private readonly Queue<IPAddress> _turns = [];

    /// <summary>A connection goes to the end of the line of its address.</summary>
    internal void Add(ConnectionContext connection)
    {
        var address = AddressOf(connection.RemoteEndPoint);
        if (!_lines.TryGetValue(address, out var line))
        {
            _lines[address] = line = new();
            _turns.Enqueue(address);
        }

        line.Enqueue(connection);
    }

    /// <summary>The first of the line whose turn it is; null when nobody waits.</summary>
    internal ConnectionContext? Next()
    {
        if (!_turns.TryDequeue(out var address)) return null;
        var line = _lines[address];
        var next = line.Dequeue();
        if (line.Count > 0) _turns.Enqueue(address);
        else _lines.Remove(address);
        return next;
    }

    private static IPAddress AddressOf(EndPoint? end)
    {
        if (end is not IPEndPoint { Address: var address }) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> network = stackalloc byte[16];
        address.TryWriteBytes(network, out _);
        network[8..].Clear();
        return new IPAddress(network);
    }
}
