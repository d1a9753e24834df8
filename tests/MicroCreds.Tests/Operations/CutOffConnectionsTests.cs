using System.Text;
using MicroCreds.Node.Logging;
using MicroCreds.Tests.Services;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Operations;

public sealed class CutOffConnectionsTests
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    [Fact]
    public void a_connection_that_never_completed_is_one_warning_a_minute_and_all_else_stays()
    {
        var clock = new TestClock(TestNode.Start);
        using var output = new MemoryStream();
        using (var log = new CutOffConnections(new JsonLines(output, clock), clock))
        {
            var server = log.CreateLogger(Server);
            for (var i = 0; i < 3; i++) NeverCompleted(server);
            clock.Advance(TimeSpan.FromMinutes(1));
            NeverCompleted(server);
            server.Log(LogLevel.Error, new EventId(13), "fault", null, (text, _) => text);
            NeverCompleted(log.CreateLogger("Other"));
        }

        var levels = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("LogLevel").GetString());
        Assert.Equal(["Warning", "Warning", "Error", "Critical"], levels);
    }

    private static void NeverCompleted(ILogger log) => log.Log(LogLevel.Critical, new EventId(23), "Connection never completed.", null, (text, _) => text);
}
