using System.Net;
using System.Security.Cryptography;
using System.Text;
using AngleSharp.Html.Dom;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

/// <summary>The import wizard without script: choose, look, take; and what happens to files on the way.</summary>
public sealed class ImportPageTests
{
    private static readonly string[] Administrator = ["administrator"];

    private static readonly byte[] Rules = Encoding.UTF8.GetBytes("rule,target_unit\nR-1,AAF-3\nR-2,NONE\n");

    [Fact]
    public async Task shows_what_would_change_with_old_and_new_and_every_wrong_cell()
    {
        await using var host = await Host(wrong: true);
        var page = await PreviewAsync(host, "office");
        var asked = Assert.Single(host.Node.Of<ImportDraftRequest>());
        Assert.True(asked is { ValidateOnly: true, TableId: "office", Institution: "uni-roma.example", Mode: ImportMode.GoodRows });
        Assert.Equal((Sheet.Types.Kind.Rules, "rules.csv", Rules.Length), (asked.Sheets.Single().Kind, asked.Sheets.Single().FileName, asked.Sheets.Single().Content.Length));
        Assert.Equal(["1 Wrong rows", "1 New", "1 Changed", "1 Removed", "40 Unchanged"], page.QuerySelectorAll(".stats > div").Select(d => $"{d.QuerySelector("dd")!.TextContent} {d.QuerySelector("dt")!.TextContent}"));
        var rows = page.QuerySelectorAll("table.changes tbody tr");
        Assert.Equal(["Removed", "Changed", "New"], rows.Select(r => r.QuerySelector(".tag")!.TextContent));
        Assert.Equal(("2026-08-31", "2027-08-31"), (rows[1].QuerySelector("del")!.TextContent, rows[1].QuerySelector("ins")!.TextContent));
        foreach (var shown in (string[])["rules.csv", "3", "target_unit", "NONE", "no such unit"])
            Assert.Contains(shown, page.QuerySelector("[aria-labelledby=wrong-title] tbody")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task takes_what_was_previewed_with_the_drafts_etag_and_all_or_nothing()
    {
        await using var host = await Host(wrong: false);
        host.Node.Versions = new ListVersionsResponse { Draft = new EquivalenceDraft { TableId = "office", Etag = "7" } };
        var page = await PreviewAsync(host, "office");
        var answer = await host.SubmitAsync(page, "#import-form");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var done = host.Node.Of<ImportDraftRequest>().Last();
        Assert.True(done is { ValidateOnly: false, Etag: "7", Mode: ImportMode.AllOrNothing });
        Assert.Equal(Rules, done.Sheets.Single().Content.ToByteArray());
        Assert.Contains("2 units and 41 rules", (await ConsoleHost.PageOf(answer)).QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task offers_the_good_rows_and_hands_back_the_wrong_ones_as_a_file()
    {
        await using var host = await Host(wrong: true);
        var page = await PreviewAsync(host, "office");
        var file = await host.SubmitAsync(page, "form[action='/tables/import/rejected']", ("kind", "rules"));
        Assert.Equal(("text/csv", "office-wrong-rows-rules.csv"), (file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.FileName));
        Assert.Equal("rule,target_unit\nR-2,NONE\n", await file.Content.ReadAsStringAsync());

        // The button that is pressed says which rows.
        var done = await ConsoleHost.PageOf(await host.SubmitAsync(page, "#import-form", ("mode", "good")));
        Assert.Equal(ImportMode.GoodRows, host.Node.Of<ImportDraftRequest>().Last().Mode);
        Assert.Contains("Rows left out: 1", done.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(done.QuerySelector("form[action='/tables/import/rejected']"));
    }

    [Fact]
    public async Task sending_the_form_twice_carries_one_request_id()
    {
        await using var host = await Host(wrong: false);
        var page = await PreviewAsync(host, "office");
        await host.SubmitAsync(page, "#import-form");
        await host.SubmitAsync(page, "#import-form");
        Assert.Single(host.Node.Of<ImportDraftRequest>().Where(r => !r.ValidateOnly).Select(r => r.RequestId).Distinct());
    }

    [Fact]
    public async Task somebody_elses_edit_shows_the_changes_anew_with_the_files_still_there()
    {
        await using var host = await Host(wrong: false);
        var page = await PreviewAsync(host, "office");
        host.Node.Refusal = FakeNode.Refused(StatusCode.Aborted, "CONCURRENT_CHANGE", "Revision 8.");
        var answer = await host.SubmitAsync(page, "#import-form");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var again = await ConsoleHost.PageOf(answer);
        Assert.Contains("Somebody else changed this", again.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.NotEqual(Hidden(page, "request_id"), Hidden(again, "request_id"));
        await host.SubmitAsync(again, "#import-form");
        Assert.Equal(Rules, host.Node.Of<ImportDraftRequest>().Last().Sheets.Single().Content.ToByteArray());
    }

    [Fact]
    public async Task a_node_that_goes_away_keeps_files_and_request_id_for_sending_again()
    {
        await using var host = await Host(wrong: false);
        var page = await PreviewAsync(host, "office");
        host.Node.Away = true;
        var answer = await host.SubmitAsync(page, "#import-form");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var again = await ConsoleHost.PageOf(answer);
        Assert.Equal(Hidden(page, "request_id"), Hidden(again, "request_id"));
        host.Node.Away = false;
        Assert.Equal(HttpStatusCode.OK, (await host.SubmitAsync(again, "form[action='/tables/import/apply']")).StatusCode);
    }

    [Theory]
    [InlineData("", true, "Name the table.")]
    [InlineData("office", false, "Choose at least one file.")]
    public async Task says_what_is_missing_before_asking_the_node(string table, bool withFile, string expected)
    {
        await using var host = await Host(wrong: false);
        var form = await host.GetAsync("/tables/import");
        var answer = await host.UploadAsync(form, "#import-form", withFile ? [("rules", "rules.csv", Rules)] : [], ("table", table));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(expected, (await ConsoleHost.PageOf(answer)).QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(host.Node.Of<ImportDraftRequest>());
    }

    [Fact]
    public async Task a_file_that_is_wrong_as_a_whole_is_said_on_the_form()
    {
        await using var host = await Host(wrong: false);
        host.Node.Refusal = FakeNode.Refused(StatusCode.InvalidArgument, "SHEET_INVALID", "No header.", [("rules.csv", "has no header row")], ("row_errors", "1"));
        var answer = await host.UploadAsync(await host.GetAsync("/tables/import"), "#import-form", [("rules", "C:\\fakepath\\rules.csv", Rules)], ("table", "refused"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("rules.csv", host.Node.Of<ImportDraftRequest>().Single().Sheets.Single().FileName);
        var alert = (await ConsoleHost.PageOf(answer)).QuerySelector("[role=alert]")!.TextContent;
        Assert.Contains("The sheets have errors: 1.", alert, StringComparison.Ordinal);
        Assert.Contains("rules.csv: has no header row", alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task sixteen_mebibytes_pass_and_more_is_refused_in_words()
    {
        await using var host = await Host(wrong: false);
        // Noise does not get smaller when it is packed, so the sealed form is as large as it can be.
        var most = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        var page = await ConsoleHost.PageOf(await host.UploadAsync(await host.GetAsync("/tables/import"), "#import-form", [("workbook", "t.xlsx", most)], ("table", "office")));
        await host.SubmitAsync(page, "#import-form");
        Assert.Equal(most, host.Node.Of<ImportDraftRequest>().Last().Sheets.Single().Content.ToByteArray());

        var form = await host.GetAsync("/tables/import");
        var over = await host.UploadAsync(form, "#import-form", [("workbook", "t.xlsx", [.. most, 0])], ("table", "office"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, over.StatusCode);
        var far = await host.UploadAsync(form, "#import-form", [("workbook", "t.xlsx", new byte[24 * 1024 * 1024])], ("table", "office"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, far.StatusCode);
        Assert.Contains("16 MiB", (await ConsoleHost.PageOf(far)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_parcel_is_neither_readable_nor_another_accounts_nor_changed()
    {
        await using var host = await Host(wrong: false);
        var page = await PreviewAsync(host, "office");
        var parcel = Hidden(page, "parcel");
        Assert.DoesNotContain("AAF-3", parcel, StringComparison.Ordinal);
        Assert.DoesNotContain(ByteString.CopyFrom(Rules).ToBase64()[..16], parcel, StringComparison.Ordinal);
        foreach (var wrong in (string[])["", "not sealed", parcel[..^4], parcel[..20] + (parcel[20] == 'A' ? 'B' : 'A') + parcel[21..]])
        {
            var answer = await host.SubmitAsync(page, "#import-form", ("parcel", wrong));
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        }
        Assert.DoesNotContain(host.Node.Of<ImportDraftRequest>(), r => !r.ValidateOnly);
    }

    [Theory]
    [InlineData("/tables/import")]
    [InlineData("/tables/draft?table=office")]
    [InlineData("/tables/publish?table=office")]
    [InlineData("/tables/history?table=office")]
    [InlineData("/tables/compare?table=office")]
    [InlineData("/tables/export?table=office&kind=rules")]
    [InlineData("/tables/simulate?table=office")]
    [InlineData("/tables/federation")]
    [InlineData("/tables/adopt")]
    [InlineData("/tables/template")]
    public async Task an_officer_is_told_that_these_pages_are_not_theirs(string address)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("For administrators", (await ConsoleHost.PageOf(answer)).QuerySelector("h1")!.TextContent);
        Assert.Empty(host.Node.Asked);
        Assert.DoesNotContain("Import", (await host.GetAsync("/tables?table=office")).QuerySelector(".tabs")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<IHtmlDocument> PreviewAsync(ConsoleHost host, string table)
    {
        var answer = await host.UploadAsync(await host.GetAsync($"/tables/import?table={table}"), "#import-form", [("rules", "rules.csv", Rules)]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await ConsoleHost.PageOf(answer);
    }

    private static string Hidden(IHtmlDocument page, string name) => page.QuerySelector($"form[action='/tables/import/apply'] input[name={name}]")!.GetAttribute("value") ?? "";

    private static async Task<ConsoleHost> Host(bool wrong)
    {
        var host = await ConsoleHost.SignedInAsync(Administrator);
        host.Node.Import = new ImportDraftResponse
        {
            Draft = new EquivalenceDraft { TableId = "office", Etag = "8", UnitCount = 2, RuleCount = 41 },
            Preview = new ImportPreview
            {
                NewCount = 1, ChangedCount = 1, RemovedCount = 1, UnchangedCount = 40,
                Rows =
                {
                    new RowChange { Kind = Sheet.Types.Kind.Rules, Change = RowChange.Types.Change.New, Key = "R-1", Cells = { new CellChange { Column = "target_unit", NewValue = "AAF-3" } } },
                    new RowChange { Kind = Sheet.Types.Kind.Rules, Change = RowChange.Types.Change.Changed, Key = "R-5", Cells = { new CellChange { Column = "valid_until", OldValue = "2026-08-31", NewValue = "2027-08-31" } } },
                    new RowChange { Kind = Sheet.Types.Kind.Rules, Change = RowChange.Types.Change.Removed, Key = "R-9", Cells = { new CellChange { Column = "target_unit", OldValue = "AAF-3" } } },
                },
            },
        };
        if (!wrong) return host;
        host.Node.Import.RejectedRowCount = 1;
        host.Node.Import.RejectedCells.Add(new RejectedCell { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv", Row = 3, Column = "target_unit", Value = "NONE", Reason = "no such unit" });
        host.Node.Import.RejectedSheets.Add(new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv", Content = ByteString.CopyFromUtf8("rule,target_unit\nR-2,NONE\n") });
        return host;
    }
}
