using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Rules about several credentials and several units as spreadsheets hold them.</summary>
public sealed class SourceSheetTests
{
    private const string Units = "code,title,programme,ects,eqf_level\nSTAT,Statistics,L-33,6,6\nLAB,Laboratory,L-33,6,6\n";
    private const string Rules = "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects,sources\nBUNDLE,STAT,,,,6,yes\nSPLIT,STAT|LAB,uni-b.example,MODULE,12,6|6,\n";
    private const string Sources =
        "rule,group,needed,awarding_body,achievement_code,min_ects\nBUNDLE,1,,uni-b.example,A,3\nBUNDLE,2,1,uni-b.example,B,3\nBUNDLE,2,1,uni-c.example,C,3\n";

    [Fact]
    public void reads_groups_and_further_units_and_writes_them_with_the_same_digest()
    {
        var draft = Draft(Sheets.Read(Sheets.Units(Units), Sheets.Rules(Rules), Sheets.Sources(Sources)));
        var (bundle, split) = (draft.Rules.Single(r => r.Id.Value == "BUNDLE"), draft.Rules.Single(r => r.Id.Value == "SPLIT"));
        Assert.Equal([(1, 1), (1, 2)], bundle.Sources.Select(g => (g.Needed, g.Sources.Length)));
        Assert.Equal((2, RuleRank.NamedAchievement), (bundle.CredentialsNeeded, bundle.Rank));
        Assert.Equal(["STAT", "LAB=6"], [split.Target.Value, .. split.FurtherUnits.Select(u => $"{u.Unit}={u.Credits}")]);
        Assert.Empty(TableCheck.Run(draft.Units, draft.Rules, [], new() { HigherEducationInstitutions = [OrganisationId.Parse("uni-b.example")] }, new(2026, 3, 2)));

        var again = Draft(Sheets.Read([.. Enum.GetValues<SheetKind>().Select(kind => new SheetFile(kind, $"{kind}.csv", SheetTable.Csv(kind, draft.Units, draft.Rules)))]));
        Assert.Equal(EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules), EquivalenceTableBuilder.DigestOf(again.Units, again.Rules));
        Assert.Equal((0, 0, 0), ImportPreview.Of(draft.Units, draft.Rules, again) is var preview ? (preview.New, preview.Changed, preview.Removed) : default);
        var workbook = Draft(Sheets.Read(new SheetFile(null, "table.xlsx", SheetTable.Workbook(draft.Units, draft.Rules))));
        Assert.Equal(EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules), EquivalenceTableBuilder.DigestOf(workbook.Units, workbook.Rules));
    }

    [Theory]
    [InlineData("BUNDLE,2,1,uni-c.example", "BUNDLE,2,2,uni-c.example", "sources.csv:4:needed", "row 3 of the same group says 1; write the same in every row of a group")]
    [InlineData("BUNDLE,1,,uni-b.example,A,3", "BUNDLE,1,,,,", "sources.csv:2:awarding_body", "the source asks for nothing; fill in at least one condition")]
    [InlineData("BUNDLE,1,,", "BUNDLE,0,,", "sources.csv:2:group", "'0' is not a whole number from 1 to 20")]
    public void names_the_wrong_cell_of_a_source(string right, string wrong, string cell, string description)
    {
        var violation = Sheets.OnlyViolation(Sheets.Units(Units), Sheets.Rules(Rules), Sheets.Sources(Sources.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal((cell, description), (violation.Field, violation.Description));
    }

    [Theory]
    [InlineData("6|6,", "6,", "rules.csv:3:grant_ects", "has 1 amounts for 2 units; write one for each, with | between")]
    [InlineData("6|6,", "6|as_earned,", "rules.csv:3:grant_ects", "'as_earned' is not an amount of ECTS credits; 0 to 360 with at most two decimals, for example 6|6")]
    [InlineData("6,yes", "6,no", "rules.csv:2:awarding_body", "the rule asks for nothing; fill in at least one condition")]
    public void names_the_wrong_cell_of_a_rule(string right, string wrong, string cell, string description)
    {
        var violation = Sheets.OnlyViolation(Sheets.Units(Units), Sheets.Rules(Rules.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal((cell, description), (violation.Field, violation.Description));
    }

    [Fact]
    public void refuses_a_source_of_a_rule_that_is_not_there_or_about_one_credential()
    {
        var sheets = Sheets.Read(Sheets.Units(Units), Sheets.Rules(Rules), Sheets.Sources(Sources + "NONE,1,,uni-b.example,D,\nSPLIT,1,,uni-b.example,D,\n"));
        Assert.True(DraftImport.Apply(Table, null, null, sheets, "", DateTimeOffset.UnixEpoch).Failed(out var problem, out _));
        Assert.Equal(["sources.csv:5:rule", "sources.csv:6:rule"], problem.Violations.Select(v => v.Field));
    }

    [Fact]
    public void a_rule_that_lost_its_sources_never_matches()
    {
        var draft = Draft(Sheets.Read(Sheets.Units(Units), Sheets.Rules(Rules.Replace("BUNDLE,STAT,,", "BUNDLE,STAT,uni-b.example,", StringComparison.Ordinal))));
        var finding = TableCheck.Run(draft.Units, draft.Rules, [], new(), new(2026, 3, 2)).Single(f => f.Code == TableFindingCode.Unreachable);
        Assert.Equal("Rule BUNDLE can never match: its sources are missing; fill in the sources sheet.", finding.Message);
        // The sheet of rules alone leaves the sources as they are.
        var whole = Draft(Sheets.Read(Sheets.Units(Units), Sheets.Rules(Rules), Sheets.Sources(Sources)));
        Assert.False(DraftImport.Apply(Table, whole, null, Sheets.Read(Sheets.Rules(Rules)), "", DateTimeOffset.UnixEpoch).Failed(out _, out var kept));
        Assert.Equal(EquivalenceTableBuilder.DigestOf(whole.Units, whole.Rules), EquivalenceTableBuilder.DigestOf(kept!.Units, kept.Rules));
    }

    [Fact]
    public void a_wrong_source_row_leaves_the_rule_as_it_was()
    {
        var whole = Draft(Sheets.Read(Sheets.Units(Units), Sheets.Rules(Rules), Sheets.Sources(Sources)));
        var reading = SheetReader.ReadEach([Sheets.Sources(Sources.Replace("C,3", "\"C\",\"3,5\"", StringComparison.Ordinal) + "GONE,1,,uni-b.example,A,\n")]);

        Assert.False(DraftImport.Apply(Table, whole, null, GoodRows.Over(reading, whole.Units, whole.Rules), "", DateTimeOffset.UnixEpoch).Failed(out _, out var after));

        Assert.Equal(EquivalenceTableBuilder.DigestOf(whole.Units, whole.Rules), EquivalenceTableBuilder.DigestOf(after!.Units, after.Rules));
        Assert.Equal([("min_ects", 4), ("rule", 5)], GoodRows.Rejected(reading, after.Units, after.Rules).Select(r => (r.Faults[0].Column, r.Number)));
    }

    private static readonly TableId Table = TableId.Parse("t");

    private static EquivalenceDraft Draft(ImportedSheets sheets) =>
        DraftImport.Apply(Table, null, null, sheets, "", DateTimeOffset.UnixEpoch).Failed(out var problem, out var draft) ? throw new Xunit.Sdk.XunitException(problem.Message) : draft;
}
