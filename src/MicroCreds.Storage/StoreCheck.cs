using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Storage;

/// <summary>
/// Checks a store on one snapshot: that the file is sound, that bytes have the digests they are known by, that streams are gapless and chained,
/// and that everything kept beside the events is what the events say. Finds, never repairs.
/// </summary>
internal sealed class StoreCheck
{
    private readonly StoreSession _session;
    private readonly ImmutableArray<StoreFinding>.Builder _findings = ImmutableArray.CreateBuilder<StoreFinding>();

    private StoreCheck(StoreSession session) => _session = session;

    internal static ImmutableArray<StoreFinding> Run(StoreSession session)
    {
        var check = new StoreCheck(session);
        check.Structure();
        check.Digests();
        check.Streams("to", "SELECT partner, epoch, sequence, digest, previous_digest FROM outgoing ORDER BY partner, epoch, sequence", "SELECT partner, epoch, sequence, head FROM outgoing_stream");
        check.Streams("from", "SELECT partner, epoch, sequence, digest, previous_digest FROM incoming ORDER BY partner, epoch, sequence", "SELECT partner, epoch, sequence, head FROM incoming_stream");
        check.Cases();
        check.Changes();
        check.Requests();
        check.Tables();
        check.Agreements();
        return check._findings.ToImmutable();
    }

    private void Structure()
    {
        foreach (var text in _session.StructuralFaults()) Find("file", text);
    }

    private void Digests()
    {
        _session.Each("SELECT digest, jws FROM statement", r => Compare("statement", r.GetString(0), Encoding.ASCII.GetBytes(r.GetString(1))));
        _session.Each("SELECT digest, bytes FROM credential_file", r => Compare("file", r.GetString(0), r.GetFieldValue<byte[]>(1)));

        void Compare(string what, string known, byte[] bytes)
        {
            if (Sha256Digest.Of(bytes).Value != known) Find($"{what} {known}", "its bytes have another digest");
        }
    }

    private void Streams(string direction, [System.Diagnostics.CodeAnalysis.ConstantExpected] string rows, [System.Diagnostics.CodeAnalysis.ConstantExpected] string heads)
    {
        var reached = new Dictionary<(string Partner, long Epoch), (long Sequence, string? Head)>();
        _session.Each(rows, r =>
        {
            var stream = (r.GetString(0), r.GetInt64(1));
            var (last, head) = reached.GetValueOrDefault(stream);
            if (r.GetInt64(2) != last + 1) Find(Name(stream), $"statement {last + 1} is missing before {r.GetInt64(2)}");
            else if ((r.IsDBNull(4) ? null : r.GetString(4)) != head) Find(Name(stream), $"statement {r.GetInt64(2)} does not name the one before it");
            reached[stream] = (r.GetInt64(2), r.GetString(3));
        });
        _session.Each(heads, r =>
        {
            var stream = (r.GetString(0), r.GetInt64(1));
            if (reached.GetValueOrDefault(stream) != (r.GetInt64(2), r.IsDBNull(3) ? null : r.GetString(3))) Find(Name(stream), "its counter is not at its last statement");
            reached.Remove(stream);
        });
        foreach (var stream in reached.Keys) Find(Name(stream), "it has statements but no counter");

        string Name((string Partner, long Epoch) stream) => string.Create(CultureInfo.InvariantCulture, $"stream {direction} {stream.Partner}, epoch {stream.Epoch}");
    }

