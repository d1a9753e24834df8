using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Tests.Storage;

/// <summary>The check of a store finds what somebody changed behind its back.</summary>
public sealed class SqliteCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>What was changed, and the subject of the finding.</summary>
    public static TheoryData<string, string> Tamperings => new()
    {
        { "UPDATE statement SET jws = jws || 'x' WHERE rowid = 1", "statement " },
        { "UPDATE credential_file SET bytes = x'00'", "file " },
        { "DELETE FROM outgoing WHERE sequence = 2", "stream to uni-b.example" },
        { "UPDATE outgoing SET previous_digest = 'other' WHERE sequence = 2", "stream to uni-b.example" },
        { "UPDATE outgoing_stream SET sequence = sequence + 1", "stream to uni-b.example" },
        { "DELETE FROM outgoing_stream", "stream to uni-b.example" },
        { "DELETE FROM incoming WHERE sequence = 3", "stream from uni-b.example" },
        { "DELETE FROM case_event WHERE sequence = 2", "case " },
        { "UPDATE recognition_case SET assignee = 'mallory'", "case " },
        { "UPDATE recognition_case SET event_count = event_count - 1", "case " },
        { "DELETE FROM decision WHERE version = 2", "case " },
        { "DELETE FROM case_credential", "case " },
        { "UPDATE ledger_entry SET credits_hundredths = 36000", "case " },
        { "UPDATE ledger_entry SET learner = 'x23456789012345678901234567890123456789012x'", "case " },
        { "DELETE FROM case_change WHERE cursor = 2", "changes" },
        { "UPDATE counter SET value = value + 1", "changes" },
        { "UPDATE change_request SET place = 99 WHERE kind = 'recognition_case'", "request " },
        { "UPDATE equivalence_table SET digest = 'x23456789012345678901234567890123456789012x'", "table " },
        { "DELETE FROM credential_file", "file" },
    };

    [Theory, MemberData(nameof(Tamperings))]
    public async Task finds(string tampering, string subject)
    {
        var path = _directory.File("a.db");
        await using (var database = await OpenAsync(path))
        {
            await FillAsync(database);
            Assert.Empty(await database.CheckAsync(CancellationToken.None));
        }
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
            command.CommandText = tampering;
#pragma warning restore CA2100
            Assert.NotEqual(0, command.ExecuteNonQuery());
        }
        await using (var database = await OpenAsync(path))
            Assert.Contains(await database.CheckAsync(CancellationToken.None), finding => finding.Subject.StartsWith(subject, StringComparison.Ordinal));
    }

    internal static async Task FillAsync(InstitutionDatabase database)
    {
        var (sample, none, partner) = (new Samples(), CancellationToken.None, OrganisationId.Parse("uni-b.example"));
        await database.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), none);
        for (var i = 0; i < 3; i++) await database.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, partner), none);
        await database.Statements.ReceiveAsync(partner, Samples.Stream(4), head => $"receipt {head.Sequence}", Samples.Noon, none);
        var table = TableId.Parse("main");
        await database.Equivalences.EditDraftAsync(table, Samples.Request(), null, _ => FullValue.Of<MicroCreds.Domain.Rules.EquivalenceDraft>(), none);
        await database.Equivalences.PublishAsync(
            table, Samples.Request(), null, (draft, version) => FullValue.Of<MicroCreds.Domain.Rules.EquivalenceTable>() with { Id = draft.Id, Version = version }, none);
    }

    private static Task<InstitutionDatabase> OpenAsync(string path) =>
        InstitutionDatabase.OpenAsync(path, OrganisationId.Parse("uni-a.example"), (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
}
