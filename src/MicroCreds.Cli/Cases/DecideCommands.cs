using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf case decide|supersede|revoke|inadmissible|not-authentic|condition|decide-appeal</c>: verbs that decide.</summary>
internal static class DecideCommands
{
    private static readonly Option<string> Outcome = new("--outcome") { Description = "full, alternative, partial, conditional or refused.", HelpName = "OUTCOME" };
    private static readonly Option<string> Unit = new("--unit") { Description = "Unit granted. Default: the one asked.", HelpName = "CODE" };
    private static readonly Option<string> Credits = new("--credits") { Description = "ECTS credits granted, with a decimal point. Default: the proposal's.", HelpName = "CREDITS" };
    private static readonly Option<string> Grade = new("--grade") { Description = "Grade granted, in the institution's scale. Default: the converted one, or none." };
    private static readonly Option<string[]> Reasons = new("--reason") { Description = "Reason, \"CODE(OUTCOME,…): text\"; may be repeated. Needed unless the outcome is full.", HelpName = "CODE: TEXT" };
    private static readonly Option<string[]> Alternatives = new("--alternative") { Description = "Alternative considered, \"OUTCOME(UNIT): text\"; may be repeated. Needed unless the outcome is full.", HelpName = "OUTCOME: TEXT" };
    private static readonly Option<string> Condition = new("--condition") { Description = "Condition to be met, for a conditional outcome." };
    private static readonly Option<string> ConditionDue = new("--condition-due") { Description = "Last day to meet it.", HelpName = "YYYY-MM-DD" };
    private static readonly Option<string> Statement = new("--statement") { Description = "Explanation for the learner." };
    private static readonly Option<string[]> Lines = new("--line") { Description = "Line of a case with several credentials: digest of the file, unit, ECTS credits; may be repeated. Default: the lines proposed.", HelpName = "DIGEST=UNIT:CREDITS" };
    private static readonly Symbol[] DecisionOptions = [Outcome, Unit, Credits, Grade, Lines, Reasons, Alternatives, Condition, ConditionDue, Statement];

    /// <summary>Decides a case, or several alike.</summary>
    public static Command Decide(CommandHost host)
    {
        var cases = new Argument<string[]>("CASE") { Description = "Case id, 32 hexadecimal digits. Several are decided alike, each for itself; at most 50.", Arity = ArgumentArity.OneOrMore };
        var asProposed = new Option<bool>("--as-proposed") { Description = "Decide as the rules propose for the case, with their reasons; takes --statement alone." };
        var replaces = new Option<string[]>("--replaces") { Description = "Earlier case of the learner whose credential counts here together with others: its decision is withdrawn at once. May be repeated.", HelpName = "CASE" };
        var command = new Command("decide", "Decide a case, or several alike.") { cases, asProposed };
        foreach (var symbol in DecisionOptions) if (symbol is Option option) command.Add(option);
        foreach (var option in new Option[] { replaces, CaseVerbCommands.Etag, CaseVerbCommands.ValidateOnly, RequestIds.Option }) command.Add(option);
        return command.Does(host, async (parsed, output, cancellationToken) =>
        {
            var well = true;
            var code = await CommandRunner.CallAsync(host, parsed, output, async (call, token) => well = await DecideAsync(call, token), cancellationToken);
            return code != ExitCodes.Ok ? code : well ? ExitCodes.Ok : ExitCodes.Failure;
        });

        async Task<bool> DecideAsync(NodeCall call, CancellationToken cancellationToken)
        {
            var (named, proposed, validateOnly) = (call.Required(cases), call.Parsed.GetValue(asProposed), call.Parsed.GetValue(CaseVerbCommands.ValidateOnly));
            if (proposed && call.Text(Outcome).Length > 0) throw CommandFailure.Usage("A decision as proposed has no outcome of its own.", "Leave one of the two out.", "--as-proposed");
            if (named is [var only] && !proposed)
            {
                var change = new CaseChange { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, CaseId = only, Etag = call.Text(CaseVerbCommands.Etag), ValidateOnly = validateOnly };
                var request = new DecideCaseRequest { Change = change, Decision = Decision(call), ReplacesCaseIds = { call.Parsed.GetValue(replaces) ?? [] } };
                CaseVerbCommands.Show(call, (await call.Node.Assessment.DecideCaseAsync(request, call.Node.Call(cancellationToken))).RecognitionCase, validateOnly);
                return true;
            }

            if ((named.Length > 1 && call.Text(CaseVerbCommands.Etag).Length > 0) || call.Parsed.GetValue(replaces) is { Length: > 0 }) throw CommandFailure.Usage("--etag and --replaces are about a single case.", "Leave them out, or decide that case alone.", "--etag");
            var several = new DecideCasesRequest { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, ValidateOnly = validateOnly, Decision = proposed ? null : Decision(call), Statement = proposed ? call.Text(Statement) : "" };
            several.Cases.AddRange(named.Select(id => new CaseChoice { CaseId = id, Etag = call.Text(CaseVerbCommands.Etag) }));
            return SeveralView.Show(call, (await call.Node.Assessment.DecideCasesAsync(several, call.Node.LongCall(cancellationToken))).Answers, validateOnly);
        }
    }

    /// <summary>Replaces a decision.</summary>
    public static Command Supersede(CommandHost host) => CaseVerbCommands.Verb(host, "supersede", "Replace the decision in effect by a new version.", async (call, change, cancellationToken) =>
        (await call.Node.Assessment.SupersedeDecisionAsync(new() { Change = change, Decision = Decision(call) }, call.Node.Call(cancellationToken))).RecognitionCase, DecisionOptions);

