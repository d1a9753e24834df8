using MicroCreds.Cli.Cases;

namespace MicroCreds.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("case", "show")]
    [InlineData("case", "list")]
    [InlineData("case", "list", "--node", "not-an-address")]
    [InlineData("case", "list", "--node", "http://127.0.0.1:1", "--state", "nonsense")]
    [InlineData("case", "list", "--node", "http://127.0.0.1:1", "--due-until", "31.12.2026")]
    [InlineData("case", "list", "--node", "http://127.0.0.1:1", "--token", "two words")]
    [InlineData("case", "list", "--node", "http://127.0.0.1:1", "--limit", "-1")]
    [InlineData("case", "decide", "0", "--node", "http://127.0.0.1:1")]
    [InlineData("case", "decide", "0", "--node", "http://127.0.0.1:1", "--outcome", "maybe")]
    [InlineData("case", "decide", "0", "--node", "http://127.0.0.1:1", "--outcome", "partial", "--credits", "1,5")]
    [InlineData("case", "withdraw", "0", "--node", "http://127.0.0.1:1", "--request-id", "7")]
    [InlineData("rule", "import", "--table", "t", "--node", "http://127.0.0.1:1")]
    [InlineData("rule", "import", "prices.csv", "--table", "t", "--node", "http://127.0.0.1:1")]
    [InlineData("rule", "find", "--node", "http://127.0.0.1:1")]
    [InlineData("verify")]
    [InlineData("verify", "file", "--at", "yesterday")]
    public async Task a_wrong_command_line_ends_with_2_and_says_why(params string[] args)
    {
        var run = await CommandLine.RunAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task with_json_a_wrong_command_line_is_one_object_on_standard_output()
    {
        var run = await CommandLine.RunAsync("case", "show", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("USAGE", (string?)Assert.Single(run.Json)["error"]!["code"]);
    }

    [Fact]
    public async Task a_refused_connection_is_explained()
    {
        var run = await CommandLine.RunAsync("member", "node", "--node", "http://127.0.0.1:1", "--json");

        Assert.Equal(1, run.ExitCode);
        var error = Assert.Single(run.Json)["error"]!;
        Assert.Equal("UNAVAILABLE", (string?)error["code"]);
        Assert.Contains("refused", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:1", (string?)error["where"]);
    }

    [Fact]
    public async Task a_grade_table_with_a_name_twice_is_refused_before_it_is_sent()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"organisation":"uni-a.example","organisation":"uni-b.example"}""");
            var run = await CommandLine.RunAsync("grade", "put", file, "--node", "http://127.0.0.1:1");
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("a name occurs twice", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("LEVEL: too low", "LEVEL", "", "too low")]
    [InlineData("LEARNING_OUTCOMES(LO4, LO5): the bridging: task", "LEARNING_OUTCOMES", "LO4,LO5", "the bridging: task")]
    [InlineData("partial", "partial", "", "")]
    public void a_coded_text_is_read_as_typed(string text, string code, string names, string sentence)
    {
        Assert.True(CodedText.TryParse(text, out var coded));
        Assert.Equal((code, names, sentence), (coded.Code, string.Join(',', coded.Names), coded.Text));
    }
}
