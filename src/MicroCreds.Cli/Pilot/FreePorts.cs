using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MicroCreds.Cli.Pilot;

/// <summary>Ports of the loopback interface that nobody uses now, and that no system gives to a connection that leaves: one of those could be taken before it is used.</summary>
internal static class FreePorts
{
    // Linux gives from 32,768 on, others from 49,152 (RFC 6335, 6); those from 30,000 on are Kubernetes'.
    private const int First = 10_000;
    private const int End = 30_000;

    /// <summary>Different free ports. They are held together until all are known, so that none is given twice; another program could still take one before it is used.</summary>
    public static int[] Choose(int count)
    {
        var listeners = new List<TcpListener>(count);
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(First, End));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}
