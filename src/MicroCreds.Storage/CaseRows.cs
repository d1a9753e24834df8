using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Storage;

/// <summary>Rows of a case: its events, which are what counts, and what is derived from them in the same transaction.</summary>
internal static class CaseRows
{
    /// <summary>The case; null when there is none.</summary>
    internal static RecognitionCase? Find(StoreSession session, CaseId id) => Find(session, id, int.MaxValue);

    /// <summary>The case as it was after its first <paramref name="eventCount"/> events; null when there is none.</summary>
    internal static RecognitionCase? Find(StoreSession session, CaseId id, int eventCount)
    {
        var events = session.Query(
            "SELECT document FROM case_event WHERE case_id = $1 AND sequence <= $2 ORDER BY sequence",
            r => StoreSession.DocumentOf<CaseEvent>(r, 0), id.Value, eventCount);
        return events.Count == 0 ? null : CaseFold.Fold(events);
    }

    /// <summary>What the learner was granted so far, by case.</summary>
    internal static LearnerLedger Ledger(StoreSession session, LearnerKey learner) =>
        new([.. session.Query("SELECT document FROM ledger_entry WHERE learner = $1 ORDER BY case_id, ordinal", r => StoreSession.DocumentOf<LedgerEntry>(r, 0), learner.Value)]);

    /// <summary>Keeps a file once, however many cases name it.</summary>
    internal static void KeepFile(StoreSession session, Sha256Digest digest, ReadOnlyMemory<byte> bytes) =>
        session.Execute("INSERT INTO credential_file (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING", digest.Value, bytes);

    /// <summary>Keeps a new case as the events of its first verb made it.</summary>
    internal static void Insert(WriteTransaction transaction, RecognitionCase opened, CaseTransition transition)
    {
        var (session, application, summary) = (transaction.Session, opened.Application, CaseSummaries.Of(opened));
        session.Execute(
            """
            INSERT INTO recognition_case (case_id, learner, submitted_by, programme, target_unit, state, assignee, achievement_title, due_date, outcome, submitted_time, updated_time, event_count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            summary.Case.Value, application.Learner.Value, summary.SubmittedBy.Value, summary.Programme.Value, summary.TargetUnit.Value, EnumText<CaseState>.Of(summary.State),
            summary.Assignee, summary.AchievementTitle, summary.DueOn, CaseSummaries.OutcomeText(summary), summary.SubmittedAt, summary.UpdatedAt, summary.EventCount);
        for (var i = 0; i < application.Credentials.Length; i++)
            session.Execute("INSERT INTO case_credential (case_id, ordinal, digest) VALUES ($1, $2, $3)", application.Case.Value, i, application.Credentials[i].Value);
        KeepTransition(transaction, opened, transition, summary);
    }

    /// <summary>Keeps what a verb made of a case.</summary>
    internal static void Update(WriteTransaction transaction, RecognitionCase changed, CaseTransition transition)
    {
        var summary = CaseSummaries.Of(changed);
        transaction.Session.Execute(
            """
            UPDATE recognition_case SET state = $2, assignee = $3, achievement_title = $4, due_date = $5, outcome = $6, updated_time = $7, event_count = $8
            WHERE case_id = $1
            """,
            summary.Case.Value, EnumText<CaseState>.Of(summary.State), summary.Assignee, summary.AchievementTitle, summary.DueOn,
            CaseSummaries.OutcomeText(summary), summary.UpdatedAt, summary.EventCount);
        KeepTransition(transaction, changed, transition, summary);
    }

    private static void KeepTransition(WriteTransaction transaction, RecognitionCase after, CaseTransition transition, CaseSummary summary)
    {
        var session = transaction.Session;
        var id = after.Application.Case;
        var sequence = after.EventCount - transition.Events.Length;
        foreach (var happened in transition.Events)
        {
            sequence++;
            session.Execute("INSERT INTO case_event (case_id, sequence, document) VALUES ($1, $2, $3)", id.Value, sequence, DomainJson.Write(happened));
            if (happened is CaseEvent.Decided decided)
                session.Execute("INSERT INTO decision (case_id, version, event_sequence) VALUES ($1, $2, $3)", id.Value, decided.Decision.Version, sequence);
        }
        if (transition.Ledger is { } ledger) KeepLedger(session, id, after.Application.Learner, ledger);
        var cursor = session.Number("UPDATE counter SET value = value + 1 WHERE name = 'case_change' RETURNING value") ?? throw new InvalidDataException("The counter of changes is missing.");
        session.Execute("INSERT INTO case_change (cursor, case_id, event_count, summary) VALUES ($1, $2, $3, $4)", cursor, id.Value, after.EventCount, DomainJson.Write(summary));
        transaction.ChangeCursor = cursor;
    }

    private static void KeepLedger(StoreSession session, CaseId id, LearnerKey learner, ImmutableArray<LedgerEntry> entries)
    {
        session.Execute("DELETE FROM ledger_entry WHERE case_id = $1", id.Value);
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Case != id) throw new InvalidOperationException($"A verb on case {id} wrote a ledger entry of case {entries[i].Case}.");
            session.Execute(
                "INSERT INTO ledger_entry (case_id, ordinal, learner, credits_hundredths, document) VALUES ($1, $2, $3, $4, $5)",
                id.Value, i, learner.Value, entries[i].Credits.Hundredths, DomainJson.Write(entries[i]));
        }
    }
}
