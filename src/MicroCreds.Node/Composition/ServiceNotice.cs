using System.Net.Sockets;
using System.Text;

namespace MicroCreds.Node.Composition;

/// <summary>Tells the service manager how the node stands, when it asked to be told. Source: sd_notify(3): a datagram to the socket that <c>NOTIFY_SOCKET</c> names.</summary>
internal static class ServiceNotice
{
    /// <summary>The node answers calls.</summary>
    public const string Ready = "READY=1";

    /// <summary>The node finishes its calls and ends.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>Sends a state. False when nobody asked, or when the socket is not there: a node runs without its manager too.</summary>
    /// <param name="state">One of the above.</param>
    /// <param name="socket">Value of <c>NOTIFY_SOCKET</c>: a path, or an abstract name after <c>@</c>; null when nobody asked.</param>
    public static bool Send(string state, string? socket)
    {
        if (string.IsNullOrEmpty(socket) || socket[0] is not ('/' or '@')) return false;
        try
        {
            using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            manager.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(socket[0] == '@' ? $"\0{socket[1..]}" : socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
