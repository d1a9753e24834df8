using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Storage;

/// <summary>The promises of <see cref="IEquivalenceStore"/> and <see cref="IGradeTableStore"/>.</summary>
public abstract class TableStoreContract(IStoreEngine engine) : StoreContract(engine)
{
    private static readonly TableId Table = TableId.Parse("main");

    [EngineFact]
    public async Task has_no_table_and_no_draft_at_first()
    {
        Assert.Empty(await Stores.Equivalences.PublishedAsync(Soon));
        Assert.Null(await Stores.Equivalences.DraftAsync(Table, Soon));
        Assert.Null(await Stores.Equivalences.VersionAsync(Table, 1, Soon));
        Refused(await PublishAsync(), ProblemCode.TableNotFound);
    }

    [EngineFact]
    public async Task keeps_a_draft_and_counts_its_edits()
    {
        var first = Kept(await EditAsync("anna"));
        Assert.Equal(1, first.Revision);
        var second = Kept(await EditAsync("bert", etag: 1));
        Assert.Equal(2, second.Revision);
        Refused(await EditAsync("carl", etag: 1), ProblemCode.ConcurrentChange);
        await ReopenAsync();
        Assert.Null(FullValue.FirstDifference(second, await Stores.Equivalences.DraftAsync(Table, Soon)));
        Assert.Null(await Stores.Equivalences.DraftAsync(TableId.Parse("other"), Soon));
    }

    [EngineFact]
    public async Task publishes_the_draft_as_the_next_version_for_good()
    {
        for (var version = 1; version <= 3; version++)
        {
            var draft = Kept(await EditAsync($"editor {version}"));
            Refused(await PublishAsync(etag: draft.Revision + 1), ProblemCode.ConcurrentChange);
            Assert.Equal(version, Kept(await PublishAsync(etag: draft.Revision)).Version);
            Assert.Null(await Stores.Equivalences.DraftAsync(Table, Soon));
            Refused(await PublishAsync(), ProblemCode.TableNotFound);
        }
        Kept(await EditAsync("anna", TableId.Parse("a-second")));
        Kept(await PublishAsync(id: TableId.Parse("a-second")));
        await ReopenAsync();
        Assert.Equal([("a-second", 1), ("main", 3)], (await Stores.Equivalences.PublishedAsync(Soon)).Select(t => (t.Id.Value, t.Version)));
        Assert.Equal("editor 2", (await Stores.Equivalences.VersionAsync(Table, 2, Soon))!.PublishedBy);
        Assert.Null(await Stores.Equivalences.VersionAsync(Table, 4, Soon));
    }

    [EngineFact]
    public async Task numbers_publications_in_the_order_of_commit_and_wakes_those_who_wait()
    {
        Assert.Empty(await Stores.Equivalences.PublicationsAsync(0, 10, Soon));
        var waiting = Stores.Equivalences.WaitForPublicationAsync(0, Soon);
        Assert.False(waiting.IsCompleted);
        var request = Samples.Request();
        foreach (var id in new[] { "main", "a-second", "main" })
        {
            Kept(await EditAsync("anna", TableId.Parse(id)));
            Kept(await PublishAsync(id == "a-second" ? request : null, id: TableId.Parse(id)));
        }
        Kept(await PublishAsync(request, id: TableId.Parse("a-second")));
        await waiting;
        await ReopenAsync();
        var all = await Stores.Equivalences.PublicationsAsync(0, 10, Soon);
        Assert.Equal([(1, "main", 1), (2, "a-second", 1), (3, "main", 2)], all.Select(p => (p.Cursor, p.Table.Value, p.Version)));
        Assert.Equal((await Stores.Equivalences.VersionAsync(Table, 2, Soon))!.PublishedAt, all[2].PublishedAt);
        Assert.Equal([2L], (await Stores.Equivalences.PublicationsAsync(1, 1, Soon)).Select(p => p.Cursor));
        await Stores.Equivalences.WaitForPublicationAsync(2, Soon);
        Assert.False(Stores.Equivalences.WaitForPublicationAsync(3, Soon).IsCompleted);
    }

