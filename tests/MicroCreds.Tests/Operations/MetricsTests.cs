using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroCreds.Domain.Statements;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Metrics;
using MicroCreds.Services;
using MicroCreds.Services.Health;
using MicroCreds.Tests.Compose;
using MicroCreds.Tests.Services;
using MicroCreds.Tests.Services.Exchange;

using Microsoft.AspNetCore.Http;
using YamlDotNet.RepresentationModel;

namespace MicroCreds.Tests.Operations;

/// <summary>The page <c>/metrics</c>, its document, and the alerts and the dashboard that are made of it.</summary>
public sealed partial class MetricsTests : TwoNodes
{
    [Fact]
    public async Task the_page_and_the_document_have_the_same_metrics_in_the_same_words()
    {
        var documented = DocumentRow().Matches(await File.ReadAllTextAsync(Path.Combine(ComposeFile.Folder, "..", "docs", "metrics.md")))
            .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[4].Value}").ToList();
        using var page = Page(new NodeMetrics());
        var written = PageHead().Matches(await page.WriteAsync(CancellationToken.None)).Select(m => $"{m.Groups[1].Value} {m.Groups[3].Value} {m.Groups[2].Value}").ToList();
        Assert.Equal(documented, written);
        Assert.Equal(MetricFamily.All.Length, documented.Count);
        var labels = DocumentRow().Matches(await File.ReadAllTextAsync(Path.Combine(ComposeFile.Folder, "..", "docs", "metrics.md"))).Select(m => m.Groups[3].Value.Replace("`", "", StringComparison.Ordinal));
        Assert.Equal(MetricFamily.All.Select(f => string.Join(", ", f.Labels)), labels);
    }

    [Theory]
    [InlineData("compose/prometheus-alerts.yml")]
    [InlineData("compose/grafana-dashboard.json")]
    public async Task alerts_and_the_dashboard_ask_for_documented_metrics_and_labels_alone(string file)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ComposeFile.Folder, "..", file));
        List<string> questions;
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            using var dashboard = JsonDocument.Parse(text);
            questions = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!)];
        }
        else
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            var rules = (YamlSequenceNode)yaml.Documents[0].RootNode["groups"][0]["rules"];
            Assert.All(rules, rule => Assert.NotEmpty(((YamlScalarNode)rule["annotations"]["do"]).Value!));
            questions = [.. rules.Select(rule => ((YamlScalarNode)rule["expr"]).Value!)];
        }
        Assert.InRange(questions.Count, 10, 100);
        foreach (var question in questions)
        {
            foreach (var name in MetricName().Matches(question).Select(m => m.Value))
                Assert.Contains(MetricFamily.All, f => f.Name == name || (f.Kind == MetricKind.Histogram && name.StartsWith(f.Name, StringComparison.Ordinal) && name[f.Name.Length..] is "_bucket" or "_sum" or "_count"));
            foreach (var label in Label().Matches(question).Select(m => m.Groups[1].Value))
                Assert.True(label is "job" || MetricFamily.All.Any(f => f.Labels.Contains(label)), $"{label} in {question}");
        }
    }

    [Fact]
    public async Task counts_what_was_measured()
    {
        using var metrics = new NodeMetrics();
        using var page = Page(metrics);
        using var other = new NodeMetrics();
        other.Decided("full", "rule");
        metrics.Decided("full", "rule");
        metrics.Decided("full", "rule");
        metrics.Exchanged(5, "uni-b.example", "sent");
        metrics.Called("/a/B", "OK", TimeSpan.FromMilliseconds(2));
        metrics.Called("/a/B", "OK", TimeSpan.FromMilliseconds(2.5));
        metrics.Called("/a/B", "OK", TimeSpan.FromMinutes(2));
        var text = await page.WriteAsync(CancellationToken.None);
        Assert.Contains("microcreds_decisions_total{outcome=\"full\",decided_by=\"rule\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("microcreds_statements_total{partner=\"uni-b.example\",direction=\"sent\"} 5\n", text, StringComparison.Ordinal);
        const string Call = "rpc_method=\"/a/B\",rpc_grpc_status=\"OK\"";
        // An upper bound is included.
        foreach (var (bound, count) in new[] { ("0.001", 0), ("0.0025", 2), ("60", 2), ("+Inf", 3) })
            Assert.Contains($"microcreds_rpc_duration_seconds_bucket{{{Call},le=\"{bound}\"}} {count}\n", text, StringComparison.Ordinal);
        Assert.Contains($"microcreds_rpc_duration_seconds_count{{{Call}}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"microcreds_rpc_duration_seconds_sum{{{Call}}} 120.0045\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task says_what_waits_for_whom_and_what_is_held()
    {
        await Sender.DecideAsync(B, 3);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Sender.Institution.HeldStreams[C] = StreamHoldReason.Behind;
        using var page = Page(new NodeMetrics());
        var text = await page.WriteAsync(CancellationToken.None);
        Assert.Contains("microcreds_statements_waiting{institution=\"uni-a.example\",partner=\"uni-b.example\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("microcreds_statements_waiting_oldest_seconds{institution=\"uni-a.example\",partner=\"uni-b.example\"} 600\n", text, StringComparison.Ordinal);
        Assert.Contains("microcreds_streams_held{institution=\"uni-a.example\",partner=\"uni-c.example\",reason=\"behind\"} 1\n", text, StringComparison.Ordinal);
        await Receiver.StepAsync(A);
        Sender.Institution.HeldStreams.Clear();
        text = await page.WriteAsync(CancellationToken.None);
        Assert.Contains("microcreds_statements_waiting{institution=\"uni-a.example\",partner=\"uni-b.example\"} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("microcreds_streams_held{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_measured_on_several_threads_at_once_is_all_there()
    {
        const int Threads = 8, Calls = 20_000;
        using var metrics = new NodeMetrics();
        using var page = Page(metrics);
        // Halves of a second add up without rounding.
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (var i = 0; i < Calls; i++) metrics.Called("/m", "OK", TimeSpan.FromSeconds(i % 2 == 0 ? 0.5 : 1.5));
        });
        var text = await page.WriteAsync(CancellationToken.None);
        Assert.Contains($"microcreds_rpc_duration_seconds_bucket{{rpc_method=\"/m\",rpc_grpc_status=\"OK\",le=\"1\"}} {Threads * Calls / 2}\n", text, StringComparison.Ordinal);
        Assert.Contains($"microcreds_rpc_duration_seconds_sum{{rpc_method=\"/m\",rpc_grpc_status=\"OK\"}} {Threads * Calls}\n", text, StringComparison.Ordinal);
        Assert.Contains($"microcreds_rpc_duration_seconds_count{{rpc_method=\"/m\",rpc_grpc_status=\"OK\"}} {Threads * Calls}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task has_no_more_series_than_it_says_and_no_label_that_is_not_documented()
    {
        using var metrics = new NodeMetrics();
        using var page = Page(metrics);
        for (var i = 0; i < MetricSeries.Most + 7; i++) metrics.Exchanged(1, $"uni-{i}.example\"\n\\", "sent");
        var text = await page.WriteAsync(CancellationToken.None);
        Assert.Equal(MetricSeries.Most, text.Split('\n').Count(line => line.StartsWith("microcreds_statements_total{", StringComparison.Ordinal)));
        Assert.Contains("microcreds_metrics_dropped_total 7\n", text, StringComparison.Ordinal);
        Assert.Contains("partner=\"uni-5.example\\\"\\n\\\\\",direction", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')) Assert.Matches("""^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? -?[0-9.eE+]+$""", line);
    }

    [Fact]
    public async Task is_there_also_when_the_store_of_one_institution_cannot_be_read()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Madrid, TestConsortium.Roma]);
        using var page = new MetricsPage(new NodeMetrics(), node.Hosting, node.Registry, new NodeHealth(), node.Clock);
        using (node.TakeTable(TestConsortium.Madrid, "outgoing_stream"))
            Assert.Contains("institution=\"uni-roma.example\"", await page.WriteAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public void answers_this_machine_and_whoever_shows_the_token_and_nobody_else()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "correct-horse-battery-staple\n");
        var (door, open) = (new MetricsDoor(new MetricsOptions { TokenFile = file }), new MetricsDoor(new MetricsOptions()));
        File.Delete(file);
        Assert.True(open.Opens(Request("127.0.0.1")));
        Assert.True(open.Opens(Request("::1")));
        Assert.False(open.Opens(Request("10.1.2.3")));
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "Via", "X-Real-IP" }) Assert.False(open.Opens(Request("127.0.0.1", (header, "10.1.2.3"))));
        Assert.False(open.Opens(Request("10.1.2.3", ("Authorization", "Bearer correct-horse-battery-staple"))));
        Assert.True(door.Opens(Request("10.1.2.3", ("Authorization", "Bearer correct-horse-battery-staple"))));
        Assert.True(door.Opens(Request("127.0.0.1", ("X-Forwarded-For", "10.1.2.3"), ("Authorization", "Bearer correct-horse-battery-staple"))));
        Assert.False(door.Opens(Request("127.0.0.1", ("Authorization", "Bearer correct-horse-battery-stapl"))));
        Assert.False(door.Opens(Request("10.1.2.3")));
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(() => new MetricsDoor(new MetricsOptions { TokenFile = file })).Message, StringComparison.Ordinal);
    }

    private MetricsPage Page(NodeMetrics metrics) => new(metrics, Sender.Hosting, Sender.Registry, new NodeHealth(), Clock);

    private static DefaultHttpContext Request(string from, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return context;
    }

    [GeneratedRegex(@"^\| `([a-z_]+)` \| (\w+) \| ?(.*?) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex DocumentRow();

    [GeneratedRegex(@"^# HELP ([a-z_]+) (.+)\n# TYPE [a-z_]+ (\w+)$", RegexOptions.Multiline)]
    private static partial Regex PageHead();

    [GeneratedRegex(@"\b(microcreds|process|dotnet)_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"[{,]\s*(\w+)\s*(=|!=|=~|!~)""")]
    private static partial Regex Label();
}
