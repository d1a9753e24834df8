using Google.Protobuf;
using MicroCreds.Cli.Rules;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Security;
using MicroCreds.Sheets;
using MicroCreds.Tests.Domain.Rules;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using RuleCondition = MicroCreds.Domain.Rules.RuleCondition;
using TableFinding = MicroCreds.Federation.V1.TableFinding;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>A finding says in which rows it is to be mended.</summary>
public sealed class FindingPlaceTests
{
    // R2 stands before R1 in the sheet and behind it in the export; row 3 is blank.
    private const string Fighting = "rule,target_unit,awarding_body,achievement_code,grant_ects\nR2,DS-101,uni-b.example,X,6\n\nR1,DS-101,uni-b.example,X,3\n";

    [Fact]
    public async Task after_an_import_they_are_the_rows_sent_and_of_a_stored_draft_those_of_the_export()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));

        var imported = await admin.ImportDraftAsync(ImportDraftTests.Request("1", Fighting));
        Assert.Equal(["R1 rules.csv 4", "R2 rules.csv 2"], Rows(imported.Findings));
        Assert.Equal(["R1 rules.csv 2", "R2 rules.csv 3"], Rows((await admin.CheckDraftAsync(new() { TableId = "bsc" })).Findings));

        var export = (await admin.ExportTableAsync(new() { TableId = "bsc", Kind = Sheet.Types.Kind.Rules })).Sheet.Content.ToStringUtf8().Split("\r\n");
        Assert.StartsWith("R1,", export[1], StringComparison.Ordinal);
        Assert.StartsWith("R2,", export[2], StringComparison.Ordinal);
        Assert.Equal(["R1 rules.csv 2", "R2 rules.csv 3"], Rows((await admin.PublishDraftAsync(new() { RequestId = ImportDraftTests.RequestIdOf("2"), TableId = "bsc", ValidateOnly = true, Reasons = { new WarningReason { Reason = "Looked at." } } })).Findings));
    }

    [Fact]
    public async Task what_was_kept_from_the_draft_has_no_row_in_the_sheets_sent()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1", Fighting));
        var imported = await admin.ImportDraftAsync(ImportDraftTests.Request("2", rules: null));
        Assert.Empty(Rows(imported.Findings));
        Assert.Equal(["R1", "R2"], Conflict(imported.Findings).RuleIds);
    }

    [Fact]
    public async Task a_workbook_gives_the_sheet_behind_the_file()
    {
        await using var node = await TableNode.StartAsync();
        var units = Workbooks.Row(1, "code", "title", "programme", "ects", "eqf_level") + Workbooks.Row(2, "A", "First", "P", "6", "6");
        var rules = Workbooks.Row(1, "rule", "target_unit", "awarding_body", "achievement_code", "grant_ects") + Workbooks.Row(2, "R1", "A", "uni-b.example", "X", "6") + Workbooks.Row(7, "R2", "A", "uni-b.example", "X", "3");
        var imported = await new Admin(node.As(StaffRole.Administrator)).ImportDraftAsync(new()
        {
            RequestId = ImportDraftTests.RequestIdOf("1"), TableId = "bsc",
            Sheets = { new Sheet { Kind = Sheet.Types.Kind.Workbook, FileName = "table.xlsx", Content = ByteString.CopyFrom(Workbooks.Of(new("units", units), new("rules", rules))) } },
        });
        Assert.Equal(["R1 table.xlsx/rules 2", "R2 table.xlsx/rules 7"], Rows(imported.Findings));
    }

    [Fact]
    public void the_command_line_gives_the_same_example_as_a_node()
    {
        var rule = RuleSamples.Rule(
            "R1", RuleSamples.By(RuleSamples.University), RuleSamples.Code("X"), new RuleCondition.IscedField("0613"), new RuleCondition.EqfLevelAtLeast(6), new RuleCondition.CreditsAtLeast(MicroCreds.Domain.Credits.EctsCredits.FromHundredths(150)),
            new RuleCondition.AssessmentIsOneOf([MicroCreds.Domain.Achievements.AssessmentType.Quiz]), new RuleCondition.SupervisionAtLeast(MicroCreds.Domain.Achievements.AssessmentSupervision.SupervisedWithIdentityVerification),
            new RuleCondition.ModeIsOneOf([MicroCreds.Domain.Achievements.LearningMode.Online]), new RuleCondition.Language("it"), new RuleCondition.GradeAtLeast(7000), new RuleCondition.QualityAssured(),
            new RuleCondition.HoursPerCreditAtLeast(25), new RuleCondition.CreditFramework("ecvet"), new RuleCondition.GradePercentileAtLeast(30), new RuleCondition.ConvertedGradeAtLeast("24"));
        var finding = TableCheck.Run([RuleSamples.Unit()], [rule, rule with { Id = MicroCreds.Domain.Identifiers.RuleId.Parse("R2"), Grant = RuleSamples.Fixed(100) }, RuleSamples.Rule("R3", new RuleCondition.ValidAtApplication())], [], RuleSamples.Policy, RuleSamples.Day)
            .First(f => f.Code == TableFindingCode.OverlapConflict);
        var node = Assert.Single(TableFindingMapping.ToWire([finding], TablePlaces.Exported([], [])));
        Assert.Equal(("7.0", "PT9000M", 30, "24", "2026-03-01"), (node.Witness.Grade, node.Witness.VolumeOfLearning, node.Witness.GradePercentile, node.Witness.ConvertedGrades[0], node.Witness.ValidUntilDate));
        Assert.Equal(node.Witness, WitnessMessage.Of(finding.Witness!));
    }

    private static string[] Rows(IEnumerable<TableFinding> findings) => [.. Conflict(findings).Places.Select(p => $"{p.Key} {p.FileName} {p.Row}")];

    private static TableFinding Conflict(IEnumerable<TableFinding> findings) => Assert.Single(findings, f => f.Kind == "overlap_conflict");
}
