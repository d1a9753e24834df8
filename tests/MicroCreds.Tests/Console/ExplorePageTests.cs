using System.Net;
using System.Text;
using Grpc.Core;
using MicroCreds.Federation.V1;
using Kind = MicroCreds.Federation.V1.EquivalenceAnswer.Types.Kind;
using Outcome = MicroCreds.Federation.V1.ExploredInstitution.Types.Outcome;

namespace MicroCreds.Tests.Console;

/// <summary>Asking every institution at once: rows as they come, without script.</summary>
public sealed class ExplorePageTests
{
    private const string Address = "/explore?awarding_body=uni-madrid.example&title=Statistics&credits=6&as_of=2026-03-01";

    internal static ExplorationQuestion Question() => new()
    {
        Achievement = new AchievementDescription { AwardingBody = "uni-madrid.example", Code = "CR/1", Title = "Statistics", EctsCreditsHundredths = 600, EqfLevel = 6, IscedFields = { "0542" }, AwardedDate = "2025-06-30" },
        AsOfDate = "2026-03-01", InstitutionCount = 3,
    };

    [Fact]
    public async Task a_row_can_be_read_before_the_last_answer_has_come()
    {
        await using var host = await Host();
        using var answer = await host.Client.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var read = new StringBuilder();
        var buffer = new byte[4096];
        // The node holds the end back, so the page is not whole; what has come is there nevertheless.
        while (!read.ToString().Contains("voluntariado.example", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer);
            Assert.True(count > 0, "the page ended before its rows came");
            read.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        Assert.DoesNotContain("</html>", read.ToString(), StringComparison.Ordinal);
        host.Node.MayEnd.SetResult();
        using var rest = new StreamReader(stream);
        Assert.EndsWith("</html>", (await rest.ReadToEndAsync()).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task each_institution_has_its_answer_generic_ones_are_weaker_and_silence_is_named_with_its_reason()
    {
        await using var host = await Host();
        host.Node.MayEnd.SetResult();
        var page = await host.GetAsync(Address);
        var asked = host.Node.Of<ExploreRecognitionRequest>().Single();
        Assert.Equal(("uni-roma.example", "Statistics", 600, "2026-03-01"), (asked.Institution, asked.Achievement.Title, asked.Achievement.EctsCreditsHundredths, asked.AsOfDate));
        var rows = page.QuerySelectorAll("table tbody tr");
        Assert.Equal(["Equivalent", "Equivalent", "did not answer in time"], rows.Select(r => r.QuerySelector(".tag")!.TextContent));
        Assert.Contains("weaker", rows[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("weaker", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("No answer within 5 s.", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("2", page.QuerySelector("th[rowspan]")!.GetAttribute("rowspan"));
        var end = page.QuerySelector("#answer [role=status]")!.TextContent;
        Assert.Contains("Answered: 1 of 2.", end, StringComparison.Ordinal);
        Assert.Contains("voluntariado.example", end, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("[style], style, script:not([src])"));
    }

    [Fact]
    public async Task an_exploration_that_is_cut_off_says_so_and_keeps_its_rows()
    {
        await using var host = await Host();
        host.Node.Exploration[^1] = new ExploreRecognitionResponse();
        var page = await host.GetAsync(Address);
        Assert.Equal(3, page.QuerySelectorAll("table tbody tr").Length);
        Assert.Contains("was cut off", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("footer"));
    }

    [Fact]
    public async Task a_question_that_is_refused_stands_over_the_form()
    {
        await using var host = await Host();
        host.Node.Refusal = FakeNode.Refused(StatusCode.InvalidArgument, "INVALID_REQUEST", "Wrong.", violations: [("achievement.awarding_body", "is required")]);
        var answer = await host.Client.GetAsync("/explore?title=kept");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Contains("achievement.awarding_body: is required", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("kept", page.QuerySelector("#t-title")!.GetAttribute("value"));
    }

    [Fact]
    public async Task a_file_is_asked_about_and_text_from_partners_cannot_become_markup()
    {
        await using var host = await Host();
        host.Node.MayEnd.SetResult();
        host.Node.Exploration[1].Institution.Name = "<script>alert(1)</script>\u202e";
        var answer = await host.UploadAsync(await host.GetAsync("/explore"), "form[action='/explore'][method=post]", [("credential", "c.json", [9])]);
        var page = await ConsoleHost.PageOf(answer);
        Assert.Equal([9], host.Node.Of<ExploreRecognitionRequest>().Single().Credential.ToByteArray());
        Assert.Equal("Statistics", page.QuerySelector("#t-title")!.GetAttribute("value"));
        Assert.Contains("<script>alert(1)</script>[U+202E]", page.QuerySelector("th[rowspan]")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<ConsoleHost> Host()
    {
        var host = await ConsoleHost.SignedInAsync();
        host.Node.Exploration.AddRange(
            [
                new ExploreRecognitionResponse { Question = Question() },
                new ExploreRecognitionResponse
                {
                    Institution = new ExploredInstitution
                    {
                        Institution = "uni-b.example", Name = "Uni B", Outcome = Outcome.Answered,
                        Answers = { new EquivalenceAnswer { Kind = Kind.Equivalent, Unit = "U-1", RuleId = "R-1", TableId = "t", TableVersion = 2, Automatic = true }, new EquivalenceAnswer { Kind = Kind.Equivalent, Unit = "U-2", Generic = true } },
                    },
                },
                new ExploreRecognitionResponse { Institution = new ExploredInstitution { Institution = "voluntariado.example", Name = "Voluntariado", Outcome = Outcome.DeadlineExceeded, Detail = "No answer within 5 s." } },
                new ExploreRecognitionResponse { End = new ExplorationEnd { AskedCount = 2, AnsweredCount = 1, SilentInstitutions = { "voluntariado.example" } } },
            ]);
        return host;
    }
}