    [EngineFact]
    public async Task keeps_a_history_without_rows_and_throws_a_draft_away()
    {
        for (var version = 1; version <= 3; version++)
        {
            Kept(await EditAsync($"editor {version}"));
            Kept(await PublishAsync());
        }
        await ReopenAsync();
        Assert.Equal([3, 2], (await Stores.Equivalences.VersionsAsync(Table, int.MaxValue, 2, Soon)).Select(v => v.Version));
        var first = Assert.Single(await Stores.Equivalences.VersionsAsync(Table, 2, 2, Soon));
        Assert.Null(FullValue.FirstDifference(PublishedVersion.Of((await Stores.Equivalences.VersionAsync(Table, 1, Soon))!), first));
        Assert.Empty(await Stores.Equivalences.VersionsAsync(TableId.Parse("other"), int.MaxValue, 2, Soon));

        var draft = Kept(await EditAsync("anna"));
        Refused(await Stores.Equivalences.DiscardDraftAsync(Table, Samples.Request(), draft.Revision + 1, Soon), ProblemCode.ConcurrentChange);
        var request = Samples.Request();
        for (var again = 0; again < 2; again++)
        {
            Assert.Null(FullValue.FirstDifference(draft, Kept(await Stores.Equivalences.DiscardDraftAsync(Table, request, draft.Revision, Soon))));
            Assert.Null(await Stores.Equivalences.DraftAsync(Table, Soon));
        }
        Refused(await Stores.Equivalences.DiscardDraftAsync(Table, Samples.Request(), null, Soon), ProblemCode.TableNotFound);
        Assert.Equal(draft.Revision + 1, Kept(await EditAsync("bert")).Revision);
    }

    [EngineFact]
    public async Task keeps_adopted_sources_the_cursor_with_what_changed_and_acknowledgements()
    {
        var first = FullValue.Of<SourceRuleVersion>();
        await Stores.Adoptions.KeepAsync(first, Soon);
        await Stores.Adoptions.KeepAsync(first with { Gone = !first.Gone }, Soon);
        Assert.Equal("", await Stores.Adoptions.CursorAsync(Partner, Soon));
        var later = first with { Source = first.Source with { Version = first.Source.Version + 1 }, Content = null };
        await Stores.Adoptions.AdvanceAsync(Partner, "7", [later], Soon);
        await Stores.Adoptions.AdvanceAsync(Partner, "8", [], Soon);
        // A rule that was not shown yet is filled in, once.
        var upcoming = later with { Source = later.Source with { Version = later.Source.Version + 1 }, Gone = false };
        await Stores.Adoptions.AdvanceAsync(Partner, "8", [upcoming], Soon);
        await Stores.Adoptions.KeepAsync(upcoming with { Content = first.Content }, Soon);
        await Stores.Adoptions.KeepAsync(upcoming with { Gone = true }, Soon);

        var (request, seen) = (Samples.Request(), new AdoptionAcknowledgement(Table, RuleId.Parse("OWN"), 4, "anna", Clock.GetUtcNow()));
        Assert.Equal(seen, Kept(await Stores.Adoptions.AcknowledgeAsync(request, seen, Soon)));
        Kept(await Stores.Adoptions.AcknowledgeAsync(Samples.Request(), seen with { SourceVersion = 5 }, Soon));
        Assert.Equal(seen, Kept(await Stores.Adoptions.AcknowledgeAsync(request, seen with { By = "bert" }, Soon)));
        Refused(await Stores.Adoptions.AcknowledgeAsync(request with { Content = Sha256Digest.Of("x"u8) }, seen, Soon), ProblemCode.RequestIdReused);
        await ReopenAsync();
        var sources = await Stores.Adoptions.SourcesAsync(Soon);
        Assert.Null(FullValue.FirstDifference(first, sources[0]));
        Assert.Null(FullValue.FirstDifference(later, sources[1]));
        Assert.Null(FullValue.FirstDifference(upcoming with { Content = first.Content }, sources[2]));
        Assert.Equal((3, "8"), (sources.Length, await Stores.Adoptions.CursorAsync(Partner, Soon)));
        Assert.Equal(5, Assert.Single(await Stores.Adoptions.AcknowledgementsAsync(Soon)).SourceVersion);
        Assert.Empty(await Stores.Equivalences.DraftsAsync(Soon));
    }

