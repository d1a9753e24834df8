using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class DraftImportTests
{
    private static readonly TableId Table = TableId.Parse("bsc");
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly ImportedSheets Whole = Sheets.Read(
        Sheets.Units("code,title,programme,ects,eqf_level\nA,First,P,6,6\nB,Second,P,6,6\n"),
        Sheets.Outcomes("unit,code,title\nA,LO1,x\nB,LO1,y\n"),
        Sheets.Rules("rule,target_unit,language\nR1,A,it\n"));

    [Fact]
    public void makes_a_draft_of_sheets()
    {
        var draft = Import(null, null, Whole);
        Assert.Equal((1, "anna", Now), (draft.Revision, draft.EditedBy, draft.EditedAt));
        Assert.Equal(["A:LO1", "B:LO1"], draft.Units.Select(u => $"{u.Code}:{u.Outcomes.Single().Code}"));
        Assert.Equal(["R1"], draft.Rules.Select(r => r.Id.Value));
    }

    [Fact]
    public void a_sheet_replaces_what_the_draft_held_of_its_kind_and_nothing_else()
    {
        var draft = Import(Import(null, null, Whole), null, Sheets.Read(Sheets.Units("code,title,programme,ects,eqf_level\nB,Changed,P,3,6\nC,Third,P,6,6\n")));
        Assert.Equal(["B Changed 1", "C Third 0"], draft.Units.Select(u => $"{u.Code} {u.Title} {u.Outcomes.Length}"));
        Assert.Equal(["R1"], draft.Rules.Select(r => r.Id.Value));
        Assert.Equal(2, draft.Revision);
    }

    [Fact]
    public void a_new_draft_starts_from_the_published_version()
    {
        var first = Import(null, null, Whole);
        var published = EquivalenceTableBuilder.Build(Table, 1, first.Units, first.Rules, Now, "anna");
        var draft = Import(null, published, Sheets.Read(Sheets.Rules("rule,target_unit,language\nR2,A,es\n")));
        Assert.Equal(["A", "B"], draft.Units.Select(u => u.Code.Value));
        Assert.Equal(["R2"], draft.Rules.Select(r => r.Id.Value));
    }

    [Fact]
    public void names_every_outcome_of_an_unknown_unit()
    {
        var outcomes = Sheets.Read(Sheets.Outcomes("unit,code,title\nA,LO1,x\nZ,LO1,y\nZ,LO2,y\n"));
        Assert.True(DraftImport.Apply(Table, Import(null, null, Whole), null, outcomes, "anna", Now).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.SheetInvalid, problem.Code);
        Assert.Equal(["outcomes.csv:3:unit", "outcomes.csv:4:unit"], problem.Violations.Select(v => v.Field));
    }

    private static EquivalenceDraft Import(EquivalenceDraft? draft, EquivalenceTable? published, ImportedSheets sheets) =>
        DraftImport.Apply(Table, draft, published, sheets, "anna", Now).Failed(out var problem, out var made) ? throw new Xunit.Sdk.XunitException(problem.Message) : made;
}
