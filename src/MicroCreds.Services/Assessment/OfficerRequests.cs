using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;
using WireResult = MicroCreds.Federation.V1.DecideAppealRequest.Types.Result;

namespace MicroCreds.Services.Assessment;

/// <summary>Requests of the assessment service as values of the domain. Each throws one status that names every wrong field.</summary>
internal static class OfficerRequests
{
    /// <summary>Longest account name of an officer.</summary>
    public const int MaxAccount = 100;

    private const int MaxItems = 20;

    /// <summary>Who may be asked for information.</summary>
    private static readonly ImmutableArray<string> Askable = ["applicant", "issuer"];

    /// <summary>Reads <c>AssignCaseRequest</c>.</summary>
    public static CaseCommand ToAssign(Wire.AssignCaseRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("assignee", request.Assignee, 0, MaxAccount);
        return ToCommand(fields, request.Change, hosting);
    }

    /// <summary>Reads <c>RequestInformationRequest</c>.</summary>
    public static (CaseCommand Command, InformationRequest Asked) ToRequestInformation(Wire.RequestInformationRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        if (request.Items.Count is 0 or > MaxItems) fields.Wrong("items", $"must have 1 to {MaxItems} items");
        for (var i = 0; i < request.Items.Count; i++)
        {
            fields.Text($"items[{i}].code", request.Items[i].Code, 1, 64);
            fields.Text($"items[{i}].text", request.Items[i].Text, 1, RecognitionMapping.MaxShortText);
            if (request.Items.Take(i).Any(item => item.Code == request.Items[i].Code)) fields.Wrong($"items[{i}].code", "must not be asked twice");
        }

        var askedOf = request.AskedOf.Length == 0 ? Askable[0] : request.AskedOf;
        if (!Askable.Contains(askedOf)) fields.Wrong("asked_of", "must be applicant or issuer");
        var due = fields.RequiredDay("due_date", request.DueDate);
        var command = ToCommand(fields, request.Change, hosting);
        return (command, new InformationRequest([.. request.Items.Select(i => new InformationItem(i.Code, i.Text))], askedOf, due));
    }

    /// <summary>Reads <c>RecordCheckRequest</c>.</summary>
    public static (CaseCommand Command, VerificationCheck Check) ToRecordCheck(Wire.RecordCheckRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var kind = fields.Choice("kind", SnakeCase.TryParse<CheckKind>(request.Kind, out var known) ? known : null);
        fields.Text("evidence", request.Evidence, 1, RecognitionMapping.MaxShortText);
        var command = ToCommand(fields, request.Change, hosting);
        var what = kind ?? throw fields.Refusal();
        return (command, new VerificationCheck(
            what, request.Passed ? CheckResult.Ok : CheckResult.Error, request.Passed ? ReasonClass.None : ClassOf(what), request.Evidence, "checked by hand"));
    }

    /// <summary>Reads <c>VerifyCaseRequest</c>.</summary>
    public static CaseCommand ToVerify(Wire.VerifyCaseRequest request, Hosting hosting) => ToCommand(new(), request.Change, hosting);

    /// <summary>Reads <c>AssessCaseRequest</c>.</summary>
    public static (OrganisationId Institution, CaseId Case, UnitCode? Unit) ToAssess(Wire.AssessCaseRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var institution = fields.Institution("institution", request.Institution, hosting);
        var id = fields.CaseId("case_id", request.CaseId);
        var unit = fields.Optional<UnitCode>("unit", request.Unit, UnitCode.TryParse, "the code of a unit, 1 to 64 characters");
        return fields.AnyWrong || institution is null || id is null ? throw fields.Refusal() : (institution, id, unit);
    }

    /// <summary>Reads <c>DecideCaseRequest</c>.</summary>
    public static (CaseCommand Command, OfficerDecision Decision) ToDecide(Wire.DecideCaseRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Require(request.ReplacesCaseIds.Count < CredentialSelection.MaxCredentials, "replaces_case_ids", $"must be at most {CredentialSelection.MaxCredentials - 1} cases");
        var replaced = request.ReplacesCaseIds.Take(CredentialSelection.MaxCredentials).Select((id, i) => fields.CaseId($"replaces_case_ids[{i}]", id)).OfType<CaseId>().ToImmutableArray();
        fields.Require(replaced.Distinct().Count() == replaced.Length, "replaces_case_ids", "must not name a case twice");
        fields.ThrowIfWrong();
        var (command, decision) = ToDecision(request.Change, request.Decision, hosting);
        return (command with { Together = replaced }, decision);
    }

    /// <summary>Reads <c>SupersedeDecisionRequest</c>.</summary>
    public static (CaseCommand Command, OfficerDecision Decision) ToSupersede(Wire.SupersedeDecisionRequest request, Hosting hosting) => ToDecision(request.Change, request.Decision, hosting);

    /// <summary>Reads <c>ApproveDecisionRequest</c>.</summary>
    public static CaseCommand ToApprove(Wire.ApproveDecisionRequest request, Hosting hosting) => ToCommand(Seen(request.Change), request.Change, hosting);

    /// <summary>Reads <c>SendBackDecisionRequest</c>.</summary>
    public static CaseCommand ToSendBack(Wire.SendBackDecisionRequest request, Hosting hosting)
    {
        var fields = Seen(request.Change);
        fields.Text("reason", request.Reason, 1, RecognitionMapping.MaxShortText);
        return ToCommand(fields, request.Change, hosting);
    }

