using System.Net.Sockets;
using System.Text;
using MicroCreds.Node.Composition;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary>What the service manager hears.</summary>
public sealed class ServiceNoticeTests
{
    [Fact]
    public void a_state_arrives_at_the_socket_that_was_named()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("notify");
        Assert.Equal(ServiceNotice.Ready, Heard(new UnixDomainSocketEndPoint(path), path));
        var name = $"mcf-test-{Environment.ProcessId}";
        Assert.Equal(ServiceNotice.Ready, Heard(new UnixDomainSocketEndPoint($"\0{name}"), $"@{name}"));
    }

    [Fact]
    public void nobody_who_asked_and_nobody_who_listens_are_no_failure()
    {
        Assert.False(ServiceNotice.Send(ServiceNotice.Stopping, null));
        Assert.False(ServiceNotice.Send(ServiceNotice.Stopping, ""));
        Assert.False(ServiceNotice.Send(ServiceNotice.Stopping, "vsock:2:1"));
        Assert.False(ServiceNotice.Send(ServiceNotice.Stopping, "/nowhere/notify"));
    }

    private static string Heard(UnixDomainSocketEndPoint place, string named)
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        manager.Bind(place);
        Assert.True(ServiceNotice.Send(ServiceNotice.Ready, named));
        var heard = new byte[100];
        return Encoding.UTF8.GetString(heard, 0, manager.Receive(heard));
    }
}
