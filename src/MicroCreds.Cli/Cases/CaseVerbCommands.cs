using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary>The officer's and the applicant's verbs on one case, but for the decision itself (<see cref="DecideCommands"/>).</summary>
internal static class CaseVerbCommands
{
    /// <summary>Etag the change is made on.</summary>
    public static readonly Option<string> Etag = new("--etag") { Description = "Act only if the case still has this etag. Default: act on whatever stands." };

    /// <summary>Try only.</summary>
    public static readonly Option<bool> ValidateOnly = new("--validate-only") { Description = "Show what would happen and keep nothing." };

    /// <summary>A command on one case that a member of staff changes.</summary>
    public static Command Verb(CommandHost host, string name, string description, Func<NodeCall, CaseChange, CancellationToken, Task<RecognitionCase>> act, params Symbol[] symbols)
    {
        var id = CaseReadCommands.CaseId();
        var command = new Command(name, description) { id };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            if (symbol is Option option) command.Add(option);
        }
        command.Add(Etag);
        command.Add(ValidateOnly);
        command.Add(RequestIds.Option);
        return command.Calls(host, async (call, cancellationToken) =>
        {
            var change = new CaseChange
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, CaseId = call.Required(id),
                Etag = call.Text(Etag), ValidateOnly = call.Parsed.GetValue(ValidateOnly),
            };
            Show(call, await act(call, change, cancellationToken), change.ValidateOnly);
        });
    }

    /// <summary>Puts a case, or several, into an officer's hands.</summary>
    public static Command Assign(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var officer = new Argument<string>("OFFICER") { Description = "Account of the officer; - takes the assignment back." };
        var also = new Option<string[]>("--also") { Description = "Further case to assign alike, each for itself; may be repeated, at most 49 times.", HelpName = "CASE" };
        return new Command("assign", "Put a case, or several, into an officer's hands.") { id, officer, also, Etag, ValidateOnly, RequestIds.Option }.Does(host, async (parsed, output, cancellationToken) =>
        {
            var well = true;
            var code = await CommandRunner.CallAsync(host, parsed, output, async (call, token) => well = await AssignAsync(call, token), cancellationToken);
            return code != ExitCodes.Ok ? code : well ? ExitCodes.Ok : ExitCodes.Failure;
        });

        async Task<bool> AssignAsync(NodeCall call, CancellationToken cancellationToken)
        {
            var (request, tried, assignee) = (RequestIds.Of(call.Parsed), call.Parsed.GetValue(ValidateOnly), call.Required(officer) is "-" ? "" : call.Required(officer));
            if (call.Parsed.GetValue(also) is not { Length: > 0 } further)
            {
                var change = new CaseChange { RequestId = request, Institution = call.Institution, CaseId = call.Required(id), Etag = call.Text(Etag), ValidateOnly = tried };
                Show(call, (await call.Node.Assessment.AssignCaseAsync(new() { Change = change, Assignee = assignee }, call.Node.Call(cancellationToken))).RecognitionCase, tried);
                return true;
            }

            var several = new AssignCasesRequest { RequestId = request, Institution = call.Institution, Assignee = assignee, ValidateOnly = tried, Cases = { new CaseChoice { CaseId = call.Required(id), Etag = call.Text(Etag) } } };
            several.Cases.AddRange(further.Select(one => new CaseChoice { CaseId = one }));
            return SeveralView.Show(call, (await call.Node.Assessment.AssignCasesAsync(several, call.Node.LongCall(cancellationToken))).Answers, tried);
        }
    }

    /// <summary>Asks for information.</summary>
    public static Command Ask(CommandHost host)
    {
        var items = new Option<string[]>("--item") { Description = "What to ask, \"CODE: question\"; may be repeated.", HelpName = "CODE: QUESTION" };
        var missing = new Option<bool>("--missing") { Description = "Ask the issuer for every mandatory element of Annex I that the credential lacks." };
        var due = new Option<string>("--due") { Description = "Day by which it is due.", HelpName = "YYYY-MM-DD", Required = true };
        var of = new Option<string>("--of") { Description = "Whom to ask: applicant or issuer. Default: applicant." };
        return Verb(host, "ask", "Ask the applicant or the issuer for information.", async (call, change, cancellationToken) =>
        {
            var request = new RequestInformationRequest { Change = change, DueDate = CaseTexts.Day(call.Text(due), "--due"), AskedOf = call.Text(of) };
            if (call.Parsed.GetValue(missing))
            {
                var found = await call.Node.Recognition.GetCaseAsync(new() { Institution = change.Institution, CaseId = change.CaseId }, call.Node.Call(cancellationToken));
                request.Items.AddRange(MissingElements.Of(found.RecognitionCase));
                if (request.AskedOf.Length == 0) request.AskedOf = "issuer";
                if (request.Items.Count == 0) throw CommandFailure.Of("The credential lacks no mandatory element.", "Name questions with --item.", change.CaseId);
            }
            request.Items.AddRange((call.Parsed.GetValue(items) ?? []).Select(text => CaseTexts.Coded(text, "--item", "CODE: question")).Select(item => new InformationItem { Code = item.Code, Text = item.Text }));
            return (await call.Node.Assessment.RequestInformationAsync(request, call.Node.Call(cancellationToken))).RecognitionCase;
        }, items, missing, due, of);
    }

    /// <summary>Records a check made by hand.</summary>
    public static Command Check(CommandHost host)
    {
        var kind = new Option<string>("--kind") { Description = "What was checked, for example owner.", Required = true };
        var failed = new Option<bool>("--failed") { Description = "The check failed. Default: it passed." };
        var evidence = new Option<string>("--evidence") { Description = "What was seen, without personal data.", Required = true };
        return Verb(host, "check", "Record a check made by hand.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.RecordCheckAsync(new() { Change = change, Kind = call.Text(kind), Passed = !call.Parsed.GetValue(failed), Evidence = call.Text(evidence) }, call.Node.Call(cancellationToken))).RecognitionCase,
            kind, failed, evidence);
    }

    /// <summary>Verifies the credentials again.</summary>
    public static Command Verify(CommandHost host) => Verb(
        host, "verify", "Verify the credentials of a case again, by the keys and status lists that the node holds now.",
        async (call, change, cancellationToken) => (await call.Node.Assessment.VerifyCaseAsync(new() { Change = change }, call.Node.Call(cancellationToken))).RecognitionCase);

    /// <summary>Announces a delay.</summary>
    public static Command Delay(CommandHost host)
    {
        var reason = new Option<string>("--reason") { Description = "Why it takes longer.", Required = true };
        var due = new Option<string>("--due") { Description = "New due day.", HelpName = "YYYY-MM-DD", Required = true };
        return Verb(host, "delay", "Announce a delay with its reason and the new due day.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.AnnounceDelayAsync(new() { Change = change, Reason = call.Text(reason), DueDate = CaseTexts.Day(call.Text(due), "--due") }, call.Node.Call(cancellationToken))).RecognitionCase, reason, due);
    }

    /// <summary>Applies the published rules now, without changing the case.</summary>
    public static Command Assess(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var unit = new Option<string>("--unit") { Description = "Assess for this unit instead of the one asked.", HelpName = "CODE" };
        return new Command("assess", "Apply the published rules now and explain the result; the case stays as it is.") { id, unit }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.Assessment.AssessCaseAsync(new() { Institution = call.Institution, CaseId = call.Required(id), Unit = call.Text(unit) }, call.Node.Call(cancellationToken));
            call.Output.Write(answer.RecognitionCase, console =>
            {
                if (answer.RecognitionCase.Assessment is { } assessment) AssessmentView.Show(console, assessment);
                else console.Say("There is nothing to assess yet.");
            });
        });
    }

    /// <summary>Answers what was asked.</summary>
    public static Command Inform(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var answers = new Option<string[]>("--answer") { Description = "Answer to an item asked for, \"CODE: answer\"; may be repeated.", HelpName = "CODE: ANSWER", Required = true };
        return new Command("inform", "Provide information that was asked for.") { id, answers, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ProvideInformationRequest { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, CaseId = call.Required(id) };
            request.Answers.AddRange((call.Parsed.GetValue(answers) ?? []).Select(text => CaseTexts.Coded(text, "--answer", "CODE: answer")).Select(item => new InformationAnswer { Code = item.Code, Text = item.Text }));
            Show(call, (await call.Node.Recognition.ProvideInformationAsync(request, call.Node.Call(cancellationToken))).RecognitionCase, tried: false);
        });
    }

    /// <summary>Withdraws an application.</summary>
    public static Command Withdraw(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var ground = new Option<string>("--ground") { Description = "Ground, in the applicant's words." };
        return new Command("withdraw", "Withdraw an application before a decision.") { id, ground, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new WithdrawCaseRequest { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, CaseId = call.Required(id), Ground = call.Text(ground) };
            Show(call, (await call.Node.Recognition.WithdrawCaseAsync(request, call.Node.Call(cancellationToken))).RecognitionCase, tried: false);
        });
    }

    /// <summary>Appeals.</summary>
    public static Command Appeal(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var version = new Option<int>("--against") { Description = "Version of the decision appealed against; 0 against the lack of one.", HelpName = "VERSION" };
        var grounds = new Option<string>("--grounds") { Description = "Grounds of the appeal.", Required = true };
        return new Command("appeal", "Appeal against a decision, or against the lack of one after the due day.") { id, version, grounds, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new AppealDecisionRequest
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, CaseId = call.Required(id), AgainstVersion = call.Parsed.GetValue(version), Grounds = call.Text(grounds),
            };
            Show(call, (await call.Node.Recognition.AppealDecisionAsync(request, call.Node.Call(cancellationToken))).RecognitionCase, tried: false);
        });
    }

    /// <summary>A case after a verb, or as it would be.</summary>
    public static void Show(NodeCall call, RecognitionCase one, bool tried) => call.Output.Write(one, console =>
    {
        console.Say($"Case {one.CaseId} {(tried ? "would be" : "is")} {PlainText.Of(one.State)}{(one.DueDate.Length > 0 ? $", due {one.DueDate}" : "")}. Etag {one.Etag}.");
        if (one.ProposedDecision is not null) console.Say("The decision is proposed: nothing is signed or sent until another officer approves it (`mcf case approve`).");
        if (one.Decisions.FirstOrDefault(decision => decision.InEffect) is { } decision) DecisionView.Show(console, decision);
    });
}