    private void Cases()
    {
        foreach (var summary in CaseSummaries.All(_session))
        {
            var subject = $"case {summary.Case}";
            RecognitionCase? folded;
            try
            {
                folded = CaseRows.Find(_session, summary.Case);
            }
            catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException)
            {
                Find(subject, $"its events make no case: {e.Message}");
                continue;
            }
            if (folded is null || CaseSummaries.Of(folded) != summary) Find(subject, "its summary is not what its events say");
            if (folded is not null) Derived(subject, folded);
        }
    }

    private void Derived(string subject, RecognitionCase folded)
    {
        var id = folded.Application.Case.Value;
        var versions = _session.Query("SELECT version FROM decision WHERE case_id = $1 ORDER BY version", r => r.GetInt32(0), id);
        if (!versions.SequenceEqual(folded.Decisions.Select(d => d.Version))) Find(subject, "its decisions by version are not those of its events");

        var files = _session.Query("SELECT digest FROM case_credential WHERE case_id = $1 ORDER BY ordinal", r => r.GetString(0), id);
        if (!files.SequenceEqual(folded.Application.Credentials.Select(d => d.Value))) Find(subject, "its files are not those of its application");

        var ledger = _session.Query(
            "SELECT learner, credits_hundredths, document FROM ledger_entry WHERE case_id = $1", r => (Learner: r.GetString(0), Credits: r.GetInt64(1), Entry: StoreSession.DocumentOf<LedgerEntry>(r, 2)), id);
        if (ledger.Any(e => e.Learner != folded.Application.Learner.Value || e.Credits != e.Entry.Credits.Hundredths || e.Entry.Case.Value != id)) Find(subject, "an entry of its ledger is not what its document says");
        var granted = folded.EffectiveDecision?.Lines.Sum(l => (long)l.GrantedCredits.Hundredths) ?? 0;
        if (ledger.Sum(e => e.Credits) > granted || (ledger.Count > 0 && folded.EffectiveDecision is null or { Outcome: DecisionOutcome.Refused }))
            Find(subject, "its ledger counts credits that no decision in effect grants");
    }

    private void Changes()
    {
        var next = 1L;
        _session.Each("SELECT cursor FROM case_change ORDER BY cursor", r =>
        {
            if (r.GetInt64(0) != next) Find("changes", string.Create(CultureInfo.InvariantCulture, $"the change {next} is missing before {r.GetInt64(0)}"));
            next = r.GetInt64(0) + 1;
        });
        if (_session.Number("SELECT value FROM counter WHERE name = 'case_change'") != next - 1) Find("changes", "the counter is not at the last change");
        _session.Each(
            """
            SELECT c.case_id FROM recognition_case c LEFT JOIN (SELECT case_id, max(event_count) AS reached FROM case_change GROUP BY case_id) n ON n.case_id = c.case_id
            WHERE n.reached IS NULL OR n.reached <> c.event_count
            """,
            r => Find($"case {r.GetString(0)}", "its last change is not among the changes"));
    }

    private void Requests() =>
        _session.Each(
            """
            SELECT q.caller, q.request_id FROM change_request q
            WHERE (q.kind = 'recognition_case' AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = q.subject AND e.sequence = q.place))
              OR (q.kind = 'learning_agreement' AND NOT EXISTS (SELECT 1 FROM learning_agreement_event a WHERE a.agreement_id = q.subject AND a.sequence = q.place))
              OR (q.kind = 'equivalence_table' AND NOT EXISTS (SELECT 1 FROM equivalence_table t WHERE t.table_id = q.subject AND t.version = q.place))
            """,
            r => Find($"request {r.GetString(1)} of {r.GetString(0)}", "what it changed is not there"));

    private void Tables()
    {
        _session.Each(
            "SELECT t.table_id, t.version, t.digest, t.document, v.summary FROM equivalence_table t LEFT JOIN table_version v ON v.table_id = t.table_id AND v.version = t.version",
            r =>
            {
                var table = TableDocument.Read<EquivalenceTable>(r.GetFieldValue<byte[]>(3));
                if (table.Id.Value != r.GetString(0) || table.Version != r.GetInt32(1) || table.Digest.Value != r.GetString(2))
                    Find($"table {r.GetString(0)}", $"its version {table.Version} is kept under another name");
                var summary = r.IsDBNull(4) ? null : StoreSession.DocumentOf<PublishedVersion>(r, 4);
                if (summary is null || !DomainJson.Write(summary).AsSpan().SequenceEqual(DomainJson.Write(PublishedVersion.Of(table))))
                    Find($"table {r.GetString(0)}", $"the history of its version {table.Version} is not what the version says");
            });
        var next = 1L;
        _session.Each("SELECT cursor FROM table_publication ORDER BY cursor", r =>
        {
            if (r.GetInt64(0) != next) Find("publications", string.Create(CultureInfo.InvariantCulture, $"the publication {next} is missing before {r.GetInt64(0)}"));
            next = r.GetInt64(0) + 1;
        });
        if (_session.Number("SELECT value FROM counter WHERE name = 'table_publication'") != next - 1) Find("publications", "the counter is not at the last publication");
        _session.Each(
            "SELECT t.table_id, t.version FROM equivalence_table t WHERE NOT EXISTS (SELECT 1 FROM table_publication p WHERE p.table_id = t.table_id AND p.version = t.version)",
            r => Find($"table {r.GetString(0)}", string.Create(CultureInfo.InvariantCulture, $"its version {r.GetInt32(1)} is not among the publications")));
    }

    private void Agreements()
    {
        // Read whole: a connection answers one question at a time.
        foreach (var (id, learner, programme, host) in _session.Query("SELECT agreement_id, learner, programme, host FROM learning_agreement", r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3))))
        {
            var subject = $"learning agreement {id}";
            var events = _session.Query("SELECT sequence, document FROM learning_agreement_event WHERE agreement_id = $1 ORDER BY sequence", e => (Sequence: e.GetInt32(0), Event: StoreSession.DocumentOf<AgreementEvent>(e, 1)), id);
            if (!events.Select(e => e.Sequence).SequenceEqual(Enumerable.Range(1, events.Count)) || events is not [{ Event: AgreementEvent.Recorded }, ..]) Find(subject, "its events are not numbered without a gap, or record no first version");
            else if (events.Select(e => e.Event).OfType<AgreementEvent.Recorded>().Select((e, i) => (e.Agreement, Version: i + 1)).Any(v =>
                (v.Agreement.Id.Value, v.Agreement.Version, v.Agreement.Learner.Value, v.Agreement.Programme.Value, v.Agreement.Host.Value) != (id, v.Version, learner, programme, host)))
                Find(subject, "a version is kept under another name");
        }
    }

    private void Find(string subject, string text) => _findings.Add(new StoreFinding(subject, text));
}
