using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Cases;

/// <summary>The forms of the case page. Each becomes one call; its fields carry the names of the contract.</summary>
internal static class CaseActions
{
    public const string Assign = "assign";
    public const string Information = "information";
    public const string Check = "check";
    public const string Verify = "verify";
    public const string Delay = "delay";
    public const string Decide = "decide";
    public const string Approve = "approve-decision";
    public const string SendBack = "send-back";
    public const string Inadmissible = "inadmissible";
    public const string Authenticity = "authenticity";
    public const string Condition = "condition";
    public const string Supersede = "supersede";
    public const string Revoke = "revoke";
    public const string Appeal = "appeal";

    /// <summary>Questions that one form can ask at once.</summary>
    public const int Questions = 3;

    private delegate Task Sender(NodeClient node, CaseChange change, IFormCollection form, DecisionForm decision, CancellationToken cancellationToken);

    private static readonly FrozenDictionary<string, Sender> Senders = new Dictionary<string, Sender>
    {
        [Assign] = (node, change, form, _, ct) =>
            node.Assessment.AssignCaseAsync(new AssignCaseRequest { Change = change, Assignee = form["assignee"].ToString() }, node.Call(ct)).ResponseAsync,
        [Information] = (node, change, form, _, ct) => node.Assessment.RequestInformationAsync(InformationFrom(change, form), node.Call(ct)).ResponseAsync,
        [Check] = (node, change, form, _, ct) => node.Assessment.RecordCheckAsync(
            new RecordCheckRequest { Change = change, Kind = form["kind"].ToString(), Passed = form["passed"] == "yes", Evidence = Text(form, "evidence") }, node.Call(ct)).ResponseAsync,
        [Verify] = (node, change, _, _, ct) => node.Assessment.VerifyCaseAsync(new VerifyCaseRequest { Change = change }, node.Call(ct)).ResponseAsync,
        [Delay] = (node, change, form, _, ct) => node.Assessment.AnnounceDelayAsync(
            new AnnounceDelayRequest { Change = change, Reason = Text(form, "reason"), DueDate = form["due_date"].ToString() }, node.Call(ct)).ResponseAsync,
        [Decide] = (node, change, _, decision, ct) =>
            node.Assessment.DecideCaseAsync(new DecideCaseRequest { Change = change, Decision = decision.ToInput() }, node.Call(ct)).ResponseAsync,
        [Approve] = (node, change, _, _, ct) => node.Assessment.ApproveDecisionAsync(new ApproveDecisionRequest { Change = change }, node.Call(ct)).ResponseAsync,
        [SendBack] = (node, change, form, _, ct) =>
            node.Assessment.SendBackDecisionAsync(new SendBackDecisionRequest { Change = change, Reason = Text(form, "reason") }, node.Call(ct)).ResponseAsync,
        [Inadmissible] = (node, change, form, _, ct) => node.Assessment.DeclareInadmissibleAsync(
            new DeclareInadmissibleRequest { Change = change, Ground = Text(form, "ground"), Advice = Text(form, "advice") }, node.Call(ct)).ResponseAsync,
        [Authenticity] = (node, change, form, _, ct) =>
            node.Assessment.FailAuthenticityAsync(new FailAuthenticityRequest { Change = change, Ground = Text(form, "ground") }, node.Call(ct)).ResponseAsync,
        [Condition] = (node, change, form, _, ct) => node.Assessment.ReportConditionAsync(
            new ReportConditionRequest { Change = change, Met = form["met"] == "yes", Evidence = Text(form, "evidence") }, node.Call(ct)).ResponseAsync,
        [Supersede] = (node, change, _, decision, ct) =>
            node.Assessment.SupersedeDecisionAsync(new SupersedeDecisionRequest { Change = change, Decision = decision.ToInput() }, node.Call(ct)).ResponseAsync,
        [Revoke] = (node, change, form, _, ct) => node.Assessment.RevokeDecisionAsync(
            new RevokeDecisionRequest { Change = change, Ground = Text(form, "ground"), EffectiveDate = form["effective_date"].ToString() }, node.Call(ct)).ResponseAsync,
        [Appeal] = (node, change, form, decision, ct) => node.Assessment.DecideAppealAsync(AppealFrom(change, form, decision), node.Call(ct)).ResponseAsync,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsKnown(string action) => Senders.ContainsKey(action);

    /// <summary>Whether the form carries a decision.</summary>
    public static bool Decides(string action, IFormCollection form) => action is Decide or Supersede || (action == Appeal && form["result"] == "upheld");

    /// <summary>Questions of a form that were left open: silence must not be recorded as "no".</summary>
    public static ImmutableArray<FieldError> Unanswered(string action, IFormCollection form, Words words)
    {
        var question = action switch { Check => "passed", Condition => "met", Appeal => "result", _ => "" };
        return question.Length == 0 || form[question].ToString().Length > 0 ? [] : [new FieldError(question, words["slip.choose"])];
    }

    /// <summary>Sends the form to the node.</summary>
    /// <exception cref="Grpc.Core.RpcException">The node refused.</exception>
    public static Task SendAsync(string action, NodeClient node, CaseChange change, IFormCollection form, DecisionForm decision, CancellationToken cancellationToken) =>
        Senders[action](node, change, form, decision, cancellationToken);

    private static string Text(IFormCollection form, string field) => form[field].ToString().ReplaceLineEndings("\n").Trim();

    private static RequestInformationRequest InformationFrom(CaseChange change, IFormCollection form)
    {
        var request = new RequestInformationRequest { Change = change, AskedOf = form["asked_of"].ToString(), DueDate = form["due_date"].ToString() };
        for (var i = 1; i <= Questions; i++)
            if (Text(form, $"text_{i}") is { Length: > 0 } question)
                request.Items.Add(new InformationItem { Code = form[$"code_{i}"].ToString(), Text = question });
        // What the credential lacks, as the page found it: a form of its own, sent to the issuer as it is.
        request.Items.AddRange(form["missing_code"].Zip(form["missing_text"]).Select(asked => new InformationItem { Code = asked.First ?? "", Text = asked.Second ?? "" }));
        return request;
    }

    private static DecideAppealRequest AppealFrom(CaseChange change, IFormCollection form, DecisionForm decision)
    {
        var request = new DecideAppealRequest
        {
            Change = change,
            Explanation = Text(form, "explanation"),
            Result = form["result"].ToString() switch
            {
                "dismissed" => DecideAppealRequest.Types.Result.Dismissed,
                "remitted" => DecideAppealRequest.Types.Result.Remitted,
                "upheld" => DecideAppealRequest.Types.Result.Upheld,
                _ => DecideAppealRequest.Types.Result.Unspecified,
            },
        };
        if (Decides(Appeal, form)) request.Decision = decision.ToInput();
        return request;
    }
}
