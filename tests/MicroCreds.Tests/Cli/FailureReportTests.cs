using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Cli;

public sealed class FailureReportTests
{
    public static TheoryData<ErrorReason> Reasons => [.. System.Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified)];

    [Theory, MemberData(nameof(Reasons))]
    public void every_reason_of_the_contract_comes_with_what_to_do(ErrorReason reason) => Assert.NotEmpty(ReasonAdvice.For(reason));

    [Fact]
    public async Task a_refusal_is_shown_with_reason_metadata_and_every_violation()
    {
        var script = new ScriptedNode.Script
        {
            Answer = _ => throw ScriptedNode.Refusal(StatusCode.InvalidArgument, "Two rows are wrong.", ScriptedNode.Info("SHEET_INVALID", ("row_errors", "2")),
                new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "rules:3:min_ects", Description = "write 1.5" }, new BadRequest.Types.FieldViolation { Field = "rules:4:grade", Description = "unknown" } } },
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(7)) }),
        };
        await using var node = await ScriptedNode.StartAsync(script);

        var json = await CommandLine.RunAsync("case", "show", "1", "--node", node.Address, "--json");
        var text = await CommandLine.RunAsync("case", "show", "1", "--node", node.Address);

        var error = Assert.Single(json.Json)["error"]!;
        Assert.Equal((1, 1), (json.ExitCode, text.ExitCode));
        Assert.Equal(("INVALID_ARGUMENT", "SHEET_INVALID", "Two rows are wrong."), ((string?)error["code"], (string?)error["reason"], (string?)error["message"]));
        Assert.Equal("2", (string?)error["metadata"]!["row_errors"]);
        Assert.Equal(["rules:3:min_ects", "rules:4:grade"], error["violations"]!.AsArray().Select(v => (string?)v!["field"]));
        Assert.Equal(7, (double?)error["retryAfterSeconds"]);
        Assert.Empty(text.Output);
        foreach (var part in new[] { "Two rows are wrong.", "SHEET_INVALID", "rules:3:min_ects", "write 1.5", "rules:4:grade", "7 s", "Nothing was imported" })
            Assert.Contains(part, text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_reason_of_a_newer_node_is_shown_as_it_is()
    {
        var script = new ScriptedNode.Script { Answer = _ => throw ScriptedNode.Refusal(StatusCode.FailedPrecondition, "New.", ScriptedNode.Info("SOMETHING_NEW")) };
        await using var node = await ScriptedNode.StartAsync(script);

        var run = await CommandLine.RunAsync("case", "show", "1", "--node", node.Address, "--json");

        Assert.Equal("SOMETHING_NEW", (string?)Assert.Single(run.Json)["error"]!["reason"]);
    }

    [Fact]
    public void what_a_partner_wrote_cannot_steer_the_terminal() =>
        Assert.Equal("a\uFFFD[31mb\uFFFDc\nd", PlainText.Safe("a\u001b[31mb\u202Ec\nd"));
}