    [EngineFact]
    public async Task never_gives_an_etag_twice()
    {
        var first = Kept(await EditAsync("anna"));
        Kept(await PublishAsync());
        Kept(await EditAsync("bert"));
        Refused(await EditAsync("carl", etag: first.Revision), ProblemCode.ConcurrentChange);
    }

    [EngineFact]
    public async Task keeps_nothing_that_is_refused()
    {
        var invalid = Problem.Of(ProblemCode.SheetInvalid, "wrong");
        Refused(await Stores.Equivalences.EditDraftAsync(Table, Samples.Request(), null, _ => invalid, Soon), ProblemCode.SheetInvalid);
        Assert.Null(await Stores.Equivalences.DraftAsync(Table, Soon));
        Kept(await EditAsync("anna"));
        Refused(await Stores.Equivalences.PublishAsync(Table, Samples.Request(), null, (_, _) => invalid, Soon), ProblemCode.SheetInvalid);
        Assert.NotNull(await Stores.Equivalences.DraftAsync(Table, Soon));
        Assert.Empty(await Stores.Equivalences.PublishedAsync(Soon));
    }

    [EngineFact]
    public async Task keeps_nobody_waiting_while_a_table_is_made_ready_and_makes_it_again_when_it_changed_meanwhile()
    {
        Kept(await EditAsync("anna"));
        var made = new List<string>();
        var published = Kept(await Stores.Equivalences.PublishAsync(
            Table, Samples.Request(), null,
            (draft, version) =>
            {
                made.Add(draft.EditedBy);
                // While this one takes its time, others write: of this table once, and of others whenever they like.
                Assert.True(OpenedAsync().Wait(TimeSpan.FromSeconds(30)));
                if (made.Count == 1) Assert.True(EditAsync("bert").Wait(TimeSpan.FromSeconds(30)));
                return FullValue.Of<EquivalenceTable>() with { Id = draft.Id, Version = version, PublishedBy = draft.EditedBy };
            },
            Soon));
        Assert.Equal(["anna", "bert"], made);
        Assert.Equal(("bert", 1), (published.PublishedBy, published.Version));
        Assert.Equal(1, Assert.Single(await Stores.Equivalences.PublicationsAsync(0, 10, Soon)).Version);
    }

    [EngineFact]
    public async Task gives_a_change_up_that_others_overtake_every_time()
    {
        var (tries, request) = (0, Samples.Request());
        var problem = Refused(await OvertakenAsync(), ProblemCode.StoreUnavailable);
        Assert.Equal(("conflict", EquivalenceStore.MaxAttempts), (problem.Facts["cause"], tries));
        Assert.Equal("other 4", (await Stores.Equivalences.DraftAsync(Table, Soon))!.EditedBy);
        Assert.Equal(5, Kept(await EditAsync("anna", request: request)).Revision);

        Task<Result<EquivalenceDraft>> OvertakenAsync() => Stores.Equivalences.EditDraftAsync(
            Table, request, null,
            _ =>
            {
                Assert.True(EditAsync($"other {++tries}").Wait(TimeSpan.FromSeconds(30)));
                return FullValue.Of<EquivalenceDraft>() with { EditedBy = "anna" };
            },
            Soon);
    }

    [EngineFact]
    public async Task gives_one_revision_to_each_of_many_who_edit_at_once()
    {
        var edits = await Task.WhenAll(Enumerable.Range(0, EquivalenceStore.MaxAttempts).Select(i => Task.Run(() => EditAsync($"editor {i}"))));
        Assert.Equal([1, 2, 3, 4], edits.Select(e => Kept(e).Revision).Order());
    }

