using System.Text;
using System.Text.Json;
using MicroCreds.Node.Logging;
using MicroCreds.Node.Operations.Support;
using MicroCreds.Services;
using MicroCreds.Tests.Services;
using MicroCreds.Tests.Storage;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Operations;

/// <summary>The node's log: every entry one line of JSON, none lost, none torn.</summary>
public sealed partial class JsonLinesTests
{
    private const string Template = "{Method} by {Caller}: {Status} {Reason} in {ElapsedMilliseconds} ms";

    private readonly TestClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, 7, TimeSpan.Zero));

    [Fact]
    public void an_entry_is_one_line_with_its_members()
    {
        var output = new MemoryStream();
        using (var lines = new JsonLines(output, _clock))
        {
            var logger = lines.CreateLogger("MicroCreds.Test");
            Called(logger, "Echo \"à\"\nnext", 2.25, null);
            Failed(logger, new InvalidOperationException("It broke."), 7);
        }

        var text = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, text.Length);
        Assert.Equal(
            """{"Timestamp":"2026-03-02T09:00:00.007Z","EventId":4001,"LogLevel":"Information","Category":"MicroCreds.Test","Message":"Echo \"à\"\nnext took 2.25 ms for (null)","State":{"Method":"Echo \"à\"\nnext","Milliseconds":2.25,"Caller":null,"{OriginalFormat}":"{Method} took {Milliseconds} ms for {Caller}"}}""",
            text[0]);
        using var failed = JsonDocument.Parse(text[1]);
        Assert.Equal("Error", failed.RootElement.GetProperty("LogLevel").GetString());
        Assert.StartsWith("System.InvalidOperationException: It broke.", failed.RootElement.GetProperty("Exception").GetString(), StringComparison.Ordinal);
        Assert.Equal(7, failed.RootElement.GetProperty("State").GetProperty("Count").GetInt32());
    }

    [Fact]
    public void the_line_of_a_call_reads_as_it_would_if_it_were_like_every_other_but_for_its_template()
    {
        var output = new MemoryStream();
        using (var lines = new JsonLines(output, _clock))
        {
            var logger = lines.CreateLogger("MicroCreds.Test");
            foreach (var (caller, status, reason) in new[] { ("staff:ada", "OK", ""), ("staff:a\"à\n\\", "NotFound", "ERROR_REASON_NOT_FOUND"), ("staff:ada", "Internal", ""), ("staff:ada", "OK", "") })
                foreach (var elapsed in new[] { 0.02, 0, 12, 1234.5, 1e9 })
                {
                    var line = new CallLine("/microcreds.federation.v1.MemberService/Echo", caller, status, reason, elapsed);
                    IReadOnlyList<KeyValuePair<string, object?>> members = line;
                    logger.Log(LogLevel.Information, CallLine.Event, line, null, static (line, _) => line.ToString());
                    logger.Log(LogLevel.Information, CallLine.Event, members, null, (_, _) => line.ToString());
                    Described(logger, line.Method, caller, status, reason, elapsed);
                }
        }

        var text = Encoding.UTF8.GetString(output.ToArray()).Replace($",\"{{OriginalFormat}}\":\"{Template}\"", "", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(60, text.Length);
        Assert.All(text.Chunk(3), three => Assert.Single(three.Distinct()));
        Assert.EndsWith("""
            "Message":"/microcreds.federation.v1.MemberService/Echo by staff:ada: OK  in 0.02 ms","State":{"Method":"/microcreds.federation.v1.MemberService/Echo","Caller":"staff:ada","Status":"OK","Reason":"","ElapsedMilliseconds":0.02}}
            """, text[0], StringComparison.Ordinal);
    }

    [Fact]
    public void the_time_of_a_call_is_spelled_as_any_number_and_each_line_has_its_own_moment()
    {
        double[] elapsed = [.. Enumerable.Range(0, 2_000).Select(i => Math.Round(i / 100.0, 2)), 0.125, 0.1 + 0.2, 1e-7, -0.5, 99_999.99, 1e12, 1e12 + 0.5, 123_456_789.01, 1e15, 1e17, double.MaxValue, double.NaN, double.PositiveInfinity];
        var output = new MemoryStream();
        using (var lines = new JsonLines(output, _clock))
        {
            var logger = lines.CreateLogger("MicroCreds.Test");
            foreach (var one in elapsed)
            {
                logger.Log(LogLevel.Information, CallLine.Event, new CallLine("/Echo", "staff:ada", "OK", "", one), null, static (line, _) => line.ToString());
                _clock.Advance(TimeSpan.FromTicks(2_500));
            }
        }

        var begin = new DateTimeOffset(2026, 3, 2, 9, 0, 0, 7, TimeSpan.Zero);
        var text = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(elapsed.Length, text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var said = elapsed[i].ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.StartsWith($"{{\"Timestamp\":\"{begin.AddTicks(2_500 * i):yyyy-MM-ddTHH:mm:ss.fff}Z\",", text[i], StringComparison.Ordinal);
            Assert.Contains($" in {said} ms\"", text[i], StringComparison.Ordinal);
            Assert.EndsWith($"\"ElapsedMilliseconds\":{said}}}}}", text[i], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void what_several_threads_log_is_there_whole_and_in_the_order_of_each()
    {
        const int Threads = 8, Entries = 5_000;
        var output = new MemoryStream();
        using (var lines = new JsonLines(output, _clock))
        {
            Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
            {
                var logger = lines.CreateLogger($"T{thread}");
                for (var i = 0; i < Entries; i++) Called(logger, $"{thread}", i, "x");
            });
        }

        var seen = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("State")).GroupBy(s => s.GetProperty("Method").GetString(), s => s.GetProperty("Milliseconds").GetInt32()).ToList();
        Assert.Equal(Threads, seen.Count);
        Assert.All(seen, thread => Assert.Equal(Enumerable.Range(0, Entries), thread));
    }

    [Fact]
    public async Task a_reader_that_stops_holds_loggers_up_within_a_bound_and_loses_nothing()
    {
        using var output = new StoppedStream();
        var lines = new JsonLines(output, _clock);
        var logger = lines.CreateLogger("T");
        var (entry, count) = (new string('x', 10_000), 2_000);
        var logging = Task.Run(() =>
        {
            for (var i = 0; i < count; i++) Called(logger, entry, i, null);
        });
        await output.Reached.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(logging.IsCompleted);
        output.GoOn();
        await logging.WaitAsync(TimeSpan.FromSeconds(20));
        lines.Dispose();
        Assert.Equal(count, output.Lines);
        Assert.True(output.Largest <= JsonLines.MaxWaiting, $"{output.Largest} bytes waited.");
    }

    [Fact]
    public void an_error_is_written_before_the_caller_goes_on_and_a_broken_reader_stops_nobody()
    {
        var output = new MemoryStream();
        using var lines = new JsonLines(output, _clock);
        Failed(lines.CreateLogger("T"), new InvalidOperationException("It broke."), 1);
        Assert.EndsWith("\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);

        using var broken = new JsonLines(new BrokenStream(), _clock);
        for (var i = 0; i < 3; i++) Failed(broken.CreateLogger("T"), new InvalidOperationException("It broke."), i);
    }

    [Fact]
    public void what_the_log_says_without_values_can_be_given_to_those_who_help()
    {
        using var folder = new TemporaryDirectory();
        var file = folder.File("node.log");
        using (var output = File.Create(file))
        {
            using var lines = new JsonLines(output, _clock);
            Called(lines.CreateLogger("MicroCreds.Test"), "/microcreds.federation.v1.MemberService/Echo", 2.25, "staff:ada");
        }

        var shown = Encoding.UTF8.GetString(BundleLog.Of(file));
        Assert.Contains("\"template\":\"{Method} took {Milliseconds} ms for {Caller}\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"Milliseconds\":2.25", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", shown, StringComparison.Ordinal);
    }

    [LoggerMessage(4001, LogLevel.Information, "{Method} took {Milliseconds} ms for {Caller}")]
    private static partial void Called(ILogger logger, string method, double milliseconds, string? caller);

    [LoggerMessage(1, LogLevel.Information, Template)]
    private static partial void Described(ILogger logger, string method, string caller, string status, string reason, double elapsedMilliseconds);

    [LoggerMessage(4002, LogLevel.Error, "Failed {Count} times")]
    private static partial void Failed(ILogger logger, Exception exception, int count);

    private sealed class StoppedStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public Task Reached => _reached.Task;

        public int Lines { get; private set; }

        public int Largest { get; private set; }

        public void GoOn() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _reached.TrySetResult();
            _open.Wait(TimeSpan.FromSeconds(20));
            Lines += buffer.Count((byte)'\n');
            Largest = Math.Max(Largest, buffer.Length);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Nobody reads.");
    }
}
