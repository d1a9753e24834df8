using System.Collections.Immutable;
using Google.Protobuf;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Requests of the recognition service as values of the domain. Each throws one status that names every wrong field.</summary>
internal static class RecognitionMapping
{
    /// <summary>Longest purpose, ground or condition, in characters.</summary>
    public const int MaxShortText = 2000;

    /// <summary>Longest answer, appeal or explanation, in characters.</summary>
    public const int MaxLongText = 4000;

    /// <summary>Most answers of one request: as many as a case can have questions, with room for repeated requests.</summary>
    public const int MaxAnswers = 100;

    private const string ProgrammeShape = "the code of a programme, 1 to 64 characters";
    private const string UnitShape = "the code of a unit, 1 to 64 characters";

    /// <summary>Reads <c>SubmitCredentialRequest</c>.</summary>
    public static Submission ToSubmission(Wire.SubmitCredentialRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var id = fields.RequestId("request_id", request.RequestId);
        var institution = fields.Institution("institution", request.Institution, hosting);
        if (request.Credential.IsEmpty) fields.Wrong("credential", "must be a credential file, byte for byte");
        fields.Require(request.Target is not null, "target", "is required");
        var programme = fields.Required<ProgrammeCode>("target.programme", request.Target?.Programme ?? "", ProgrammeCode.TryParse, ProgrammeShape);
        var unit = fields.Required<UnitCode>("target.unit", request.Target?.Unit ?? "", UnitCode.TryParse, UnitShape);
        fields.Text("purpose", request.Purpose, 0, MaxShortText);
        if (request.ContactLanguage.Length > 0 && !IsLanguage(request.ContactLanguage)) fields.Wrong("contact_language", "must be a BCP 47 tag such as en or pt-BR");
        fields.Text("consent_reference", request.ConsentReference, 0, 200);
        var files = Files(request, fields);
        if (fields.AnyWrong || id is null || institution is null || programme is null || unit is null) throw fields.Refusal();
        foreach (var file in files) RequireSize("credential file has", file.Length, TransportLimits.MaxCredentialBytes);
        if (files.Length > 1) RequireSize("credential files have together", files.Sum(f => f.Length), TransportLimits.MaxCredentialsBytes);
        return new Submission(
            id, institution, files, programme, unit, request.Purpose,
            request.ContactLanguage.Length == 0 ? "en" : request.ContactLanguage, request.ConsentReference);
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Files(Wire.SubmitCredentialRequest request, RequestFields fields)
    {
        ImmutableArray<ReadOnlyMemory<byte>> files = [request.Credential.Memory, .. request.FurtherCredentials.Select(f => f.Memory)];
        fields.Require(files.Length <= CredentialSelection.MaxCredentials, "further_credentials", $"must have at most {CredentialSelection.MaxCredentials - 1} files");
        for (var i = 1; i < files.Length && i <= CredentialSelection.MaxCredentials; i++)
        {
            var (file, field) = (files[i], $"further_credentials[{i - 1}]");
            fields.Require(!file.IsEmpty, field, "must be a credential file, byte for byte");
            fields.Require(!files.Take(i).Any(earlier => earlier.Span.SequenceEqual(file.Span)), field, "must not be sent twice");
        }

        return files;
    }

    private static void RequireSize(string what, int size, int limit)
    {
        if (size <= limit) return;
        throw Problem.Of(ProblemCode.CredentialTooLarge, $"The {what} {size} bytes; this node takes at most {limit}.", ("size_bytes", $"{size}"), ("limit_bytes", $"{limit}")).ToRpcException();
    }

    /// <summary>Reads the institution and case of a request that changes nothing.</summary>
    public static (OrganisationId Institution, CaseId Case) ToCase(string institution, string caseId, Hosting hosting)
    {
        var fields = new RequestFields();
        var organisation = fields.Institution("institution", institution, hosting);
        var id = fields.CaseId("case_id", caseId);
        return fields.AnyWrong || organisation is null || id is null ? throw fields.Refusal() : (organisation, id);
    }

    /// <summary>Reads <c>ExportDecisionRequest</c>.</summary>
    public static (OrganisationId Institution, CaseId Case, DecisionForm Form) ToExport(Wire.ExportDecisionRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var organisation = fields.Institution("institution", request.Institution, hosting);
        var id = fields.CaseId("case_id", request.CaseId);
        var form = fields.Choice("format", CaseEnums.FromWire(request.Format));
        return fields.AnyWrong || organisation is null || id is null || form is not { } chosen ? throw fields.Refusal() : (organisation, id, chosen);
    }

    /// <summary>Answers with a decision as a file.</summary>
    public static Wire.ExportDecisionResponse ToResponse(DecisionDocument document, int version) =>
        new() { Content = ByteString.CopyFrom(document.Content.Span), MediaType = document.MediaType, FileName = document.FileName, Version = version };

    /// <summary>Reads <c>ListCasesRequest</c>.</summary>
    public static CaseListing ToListing(Wire.ListCasesRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var institution = fields.Institution("institution", request.Institution, hosting);
        if (PageToken.Size(request.PageSize) is not { } size) fields.Wrong("page_size", "must not be negative");
        var states = request.States.Select((s, i) => fields.Choice($"states[{i}]", CaseEnums.FromWire(s))).OfType<CaseState>().Distinct().Order().ToImmutableArray();
        fields.Text("assignee", request.Assignee, 0, 100);
        var due = fields.Day("due_until_date", request.DueUntilDate);
        var programme = fields.Optional<ProgrammeCode>("programme", request.Programme, ProgrammeCode.TryParse, ProgrammeShape);
        if (fields.AnyWrong || institution is null) throw fields.Refusal();
        return new CaseListing(
            institution, new CaseFilter(states, null, request.Assignee.Length == 0 ? null : request.Assignee, due, programme),
            PageToken.Size(request.PageSize) ?? PageToken.DefaultSize, request.PageToken);
    }

    /// <summary>Reads <c>WatchCasesRequest</c>.</summary>
    public static (OrganisationId Institution, long After) ToWatch(Wire.WatchCasesRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var institution = fields.Institution("institution", request.Institution, hosting);
        var after = 0L;
        if (request.AfterCursor.Length > 0 && !Feed.TryReadCursor(request.AfterCursor, out after)) fields.Wrong("after_cursor", "must be a cursor of an earlier message");
        return fields.AnyWrong || institution is null ? throw fields.Refusal() : (institution, after);
    }

    /// <summary>Reads <c>ProvideInformationRequest</c>.</summary>
    public static (CaseCommand Command, ImmutableArray<InformationAnswer> Answers) ToProvideInformation(Wire.ProvideInformationRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        if (request.Answers.Count is 0 or > MaxAnswers) fields.Wrong("answers", $"must have 1 to {MaxAnswers} answers");
        for (var i = 0; i < request.Answers.Count; i++)
        {
            fields.Text($"answers[{i}].code", request.Answers[i].Code, 1, 64);
            fields.Text($"answers[{i}].text", request.Answers[i].Text, 1, MaxLongText);
            if (request.Answers.Take(i).Any(a => a.Code == request.Answers[i].Code)) fields.Wrong($"answers[{i}].code", "must not be answered twice");
        }

        var command = ToCommand(fields, request.RequestId, request.Institution, request.CaseId, hosting);
        return (command, [.. request.Answers.Select(a => new InformationAnswer(a.Code, a.Text))]);
    }

    /// <summary>Reads <c>WithdrawCaseRequest</c>.</summary>
    public static CaseCommand ToWithdraw(Wire.WithdrawCaseRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("ground", request.Ground, 0, MaxShortText);
        return ToCommand(fields, request.RequestId, request.Institution, request.CaseId, hosting);
    }

    /// <summary>Reads <c>AppealDecisionRequest</c>.</summary>
    public static CaseCommand ToAppeal(Wire.AppealDecisionRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        if (request.AgainstVersion < 0) fields.Wrong("against_version", "must be a version, or 0 against the lack of a decision");
        fields.Text("grounds", request.Grounds, 1, MaxLongText);
        return ToCommand(fields, request.RequestId, request.Institution, request.CaseId, hosting);
    }

    private static CaseCommand ToCommand(RequestFields fields, string requestId, string institution, string caseId, Hosting hosting)
    {
        var id = fields.RequestId("request_id", requestId);
        var organisation = fields.Institution("institution", institution, hosting);
        var of = fields.CaseId("case_id", caseId);
        return fields.AnyWrong || id is null || organisation is null || of is null ? throw fields.Refusal() : new CaseCommand(id, organisation, of, null, false);
    }

    // BCP 47 tags are letters and digits in parts of at most 8, the first of 2 or 3 letters in practice; what they mean is not looked up.
    private static bool IsLanguage(string tag) =>
        tag.Length <= 35 && tag.Split('-') is [{ Length: 2 or 3 } first, .. var rest] && first.All(char.IsAsciiLetter)
        && rest.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
}

/// <summary>An application as it was submitted.</summary>
internal sealed record Submission(
    RequestId Request, OrganisationId Institution, ImmutableArray<ReadOnlyMemory<byte>> Credentials, ProgrammeCode Programme, UnitCode Unit, string Purpose,
    string ContactLanguage, string ConsentReference);

/// <summary>A page of cases that is asked for.</summary>
internal sealed record CaseListing(OrganisationId Institution, CaseFilter Filter, int Size, string Token);

/// <summary>What every change of a case says: which request, where, which case, as read when, and whether to keep it.</summary>
internal sealed record CaseCommand(RequestId Request, OrganisationId Institution, CaseId Case, int? Etag, bool ValidateOnly)
{
    /// <summary>Further cases that are read and changed in the same transaction.</summary>
    public ImmutableArray<CaseId> Together { get; init; } = [];
}