    [EngineFact]
    public async Task answers_a_repeated_edit_and_publication_as_the_first_time()
    {
        var (edit, publish) = (Samples.Request(), Samples.Request());
        var edited = Kept(await EditAsync("anna", request: edit));
        Kept(await EditAsync("bert"));
        Assert.Null(FullValue.FirstDifference(edited, Kept(await EditAsync("carl", request: edit))));
        var published = Kept(await PublishAsync(publish));
        Kept(await EditAsync("dora"));
        Kept(await PublishAsync());
        Assert.Null(FullValue.FirstDifference(published, Kept(await PublishAsync(publish))));
        Assert.Null(FullValue.FirstDifference(edited, Kept(await EditAsync("carl", request: edit))));
        Refused(await EditAsync("anna", request: edit with { Content = Sha256Digest.Of("x"u8) }), ProblemCode.RequestIdReused);
        Refused(await PublishAsync(publish with { Content = Sha256Digest.Of("x"u8) }), ProblemCode.RequestIdReused);
        Refused(await EditAsync("anna", TableId.Parse("other"), request: edit), ProblemCode.RequestIdReused);
        Refused(await PublishAsync(edit), ProblemCode.RequestIdReused);
    }

    [EngineFact]
    public async Task keeps_one_grade_table_per_organisation_field_level_and_years()
    {
        var table = FullValue.Of<GradeTable>();
        Kept(await Stores.GradeTables.PutAsync(table, Samples.Request(), Soon));
        Kept(await Stores.GradeTables.PutAsync(table with { StepThousandths = 500 }, Samples.Request(), Soon));
        Kept(await Stores.GradeTables.PutAsync(table with { FirstYear = 1 }, Samples.Request(), Soon));
        Kept(await Stores.GradeTables.PutAsync(table with { Organisation = Partner }, Samples.Request(), Soon));
        await ReopenAsync();
        Assert.Equal([(1, table.StepThousandths), (table.FirstYear, 500)], (await Stores.GradeTables.OfAsync(table.Organisation, Soon)).Select(t => (t.FirstYear, t.StepThousandths)));
        Assert.Null(FullValue.FirstDifference(table with { Organisation = Partner }, Assert.Single(await Stores.GradeTables.OfAsync(Partner, Soon))));
        Assert.Empty(await Stores.GradeTables.OfAsync(OrganisationId.Parse("vol.example"), Soon));
    }

    [EngineFact]
    public async Task answers_a_repeated_grade_table_as_the_first_time()
    {
        var (table, request) = (FullValue.Of<GradeTable>(), Samples.Request());
        Kept(await Stores.GradeTables.PutAsync(table, request, Soon));
        Kept(await Stores.GradeTables.PutAsync(table with { StepThousandths = 500 }, Samples.Request(), Soon));
        Assert.Null(FullValue.FirstDifference(table, Kept(await Stores.GradeTables.PutAsync(table, request, Soon))));
        Assert.Equal(500, Assert.Single(await Stores.GradeTables.OfAsync(table.Organisation, Soon)).StepThousandths);
        Refused(await Stores.GradeTables.PutAsync(table, request with { Content = Sha256Digest.Of("x"u8) }, Soon), ProblemCode.RequestIdReused);
    }

    private Task<Result<EquivalenceDraft>> EditAsync(string editor, TableId? id = null, int? etag = null, MicroCreds.Domain.Cases.ChangeRequest? request = null) =>
        Stores.Equivalences.EditDraftAsync(id ?? Table, request ?? Samples.Request(), etag, _ => FullValue.Of<EquivalenceDraft>() with { EditedBy = editor }, Soon);

    private Task<Result<EquivalenceTable>> PublishAsync(MicroCreds.Domain.Cases.ChangeRequest? request = null, int? etag = null, TableId? id = null) =>
        Stores.Equivalences.PublishAsync(
            id ?? Table, request ?? Samples.Request(), etag,
            (draft, version) => FullValue.Of<EquivalenceTable>() with { Id = draft.Id, Version = version, PublishedBy = draft.EditedBy, Rules = draft.Rules }, Soon);
}
