using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class ImportModeTests
{
    private const string Changed =
        "rule,target_unit,awarding_body,achievement_code,automatic,visibility,grade,min_ects\n" +
        "R-PUBLIC,DS-101,uni-b.example,CR/EST999,yes,public,converted,\nR-PARTNER,DS-101,uni-b.example,CR/EST102,no,partners,,\n" +
        "R-HIDDEN,VOL-1,uni-b.example,CR/VOL,no,hidden,,\"1,5\"\nR-NEW,VOL-1,uni-b.example,=1+1,no,public,,\n";

    [Fact]
    public async Task a_preview_says_what_is_new_changed_unchanged_removed_and_rejected()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));

        var answer = await admin.ImportDraftAsync(Request("2", validateOnly: true, ImportDraftTests.Units.Replace("VOL-1,Volunteering,BSC-CS,3,6,other_activities,no\n", "VOL-1,Volunteering,BSC-CS,3,6,other_activities,no\nNEW,New,P,1,6,,\n", StringComparison.Ordinal)));

        var preview = answer.Preview;
        Assert.Equal((2, 1, 4, 0, 1), (preview.NewCount, preview.ChangedCount, preview.UnchangedCount, preview.RemovedCount, answer.RejectedRowCount));
        var changed = Assert.Single(preview.Rows, r => r.Change == RowChange.Types.Change.Changed);
        Assert.Equal(("R-PUBLIC", Sheet.Types.Kind.Rules), (changed.Key, changed.Kind));
        Assert.Equal(new CellChange { Column = "achievement_code", OldValue = "CR/EST101", NewValue = "CR/EST999" }, Assert.Single(changed.Cells));
        var rejected = Assert.Single(answer.RejectedCells);
        Assert.Equal(("rules.csv", 4, "min_ects", "1,5"), (rejected.FileName, rejected.Row, rejected.Column, rejected.Value));
        Assert.Contains("1.5", rejected.Reason, StringComparison.Ordinal);
        // Nothing was kept.
        Assert.Equal("1", (await admin.CheckDraftAsync(new() { TableId = "bsc" })).Draft.Etag);
    }

    [Fact]
    public async Task good_rows_are_taken_and_a_wrong_row_changes_and_removes_nothing()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(ImportDraftTests.Request("1"));

        var answer = await admin.ImportDraftAsync(Request("2", validateOnly: false));

        Assert.Equal((4, 1), (answer.Draft.RuleCount, answer.RejectedRowCount));
        Assert.Null(answer.Preview);
        // The rule whose row was wrong stands as it was: mending the row changes one cell.
        var again = await admin.ImportDraftAsync(Request("3", validateOnly: true, rules: Changed.Replace("\"1,5\"", "1.5", StringComparison.Ordinal)));
        Assert.Equal("min_ects", Assert.Single(Assert.Single(again.Preview.Rows).Cells).Column);
        Assert.Equal(answer, await admin.ImportDraftAsync(Request("2", validateOnly: false)));
    }

    [Fact]
    public async Task rejected_rows_come_back_as_a_file_that_can_be_mended_and_imported()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var rules = Changed.Replace("=1+1,no", "=1+1,perhaps", StringComparison.Ordinal);

        var file = Assert.Single((await admin.ImportDraftAsync(Request("1", validateOnly: true, ImportDraftTests.Units, rules))).RejectedSheets);

        Assert.Equal((Sheet.Types.Kind.Rules, "rules-rejected.csv"), (file.Kind, file.FileName));
        var text = file.Content.ToStringUtf8();
        Assert.Contains("R-HIDDEN,VOL-1,uni-b.example,CR/VOL,no,hidden,,\"1,5\"", text, StringComparison.Ordinal);
        Assert.Contains(",'=1+1,perhaps,", text, StringComparison.Ordinal);
        var mended = text.Replace("\"1,5\"", "1.5", StringComparison.Ordinal).Replace("perhaps", "no", StringComparison.Ordinal);
        var answer = await admin.ImportDraftAsync(Request("2", validateOnly: true, ImportDraftTests.Units, mended));
        Assert.Equal(0, answer.RejectedRowCount);
        Assert.Equal("=1+1", Assert.Single(Assert.Single(answer.Preview.Rows, r => r.Key == "R-NEW").Cells, c => c.Column == "achievement_code").NewValue);
    }

    [Fact]
    public async Task outcomes_of_units_that_are_not_there_are_rejected()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var request = Request("1", validateOnly: false, ImportDraftTests.Units, ImportDraftTests.Rules);
        request.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Outcomes, FileName = "outcomes.csv", Content = ByteString.CopyFromUtf8("unit,code,title\nDS-101,LO1,Analyse\nNONE,LO2,Nothing\n") });

        var answer = await admin.ImportDraftAsync(request);

        Assert.Equal(("outcomes.csv", 3, "unit"), (answer.RejectedCells[0].FileName, answer.RejectedCells[0].Row, answer.RejectedCells[0].Column));
        Assert.Equal(1, answer.RejectedRowCount);
    }

    [Fact]
    public async Task a_file_that_is_wrong_as_a_whole_is_refused_in_every_mode()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        Assert.Equal("SHEET_INVALID", (await Refusals.Of(admin.ImportDraftAsync(Request("1", validateOnly: false, rules: "rule,unit\nR1,A\n")))).Reason);
        var unknown = Request("2", validateOnly: false);
        unknown.Mode = (ImportMode)9;
        var refusal = await Refusals.Of(admin.ImportDraftAsync(unknown));
        Assert.Equal((StatusCode.InvalidArgument, "mode"), (refusal.Status, Assert.Single(refusal.Fields)));
    }

    private static ImportDraftRequest Request(string id, bool validateOnly, string? units = null, string rules = Changed)
    {
        var request = ImportDraftTests.Request(id, rules, units);
        (request.Mode, request.ValidateOnly) = (ImportMode.GoodRows, validateOnly);
        return request;
    }
}
