using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>The answers given to change requests, kept in the transaction of the change itself.</summary>
internal static class RequestRows
{
    internal const string RecognitionCase = "recognition_case";
    internal const string EquivalenceDraft = "equivalence_draft";
    internal const string EquivalenceTable = "equivalence_table";
    internal const string GradeTable = "grade_table";
    internal const string Adoption = "adoption";
    internal const string LearningAgreement = "learning_agreement";

    /// <summary>The first use of the request's id by its caller; null when the id is new.</summary>
    internal static RequestRow? Find(StoreSession session, ChangeRequest request) =>
        session.First(
            "SELECT content, kind, subject, place, answer, first_used_time FROM change_request WHERE caller = $1 AND request_id = $2",
            r => new RequestRow(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.IsDBNull(4) ? null : r.GetFieldValue<byte[]>(4), r.GetString(5)),
            request.Caller, request.Id.Value);

    /// <summary>Remembers where the answer is found: the subject and its place, or the answer itself where the subject does not keep it.</summary>
    internal static void Keep(StoreSession session, ChangeRequest request, string kind, string subject, int place, byte[]? answer, DateTimeOffset at) =>
        session.Execute(
            "INSERT INTO change_request (caller, request_id, content, kind, subject, place, answer, first_used_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            request.Caller, request.Id.Value, request.Content.Value, kind, subject, place, answer, at);
}

/// <summary>A request as it was first used.</summary>
internal sealed record RequestRow(string Content, string Kind, string Subject, int Place, byte[]? Answer, string FirstUsedTime)
{
    /// <summary>The problem when <paramref name="request"/> is not that first request again; <paramref name="subject"/> is null where the caller does not name one.</summary>
    internal Problem? Conflict(ChangeRequest request, string kind, string? subject) =>
        Content == request.Content.Value && Kind == kind && (subject is null || Subject == subject) ? null
        : Problem.Of(
            ProblemCode.RequestIdReused,
            $"The request id {request.Id} was first used at {FirstUsedTime} for a request with other content. Send the new content under a new id.",
            ("request_id", request.Id.Value), ("first_used_time", FirstUsedTime));
}
