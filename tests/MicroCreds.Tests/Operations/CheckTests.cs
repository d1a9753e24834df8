using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node check</c> and <c>status</c>.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly OperatedNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task reads_a_store_that_a_node_has_open_and_verifies_every_signature_under_a_list_that_has_run_out()
    {
        await using var database = await _node.OpenAsync();
        await _node.FillAsync(database);
        var (exitCode, answer) = _node.RunJson("check");
        Assert.Equal(0, exitCode);
        // Three statements out, one in, and a receipt in each direction.
        Assert.Equal(6, answer.GetProperty("verdict").GetProperty("signatures").GetInt64());
        Assert.Equal(0, answer.GetProperty("verdict").GetProperty("findings").GetArrayLength());
        Assert.Equal($"process {Environment.ProcessId}", answer.GetProperty("held_by").GetString());
        await OperatedNode.OpenCaseAsync(database);
    }

    [Fact]
    public async Task says_who_has_to_acknowledge_what()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        var (exitCode, output, _) = _node.Run("status");
        Assert.Equal(0, exitCode);
        Assert.Contains("uni-roma.example: 2 statements wait to be acknowledged", output, StringComparison.Ordinal);
        Assert.Contains("to uni-madrid.example: statement 3 of epoch 1, 2 wait for uni-madrid.example to acknowledge them, the oldest since", output, StringComparison.Ordinal);
        Assert.Contains("from uni-madrid.example: statement 1 of epoch 1, acknowledged", output, StringComparison.Ordinal);
        Assert.Contains("1 cases (1 Decided)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("open in", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE counter SET value = value + 1 WHERE name = 'case_change'", "WRONG changes: the counter is not at the last change")]
    [InlineData("UPDATE outgoing_receipt SET receipt = substr(receipt, 1, length(receipt) - 4) || 'AAAA'", "WRONG stream to uni-madrid.example, epoch 1, receipt up to 1: ")]
    [InlineData("UPDATE statement SET case_id = 'x1234567890123456789012345678901' WHERE rowid = 1", "WRONG stream to uni-madrid.example, epoch 1, statement 1: it was signed for another place or another case")]
    public async Task finds_what_was_changed_behind_the_nodes_back(string tampering, string said)
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        _node.Change(tampering);
        var (exitCode, output, _) = _node.Run("check");
        Assert.Equal(1, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task tells_a_key_that_is_not_in_the_list_from_a_wrong_signature()
    {
        await using (var database = await _node.OpenAsync()) await _node.ReceiveAsync(database, SigningKey.Generate());
        var (exitCode, output, _) = _node.Run("check");
        Assert.Equal(0, exitCode);
        Assert.Contains("not verified, uni-madrid.example: 1 signatures were not verified: the trust list holds no key for them", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task says_that_pages_are_damaged()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        using (var file = new FileStream(_node.Store, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(new byte[4096 * 4]);
        }
        var (exitCode, output, _) = _node.Run("check");
        Assert.Equal(1, exitCode);
        Assert.Contains("is damaged", output, StringComparison.Ordinal);
    }

    [Fact]
    public void says_that_there_is_no_store_and_makes_none()
    {
        Assert.Equal(1, _node.Run("check").ExitCode);
        Assert.StartsWith($"uni-roma.example: There is no store {_node.Store}", _node.Run("status").Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.Store));
    }

    [Fact]
    public async Task is_also_a_command_of_mcf_that_the_nodes_program_answers()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        var program = new Dictionary<string, string> { ["MCF_NODE_PROGRAM"] = typeof(MicroCreds.Node.Operations.OperationRun).Assembly.Location };
        var run = await MicroCreds.Tests.Cli.CommandLine.RunAsync(program, "node", "check", "--config", _node.Configuration, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(6, (int)Assert.Single(run.Json)["institutions"]![0]!["verdict"]!["signatures"]!);
        run = await MicroCreds.Tests.Cli.CommandLine.RunAsync(program, "node", "check", "--jsn");
        Assert.Equal((2, "", "check does not know '--jsn'. --help names what it knows."), (run.ExitCode, run.Output, run.Error.Trim()));
    }

    [Theory]
    [InlineData("check does not know '--jsn'", "check", "--jsn")]
    [InlineData("check does not know '--with-keys'", "check", "--with-keys")]
    [InlineData("uni-b.example is not among the configured institutions: uni-roma.example", "status", "--institution", "uni-b.example")]
    [InlineData("--institution needs a value", "status", "--institution")]
    public void refuses_a_wrong_command_line(string said, params string[] line)
    {
        var (exitCode, output, error) = _node.Run(line);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void says_what_there_is()
    {
        var (exitCode, output, _) = _node.Run("check", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("status  --config FILE", output, StringComparison.Ordinal);
    }
}