    /// <summary>Revokes a decision.</summary>
    public static Command Revoke(CommandHost host)
    {
        var ground = new Option<string>("--ground") { Description = "Why the basis fell away.", Required = true };
        var effective = new Option<string>("--effective") { Description = "Day from which it is without effect.", HelpName = "YYYY-MM-DD", Required = true };
        return CaseVerbCommands.Verb(host, "revoke", "Revoke the decision in effect.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.RevokeDecisionAsync(new() { Change = change, Ground = call.Text(ground), EffectiveDate = CaseTexts.Day(call.Text(effective), "--effective") }, call.Node.Call(cancellationToken))).RecognitionCase,
            ground, effective);
    }

    /// <summary>Declares an application inadmissible.</summary>
    public static Command Inadmissible(CommandHost host)
    {
        var ground = new Option<string>("--ground") { Description = "Why it is not for this procedure.", Required = true };
        var advice = new Option<string>("--advice") { Description = "Where the learner should turn.", Required = true };
        return CaseVerbCommands.Verb(host, "inadmissible", "Declare an application inadmissible and point to the right procedure.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.DeclareInadmissibleAsync(new() { Change = change, Ground = call.Text(ground), Advice = call.Text(advice) }, call.Node.Call(cancellationToken))).RecognitionCase, ground, advice);
    }

    /// <summary>Finds the credential not authentic.</summary>
    public static Command NotAuthentic(CommandHost host)
    {
        var ground = new Option<string>("--ground") { Description = "What a person found, for example what the issuer answered.", Required = true };
        return CaseVerbCommands.Verb(host, "not-authentic", "Close a case because the credential was found not authentic.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.FailAuthenticityAsync(new() { Change = change, Ground = call.Text(ground) }, call.Node.Call(cancellationToken))).RecognitionCase, ground);
    }

    /// <summary>Reports on a condition.</summary>
    public static Command ReportCondition(CommandHost host)
    {
        var failed = new Option<bool>("--not-met") { Description = "The condition was not met. Default: it was." };
        var evidence = new Option<string>("--evidence") { Description = "Evidence.", Required = true };
        return CaseVerbCommands.Verb(host, "condition", "Report whether the condition of a conditional decision was met.", async (call, change, cancellationToken) =>
            (await call.Node.Assessment.ReportConditionAsync(new() { Change = change, Met = !call.Parsed.GetValue(failed), Evidence = call.Text(evidence) }, call.Node.Call(cancellationToken))).RecognitionCase, failed, evidence);
    }

    /// <summary>Decides an appeal.</summary>
    public static Command DecideAppeal(CommandHost host)
    {
        var result = new Option<string>("--result") { Description = "dismissed, remitted or upheld.", Required = true };
        result.AcceptOnlyFromAmong("dismissed", "remitted", "upheld");
        var explanation = new Option<string>("--explanation") { Description = "Explanation.", Required = true };
        return CaseVerbCommands.Verb(host, "decide-appeal", "Decide an appeal; upheld takes the options of a decision.", async (call, change, cancellationToken) =>
        {
            var request = new DecideAppealRequest
            {
                Change = change, Explanation = call.Text(explanation),
                Result = call.Text(result) switch
                {
                    "upheld" => DecideAppealRequest.Types.Result.Upheld,
                    "remitted" => DecideAppealRequest.Types.Result.Remitted,
                    _ => DecideAppealRequest.Types.Result.Dismissed,
                },
            };
            if (request.Result == DecideAppealRequest.Types.Result.Upheld) request.Decision = Decision(call);
            return (await call.Node.Assessment.DecideAppealAsync(request, call.Node.Call(cancellationToken))).RecognitionCase;
        }, [result, explanation, .. DecisionOptions]);
    }

    private static DecisionInput Decision(NodeCall call)
    {
        if (call.Text(Outcome).Length == 0) throw CommandFailure.Usage("No outcome is given.", "Give --outcome full, alternative, partial, conditional or refused.", "--outcome");
        var decision = new DecisionInput
        {
            Outcome = CaseTexts.Outcome(call.Text(Outcome), "--outcome"), Unit = call.Text(Unit), GrantedGrade = call.Text(Grade), Condition = call.Text(Condition),
            ConditionDueDate = CaseTexts.Day(call.Text(ConditionDue), "--condition-due"), Statement = call.Text(Statement),
        };
        if (call.Text(Credits) is { Length: > 0 } credits) decision.GrantedEctsCreditsHundredths = CaseTexts.Credits(credits, "--credits");
        foreach (var text in call.Parsed.GetValue(Lines) ?? [])
        {
            if (text.Split('=', ':') is not [var digest, var unit, var amount]) throw CommandFailure.Usage($"'{text}' is no line.", "Write the digest of the file, = and the unit, : and the credits, for example --line 4f…=STAT:3.", "--line");
            decision.Lines.Add(new DecisionLineInput { CredentialDigest = digest, Unit = unit, GrantedEctsCreditsHundredths = CaseTexts.Credits(amount, "--line") });
        }
        foreach (var text in call.Parsed.GetValue(Reasons) ?? [])
        {
            var reason = CaseTexts.Coded(text, "--reason", "CODE(OUTCOME,…): text");
            decision.Reasons.Add(new DecisionReason { Code = CaseTexts.Reason(reason.Code, "--reason"), TargetOutcomes = { reason.Names }, Text = reason.Text });
        }
        foreach (var text in call.Parsed.GetValue(Alternatives) ?? [])
        {
            var alternative = CaseTexts.Coded(text, "--alternative", "OUTCOME(UNIT): text");
            decision.Alternatives.Add(new ConsideredAlternative { Outcome = CaseTexts.Outcome(alternative.Code, "--alternative"), Unit = string.Join(',', alternative.Names), Text = alternative.Text });
        }
        return decision;
    }
}
