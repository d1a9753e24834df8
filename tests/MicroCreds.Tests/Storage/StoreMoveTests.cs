using System.Security.Cryptography;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Moving;
using MicroCreds.Tests.Domain.Agreements;

namespace MicroCreds.Tests.Storage;

/// <summary>A store goes to the other engine and back with everything it holds, whatever comes between.</summary>
[NeedsPostgres]
public sealed class StoreMoveTests : PostgresSchemaTests, IDisposable
{
    private static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.File("a.db");

    public void Dispose() => _directory.Dispose();

    [EngineFact]
    public async Task carries_every_row_of_every_table_there_and_back()
    {
        await FillFileAsync();
        var bytes = await BytesAsync(File);
        var there = Move(toFile: false);
        Assert.All(there.Tables, table => Assert.True(table.Rows > 0, $"The test fills no {table.Table}."));
        Assert.Equal(bytes, await BytesAsync(File));
        Assert.Equal((false, false), (there.Before, there.Resumed));

        var back = KilledMove.Run(Server, Schema, _directory.File("b.db"), toFile: true, _ => { });
        Assert.True(there.Tables.SequenceEqual(back.Tables));
        await using var schema = await OpenSchemaAsync();
        await using var file = await OpenFileAsync(_directory.File("b.db"));
        foreach (var store in new[] { schema, file })
        {
            Assert.Empty(await store.CheckAsync(CancellationToken.None));
            var sample = new Samples();
            await store.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), CancellationToken.None);
            await store.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, Partner), CancellationToken.None);
            Assert.Equal(5, Assert.Single(await store.Statements.OutgoingStreamsAsync(CancellationToken.None)).Head.Sequence);
            Assert.Empty(await store.CheckAsync(CancellationToken.None));
        }
    }

    [EngineFact]
    public async Task goes_on_after_it_was_broken_off_ahead_of_any_change()
    {
        await FillFileAsync();
        var changes = new List<string>();
        var expected = Move(toFile: false, what => changes.Add(what)).Tables;
        Assert.InRange(changes.Count(c => c is not "schema"), 20, 200);
        var resumed = 0;
        foreach (var dieAt in Points(changes))
        {
            var schema = NewSchema();
            Assert.Throws<BrokenOffException>(() => KilledMove.Run(Server, schema, File, toFile: false, BreakAt(dieAt)));
            var outcome = KilledMove.Run(Server, schema, File, toFile: false, _ => { });
            Assert.True(expected.SequenceEqual(outcome.Tables));
            if (outcome.Resumed) resumed++;
        }
        Assert.InRange(resumed, 8, changes.Count);

        changes.Clear();
        KilledMove.Run(Server, Schema, _directory.File("all.db"), toFile: true, what => changes.Add(what));
        foreach (var dieAt in Points(changes))
        {
            var file = _directory.File($"{dieAt}.db");
            Assert.Throws<BrokenOffException>(() => KilledMove.Run(Server, Schema, file, toFile: true, BreakAt(dieAt)));
            Assert.False(System.IO.File.Exists(file));
            Assert.True(expected.SequenceEqual(KilledMove.Run(Server, Schema, file, toFile: true, _ => { }).Tables));
        }
    }

    [EngineFact]
    public async Task goes_on_after_its_process_was_killed()
    {
        await FillFileAsync();
        // In the steps of the schema, amid the rows, and between the last row and the name.
        var changes = new List<string>();
        KilledMove.Run(Server, NewSchema(), File, toFile: false, changes.Add);
        var rows = changes.IndexOf("statement") - changes.IndexOf("marker");
        Assert.Equal(137, await KilledMove.StartAsync(Schema, File, toFile: false, 1 + (changes.IndexOf("marker") / 2)));
        Assert.Equal(137, await KilledMove.StartAsync(Schema, File, toFile: false, changes.IndexOf("marker") - (changes.IndexOf("marker") / 2) + rows));
        Assert.Equal(137, await KilledMove.StartAsync(Schema, File, toFile: false, changes.IndexOf("name") - changes.IndexOf("statement") + 2));
        var there = Move(toFile: false);
        Assert.True(there.Resumed);
        var copy = _directory.File("b.db");
        Assert.Equal(137, await KilledMove.StartAsync(Schema, copy, toFile: true, 85));
        Assert.False(System.IO.File.Exists(copy));
        var back = KilledMove.Run(Server, Schema, copy, toFile: true, _ => { });
        Assert.Equal((true, true), (back.Resumed, back.Tables.SequenceEqual(there.Tables)));
        Assert.True(Move(toFile: false).Before);
    }

    [EngineFact]
    public async Task begins_anew_when_the_source_was_written_to_meanwhile()
    {
        await FillFileAsync();
        Assert.Throws<BrokenOffException>(() => Move(toFile: false, what =>
        {
            if (what == "finish") throw new BrokenOffException();
        }));
        // The one row of the case is changed in place, ahead of what has arrived.
        await using (var file = await OpenFileAsync(File)) await SqliteCheckTests.FillAsync(file);
        var changes = new List<string>();
        Move(toFile: false, changes.Add);
        Assert.Single(changes, "discard");
        Assert.True(Move(toFile: false).Before);
    }

    [EngineFact]
    public async Task puts_nothing_over_a_store_or_over_another_move()
    {
        await FillFileAsync();
        Assert.Throws<BrokenOffException>(() => Move(toFile: false, BreakAt(80)));
        await using (var other = await OpenFileAsync(_directory.File("b.db"))) await SqliteCheckTests.FillAsync(other);
        Assert.Contains($"is of a move from {File} that is not finished", Refused(() => KilledMove.Run(Server, Schema, _directory.File("b.db"), toFile: false, _ => { })), StringComparison.Ordinal);
        Move(toFile: false);
        Assert.Contains("holds another store", Refused(() => KilledMove.Run(Server, Schema, _directory.File("b.db"), toFile: false, _ => { })), StringComparison.Ordinal);
        Assert.Contains("holds another store", Refused(() => KilledMove.Run(Server, Schema, _directory.File("b.db"), toFile: true, _ => { })), StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task and_a_node_keep_each_other_out()
    {
        await FillFileAsync();
        await using (await OpenFileAsync(File)) Assert.Contains("is in use by", Refused(() => Move(toFile: false)), StringComparison.Ordinal);
        Move(toFile: false, what =>
        {
            if (what != "marker") return;
            Assert.Contains("is in use by", Refused(() => OpenFileAsync(File).GetAwaiter().GetResult()), StringComparison.Ordinal);
            Assert.Contains("is being moved", Refused(() => OpenSchemaAsync().GetAwaiter().GetResult()), StringComparison.Ordinal);
        });
        await using (await OpenSchemaAsync())
        {
            await SharedAsync();
            Assert.Contains("is open in a node", Refused(() => KilledMove.Run(Server, Schema, _directory.File("b.db"), toFile: true, _ => { })), StringComparison.Ordinal);
        }
    }

    [EngineFact]
    public async Task gives_no_name_to_what_is_not_sound()
    {
        await FillFileAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE counter SET value = value + 1 WHERE name = 'case_change'";
            command.ExecuteNonQuery();
        }
        Assert.Contains("changes: the counter is not at the last change", Refused(() => Move(toFile: false)), StringComparison.Ordinal);
        Assert.Contains("no node has made it yet", Refused(() => StoreInspection.Open(Server, Schema, Institution).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void every_table_has_a_key_and_comes_behind_those_it_refers_to()
    {
        var names = StoreTable.All.Select(t => t.Name).ToList();
        Assert.All(StoreTable.All, table => Assert.NotEmpty(table.Key));
        Assert.DoesNotContain("previous_sequence", StoreTable.All.Single(t => t.Name == "outgoing").Columns);
        foreach (var (child, parent) in new[] { ("outgoing", "statement"), ("outgoing", "outgoing_stream"), ("incoming_receipt", "incoming"), ("case_event", "recognition_case") })
            Assert.True(names.IndexOf(child) > names.IndexOf(parent), $"{child} comes before {parent}.");
    }

    private MoveOutcome Move(bool toFile, Action<string>? before = null) => KilledMove.Run(Server, Schema, File, toFile, before ?? (_ => { }));

    private static string Refused(Action act) => Assert.Throws<StoreUnusableException>(act).Message;

    /// <summary>Every kind of change, and every third of the rows. Of the schema's steps, which have tests of their own, two suffice.</summary>
    private static List<int> Points(List<string> changes) => Enumerable.Range(1, changes.Count).Where(n => changes[n - 1] is "marker" or "finish" or "name" || n is 1 or 30 || (n % 3 == 0 && changes[n - 1] != "schema")).ToList();

    private static Action<string> BreakAt(int point)
    {
        var change = 0;
        return _ =>
        {
            if (++change == point) throw new BrokenOffException();
        };
    }

    /// <summary>Waits until the server knows that a node has the schema open.</summary>
    private async Task SharedAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            await using var command = Server.Source.CreateCommand("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND ((classid::bigint << 32) | objid::bigint) = $1");
            command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = MicroCreds.Storage.Postgres.SchemaUse.LockOf(Schema) });
            if (await command.ExecuteScalarAsync(soon.Token) is > 0L) return;
        }
    }

    private static async Task<string> BytesAsync(string path) => Convert.ToHexString(SHA256.HashData(await System.IO.File.ReadAllBytesAsync(path)));

    private Task<InstitutionDatabase> OpenSchemaAsync() =>
        InstitutionDatabase.OpenAsync(Server, Schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);

    private static Task<InstitutionDatabase> OpenFileAsync(string path) =>
        InstitutionDatabase.OpenAsync(path, Institution, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);

    private async Task FillFileAsync()
    {
        await using var database = await OpenFileAsync(File);
        await FillEverythingAsync(database);
    }

    /// <summary>At least one row in every table; texts hold what one engine keeps and the other does not.</summary>
    internal static async Task FillEverythingAsync(InstitutionDatabase database)
    {
        var none = CancellationToken.None;
        await SqliteCheckTests.FillAsync(database);
        var sent = await database.Statements.OutgoingAsync(Partner, 1, 0, 1, none);
        await database.Statements.RecordReceiptAsync(Partner, new(1, 1, sent[0].Digest), "receipt", Samples.Noon, none);
        var contradicting = Samples.Received(new(1, 3, Samples.Request().Content));
        Assert.True((await database.Statements.ReceiveAsync(Partner, [contradicting], _ => "", Samples.Noon, none)).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StreamEquivocation, problem.Code);
        var (head, sample) = ((await database.Statements.OutgoingStreamsAsync(none)).Single(s => s.Partner == Partner).Head, Samples.Received(new(1, 3, sent[0].Digest)));
        var position = new StreamPosition(1, head.Sequence + 1, head.Head);
        Assert.False((await database.Recovery.TakeBackAsync(Partner, [new ReturnedStatement(sample with { Position = position }, 1)], Samples.Noon, none)).Failed(out _, out _));
        await database.Cases.StatusPlaceAsync((await database.Cases.ChangesAsync(0, 1, none))[0].Case.Case, 1, none);
        await database.HoldAllAsync(Samples.Noon, none);
        await database.ReleaseAsync(Partner, Samples.Noon, none);
        await database.Equivalences.EditDraftAsync(TableId.Parse("second"), Samples.Request() with { Caller = "staff:a\0b\uF8F0c\uF8F00" }, null, _ => FullValue.Of<EquivalenceDraft>(), none);
        await database.Adoptions.KeepAsync(FullValue.Of<SourceRuleVersion>(), none);
        await database.Adoptions.AdvanceAsync(Partner, "7", [], none);
        await database.Adoptions.AcknowledgeAsync(Samples.Request(), FullValue.Of<AdoptionAcknowledgement>(), none);
        await database.Agreements.ChangeAsync(AgreementId.Parse("LA-17"), Samples.Request(), _ => new AgreementEvent.Recorded(AgreementSamples.Agreement()), none);
        await database.GradeTables.PutAsync(FullValue.Of<GradeTable>(), Samples.Request(), none);
        var decided = (await database.Cases.ChangesAsync(0, 100, none)).First(c => c.Case.Outcome is not null).Case.Case;
        await database.Cases.StatusPlaceAsync(decided, 1, none);
        Assert.Empty(await database.CheckAsync(none));
    }

    private sealed class BrokenOffException : Exception;
}
