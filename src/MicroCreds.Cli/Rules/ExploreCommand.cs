using System.CommandLine;
using Google.Protobuf;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;
using Message = MicroCreds.Federation.V1.ExploreRecognitionResponse.MessageOneofCase;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf explore</c>: what an achievement would count for anywhere in the federation, shown as the answers come.</summary>
internal static class ExploreCommand
{
    /// <summary>One achievement, described or in a credential file, asked of every partner at once.</summary>
    public static Command Make(CommandHost host)
    {
        var file = new Argument<string?>("FILE") { Description = "A credential file. It stays on your node; partners are asked about its description without the learner.", Arity = ArgumentArity.ZeroOrOne };
        var description = new AchievementOptions();
        var asOf = new Option<string>("--as-of") { Description = "Day the answers are to hold for. Default: today.", HelpName = "YYYY-MM-DD" };
        var patience = new Option<int>("--timeout-ms") { Description = "Time each partner has to answer, 100 to 10000. Default: 3000.", HelpName = "MS" };
        var command = new Command("explore", "Ask every partner at once what an achievement would count for: a credential FILE, or --from … and what is known of it.") { file, asOf, patience };
        description.AddTo(command);
        return command.WithNode().Calls(host, async (call, cancellationToken) =>
        {
            var path = call.Parsed.GetValue(file);
            if (path is not null == description.Given(call)) throw CommandFailure.Usage("One achievement is asked about at a time.", "Give either a credential file, or --from and what is known of the achievement.");
            var request = new ExploreRecognitionRequest { Institution = call.Institution, AsOfDate = CaseTexts.Day(call.Text(asOf), "--as-of"), PartnerTimeoutMs = call.Parsed.GetValue(patience) };
            if (path is not null) request.Credential = ByteString.CopyFrom(CommandFiles.Read(path));
            else request.Achievement = description.Read(call);

            using var exploration = call.Node.Explore.ExploreRecognition(request, call.Node.Watch(cancellationToken));
            var ended = false;
            while (await exploration.ResponseStream.MoveNext(cancellationToken))
            {
                var message = exploration.ResponseStream.Current;
                call.Output.Write(message, console => Show(console, message));
                ended |= message.MessageCase == Message.End;
            }
            if (!ended) throw CommandFailure.Of("The exploration was cut off before its end.", "What is shown above holds; ask again for the rest.");
        });
    }

    private static void Show(IAnsiConsole console, ExploreRecognitionResponse message)
    {
        switch (message.MessageCase)
        {
            case Message.Question:
                console.Say($"Asking {message.Question.InstitutionCount} institutions about {Words(message.Question.Achievement)}, as of {message.Question.AsOfDate}.");
                break;
            case Message.Institution:
                ShowInstitution(console, message.Institution);
                break;
            case Message.End:
                console.WriteLine();
                console.Say(message.End.SilentInstitutions.Count == 0
                    ? $"All {message.End.AskedCount} answered."
                    : $"{message.End.AnsweredCount} of {message.End.AskedCount} answered; not {string.Join(", ", message.End.SilentInstitutions)}.");
                break;
        }
    }

    private static void ShowInstitution(IAnsiConsole console, ExploredInstitution one)
    {
        console.Heading($"{one.Institution} {one.Name}");
        foreach (var warning in one.Warnings) console.Say($"Warning: {warning}");
        if (one.Outcome == ExploredInstitution.Types.Outcome.Answered) console.Write(AnswerTable.Of("answer", one.Answers));
        else console.Say($"{PlainText.Of(one.Outcome)}: {one.Detail} {one.Reason}".TrimEnd());
    }

    private static string Words(AchievementDescription one) => string.Join(' ', new[] { one.Code, one.Title, $"of {one.AwardingBody}" }.Where(part => part.Length > 0));
}
