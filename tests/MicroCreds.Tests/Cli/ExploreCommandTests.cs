using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Cli;

public sealed class ExploreCommandTests
{
    private static readonly ExploredInstitution Answer = new()
    {
        Institution = "uni-b.example", Name = "[red]B[/]", Outcome = ExploredInstitution.Types.Outcome.Answered, Warnings = { "Look at the year." },
        Answers = { new EquivalenceAnswer { Kind = EquivalenceAnswer.Types.Kind.Partial, Unit = "STAT", RuleId = "R-1", TableId = "bsc", TableVersion = 3, GrantedEctsCreditsHundredths = 450 } },
    };

    [Fact]
    public async Task shows_every_answer_as_a_table_and_who_did_not_answer()
    {
        var script = new ScriptedNode.Script { Answer = _ => Answer };
        await using var node = await ScriptedNode.StartAsync(script);

        var run = await CommandLine.RunAsync("explore", "--from", "uni-a.example", "--code", "X1", "--credits", "4.5", "--timeout-ms", "500", "--node", node.Address);

        Assert.Equal(0, run.ExitCode);
        foreach (var part in new[] { "Asking 2 institutions about X1 of uni-a.example, as of 2026-03-02.", "uni-b.example [red]B[/]", "partial", "bsc v3", "4.5 ECTS", "Warning: Look at the year.", "1 of 2 answered; not uni-c.example." })
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
        var asked = Assert.IsType<ExploreRecognitionRequest>(script.Asked.Single());
        Assert.Equal(("uni-a.example", "X1", 450, 500), (asked.Achievement.AwardingBody, asked.Achievement.Code, asked.Achievement.EctsCreditsHundredths, asked.PartnerTimeoutMs));
    }

    [Fact]
    public async Task writes_each_message_as_one_object_for_programs_and_sends_a_file_byte_for_byte()
    {
        var script = new ScriptedNode.Script { Answer = _ => Answer };
        await using var node = await ScriptedNode.StartAsync(script);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{\"a\":1}");

        var run = await CommandLine.RunAsync("explore", file, "--node", node.Address, "--json");
        File.Delete(file);

        Assert.Equal(["question", "institution", "end"], run.Json.Select(message => message.Single().Key));
        Assert.Equal("uni-b.example", (string?)run.Json[1]["institution"]!["institution"]);
        Assert.Equal("{\"a\":1}", Assert.IsType<ExploreRecognitionRequest>(script.Asked.Single()).Credential.ToStringUtf8());
    }

    [Fact]
    public async Task an_exploration_that_is_cut_off_fails()
    {
        await using var node = await ScriptedNode.StartAsync(new() { Answer = _ => Answer });
        var run = await CommandLine.RunAsync("explore", "--from", "uni-a.example", "--as-of", "2000-01-01", "--node", node.Address);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cut off", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task asks_about_one_achievement_at_a_time()
    {
        Assert.Equal(2, (await CommandLine.RunAsync("explore", "--node", "http://127.0.0.1:1")).ExitCode);
        Assert.Equal(2, (await CommandLine.RunAsync("explore", "file", "--from", "uni-a.example", "--node", "http://127.0.0.1:1")).ExitCode);
    }
}
