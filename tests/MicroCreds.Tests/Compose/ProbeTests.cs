using System.Net;
using System.Net.Sockets;
using System.Text;
using MicroCreds.Node.Composition;

namespace MicroCreds.Tests.Compose;

/// <summary>The health check of the containers: the node's own program, asking a running node.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task is_well_when_the_address_answers_with_success()
    {
        var said = new StringWriter();
        Assert.Equal(0, await AskAsync("200 OK", "ready", said));
        Assert.Equal("", said.ToString());
    }

    [Fact]
    public async Task is_not_well_when_the_node_says_so_and_repeats_its_reasons()
    {
        var said = new StringWriter();
        Assert.Equal(1, await AskAsync("503 Service Unavailable", "store: disk full", said));
        Assert.Contains("503: store: disk full", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task is_not_well_when_nobody_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var said = new StringWriter();
        Assert.Equal(1, await Probe.RunAsync($"http://127.0.0.1:{port}/readyz", said));
        Assert.Contains("did not answer", said.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("readyz")]
    [InlineData("file:///etc/passwd")]
    public async Task is_not_well_when_the_address_is_none(string address) => Assert.Equal(1, await Probe.RunAsync(address, TextWriter.Null));

    private static async Task<int> AskAsync(string status, string body, TextWriter said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var probe = Probe.RunAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/readyz", said);
        using var connection = await listener.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        Assert.Equal("GET /readyz HTTP/1.1", await reader.ReadLineAsync());
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        return await probe;
    }
}