    /// <summary>Reads <c>DeclareInadmissibleRequest</c>.</summary>
    public static CaseCommand ToDeclareInadmissible(Wire.DeclareInadmissibleRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("ground", request.Ground, 1, RecognitionMapping.MaxShortText);
        fields.Text("advice", request.Advice, 1, RecognitionMapping.MaxShortText);
        return ToCommand(fields, request.Change, hosting);
    }

    /// <summary>Reads <c>FailAuthenticityRequest</c>.</summary>
    public static CaseCommand ToFailAuthenticity(Wire.FailAuthenticityRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("ground", request.Ground, 1, RecognitionMapping.MaxShortText);
        return ToCommand(fields, request.Change, hosting);
    }

    /// <summary>Reads <c>RevokeDecisionRequest</c>.</summary>
    public static (CaseCommand Command, DateOnly EffectiveOn) ToRevoke(Wire.RevokeDecisionRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("ground", request.Ground, 1, RecognitionMapping.MaxShortText);
        var effective = fields.RequiredDay("effective_date", request.EffectiveDate);
        var command = ToCommand(fields, request.Change, hosting);
        return (command, effective ?? throw fields.Refusal());
    }

    /// <summary>Reads <c>AnnounceDelayRequest</c>.</summary>
    public static (CaseCommand Command, DateOnly DueOn) ToAnnounceDelay(Wire.AnnounceDelayRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("reason", request.Reason, 1, RecognitionMapping.MaxShortText);
        var due = fields.RequiredDay("due_date", request.DueDate);
        var command = ToCommand(fields, request.Change, hosting);
        return (command, due ?? throw fields.Refusal());
    }

    /// <summary>Reads <c>ReportConditionRequest</c>.</summary>
    public static CaseCommand ToReportCondition(Wire.ReportConditionRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("evidence", request.Evidence, 1, RecognitionMapping.MaxShortText);
        return ToCommand(fields, request.Change, hosting);
    }

    /// <summary>Reads <c>DecideAppealRequest</c>.</summary>
    public static (CaseCommand Command, CaseState Result, OfficerDecision? Decision) ToDecideAppeal(Wire.DecideAppealRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var result = fields.Choice<CaseState>("result", request.Result switch
        {
            WireResult.Dismissed => CaseState.AppealDismissed,
            WireResult.Remitted => CaseState.AppealRemitted,
            WireResult.Upheld => CaseState.AppealUpheld,
            _ => null,
        });
        fields.Text("explanation", request.Explanation, 1, RecognitionMapping.MaxLongText);
        if (result is not null && (result == CaseState.AppealUpheld) != (request.Decision is not null))
            fields.Wrong("decision", "is required when the appeal is upheld, and only then");
        var decision = request.Decision is null ? null : DecisionInputMapping.Read(fields, "decision", request.Decision);
        var command = ToCommand(fields, request.Change, hosting);
        return (command, result ?? throw fields.Refusal(), decision);
    }

    private static (CaseCommand Command, OfficerDecision Decision) ToDecision(Wire.CaseChange? change, Wire.DecisionInput? input, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Require(input is not null, "decision", "is required");
        var decision = input is null ? null : DecisionInputMapping.Read(fields, "decision", input);
        var command = ToCommand(fields, change, hosting);
        return (command, decision ?? throw fields.Refusal());
    }

    private static RequestFields Seen(Wire.CaseChange? change)
    {
        var fields = new RequestFields();
        fields.Require(change is not { Etag: "" }, "change.etag", "is required: what is approved or sent back is what was seen");
        return fields;
    }

    /// <summary>Reads what every verb starts with, and throws when that or anything before it was wrong.</summary>
    private static CaseCommand ToCommand(RequestFields fields, Wire.CaseChange? change, Hosting hosting)
    {
        if (change is null)
        {
            fields.Require(change is not null, "change", "is required");
            throw fields.Refusal();
        }

        var id = fields.RequestId("change.request_id", change.RequestId);
        var institution = fields.Institution("change.institution", change.Institution, hosting);
        var of = fields.CaseId("change.case_id", change.CaseId);
        var etag = Etag(fields, "change.etag", change.Etag);
        return fields.AnyWrong || id is null || institution is null || of is null ? throw fields.Refusal()
            : new CaseCommand(id, institution, of, etag, change.ValidateOnly);
    }

    /// <summary>The number of events that an etag stands for; null for none, and after a violation.</summary>
    public static int? Etag(RequestFields fields, string field, string text)
    {
        if (text.Length == 0) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var events)) return events;
        fields.Wrong(field, "must be the etag of the case as it was read");
        return null;
    }

    /// <summary>The class under which a failed check by hand is counted: the nearest one of the machine's own check of that kind.</summary>
    private static ReasonClass ClassOf(CheckKind kind) => kind switch
    {
        CheckKind.Format => ReasonClass.Malformed,
        CheckKind.Seal => ReasonClass.ProofInvalid,
        CheckKind.CertificateChain => ReasonClass.UntrustedIssuer,
        CheckKind.IssuerBinding or CheckKind.AwardingBody => ReasonClass.IssuerBinding,
        CheckKind.Validity => ReasonClass.Expired,
        CheckKind.Status => ReasonClass.Revoked,
        CheckKind.Schema => ReasonClass.SchemaInvalid,
        CheckKind.Completeness or CheckKind.Accreditation => ReasonClass.Incomplete,
        _ => ReasonClass.Implausible,
    };
}
