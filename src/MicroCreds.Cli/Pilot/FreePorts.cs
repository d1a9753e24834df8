using System.Net;
using System.Net.Sockets;

namespace MicroCreds.Cli.Pilot;

/// <summary>Ports of the loopback interface that nobody uses now.</summary>
internal static class FreePorts
{
    /// <summary>Different free ports. They are held together until all are known, so that none is given twice; another program could still take one before it is used.</summary>
    public static int[] Choose(int count)
    {
        var listeners = new List<TcpListener>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                listeners.Add(listener);
            }
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}
