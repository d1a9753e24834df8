using System.Collections.Immutable;
using System.Data.Common;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Storage;

/// <summary>Summaries of cases: made from the case, kept beside it, listed in pages without reading an event.</summary>
internal static class CaseSummaries
{
    private const string Select =
        "SELECT case_id, submitted_by, programme, target_unit, state, assignee, achievement_title, due_date, outcome, submitted_time, updated_time, event_count FROM recognition_case";

    private const string Rest =
        " (due_key, case_id) > ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR submitted_by = $3) AND (CAST($4 AS TEXT) IS NULL OR assignee = $4) AND due_key <= COALESCE(CAST($5 AS TEXT), '~')"
        + " AND (CAST($6 AS TEXT) IS NULL OR programme = $6) ORDER BY due_key, case_id LIMIT $7";

    /// <summary>Sorts behind every day, as the schema's due_key.</summary>
    private const string NoDay = "~";

    internal static CaseSummary Of(RecognitionCase c) => new(
        c.Application.Case, c.Application.SubmittedBy, c.Application.Programme, c.Application.TargetUnit, c.State, c.Assignee,
        c.Reports.Select(r => r.Achievement?.Title.ToString()).FirstOrDefault(title => title is not null) ?? "",
        c.DueOn, c.EffectiveDecision?.Outcome, c.Application.SubmittedAt, c.UpdatedAt, c.EventCount);

    internal static string? OutcomeText(CaseSummary summary) => summary.Outcome is { } outcome ? EnumText<DecisionOutcome>.Of(outcome) : null;

    internal static ImmutableArray<CaseSummary> Page(StoreSession session, CaseFilter filter, CaseListPosition? after, int limit)
    {
        var dueKey = after is null ? "" : StoreSession.Day(after.DueOn) ?? NoDay;
        var afterCase = after?.Case.Value ?? "";
        var (submitter, programme, assignee) = (filter.SubmittedBy?.Value, filter.Programme?.Value, filter.Assignee switch { null or "" => null, "-" => "", var name => name });
        if (filter.States.IsDefaultOrEmpty && submitter is not null)
            return [.. session.Query(Select + " WHERE submitted_by = $3 AND" + Rest, Read, dueKey, afterCase, submitter, assignee, filter.DueUntil, programme, limit)];

        // One walk along the index per state, merged: a queue of a few open cases stays fast beside a million closed ones.
        var states = filter.States.IsDefaultOrEmpty ? Enum.GetValues<CaseState>() : filter.States.Distinct();
        var rows = states.SelectMany(state => session.Query(
            Select + " WHERE state = $8 AND" + Rest, Read, dueKey, afterCase, submitter, assignee, filter.DueUntil, programme, limit, EnumText<CaseState>.Of(state)));
        return [.. rows.OrderBy(s => StoreSession.Day(s.DueOn) ?? NoDay, StringComparer.Ordinal).ThenBy(s => s.Case.Value, StringComparer.Ordinal).Take(limit)];
    }

    internal static CaseSummary Read(DbDataReader r) => new(
        CaseId.Parse(r.GetString(0)), OrganisationId.Parse(r.GetString(1)), ProgrammeCode.Parse(r.GetString(2)), UnitCode.Parse(r.GetString(3)),
        EnumText<CaseState>.Parse(r.GetString(4)), StoreSession.TextOf(r, 5), StoreSession.TextOf(r, 6), StoreSession.DayOf(r, 7),
        r.IsDBNull(8) ? null : EnumText<DecisionOutcome>.Parse(r.GetString(8)), StoreSession.InstantOf(r, 9), StoreSession.InstantOf(r, 10), r.GetInt32(11));

    /// <summary>Every summary kept, for the check of the store.</summary>
    internal static List<CaseSummary> All(StoreSession session) => session.Query(Select, Read);
}
