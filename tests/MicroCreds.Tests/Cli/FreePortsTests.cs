using System.Net;
using System.Net.Sockets;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Tests.Cli;

/// <summary>Ports that a pilot's nodes will listen on.</summary>
public sealed class FreePortsTests
{
    [Fact]
    public void ports_are_free_different_and_not_those_of_connections_that_leave()
    {
        var ports = FreePorts.Choose(50);
        Assert.Equal(50, ports.Distinct().Count());
        Assert.All(ports, p => Assert.InRange(p, 10_000, 29_999));
        foreach (var port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            Assert.DoesNotContain(port, FreePorts.Choose(50));
        }
    }
}
