using System.CommandLine;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf case list|show|watch</c>: what stands.</summary>
internal static class CaseReadCommands
{
    /// <summary>The id of a case, for every command on one.</summary>
    public static Argument<string> CaseId() => new("CASE") { Description = "Case id, 32 hexadecimal digits." };

    /// <summary>Cases by due day.</summary>
    public static Command List(CommandHost host)
    {
        var states = new Option<string[]>("--state") { Description = "Only cases in this stage; may be repeated.", HelpName = "STATE" };
        var assignee = new Option<string>("--officer") { Description = "Only cases of this officer; - for those of nobody.", HelpName = "ACCOUNT" };
        var due = new Option<string>("--due-until") { Description = "Only cases due on this day or before.", HelpName = "YYYY-MM-DD" };
        var programme = new Option<string>("--programme") { Description = "Only cases for this programme.", HelpName = "CODE" };
        var limit = Paging.Limit();
        return new Command("list", "List cases by due day.") { states, assignee, due, programme, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ListCasesRequest
            {
                Institution = call.Institution, Assignee = call.Text(assignee), DueUntilDate = CaseTexts.Day(call.Text(due), "--due-until"), Programme = call.Text(programme),
                States = { (call.Parsed.GetValue(states) ?? []).Select(text => CaseTexts.State(text, "--state")) },
            };
            var cases = await Paging.AllAsync<CaseSummary>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await call.Node.Recognition.ListCasesAsync(request, call.Node.Call(cancellationToken));
                return (page.Cases, page.NextPageToken);
            });
            call.Output.Write(cases, console => CaseView.Show(console, cases));
        });
    }

    /// <summary>One case with everything about it.</summary>
    public static Command Show(CommandHost host)
    {
        var id = CaseId();
        return new Command("show", "Show a case: checks, assessment, decisions, history.") { id }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.Recognition.GetCaseAsync(new() { Institution = call.Institution, CaseId = call.Required(id) }, call.Node.Call(cancellationToken));
            call.Output.Write(answer.RecognitionCase, console => CaseView.Show(console, answer.RecognitionCase));
        });
    }

    /// <summary>Changes as they happen, until Ctrl-C or a number of changes. Every line carries the cursor to go on from.</summary>
    public static Command Watch(CommandHost host)
    {
        var after = new Option<string>("--after") { Description = "Cursor of the last change seen; without it from the first change kept.", HelpName = "CURSOR" };
        var count = new Option<int>("--count") { Description = "End after this many changes; 0 goes on until Ctrl-C.", HelpName = "N" };
        return new Command("watch", "Watch cases change.") { after, count }.Calls(host, async (call, cancellationToken) =>
        {
            using var watch = call.Node.Recognition.WatchCases(new() { Institution = call.Institution, AfterCursor = call.Text(after) }, call.Node.Watch(cancellationToken));
            var (seen, wanted) = (0, call.Parsed.GetValue(count));
            try
            {
                while (await watch.ResponseStream.MoveNext(cancellationToken))
                {
                    var change = watch.ResponseStream.Current;
                    if (change.RecognitionCase is { } one)
                        call.Output.Write(change, console => console.Say($"{PlainText.Of(one.UpdateTime)}  {one.CaseId}  {PlainText.Of(one.State)}  {one.AchievementTitle}  (cursor {change.Cursor})"));
                    else if (call.Output.Json)
                        call.Output.Write(change, _ => { });
                    if (change.RecognitionCase is not null && ++seen == wanted) return;
                }
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
            {
                // Ctrl-C is how a watch ends.
            }
        });
    }
}
