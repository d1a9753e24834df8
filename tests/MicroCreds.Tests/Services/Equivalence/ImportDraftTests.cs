using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class ImportDraftTests
{
    internal const string Units = "code,title,programme,ects,eqf_level,kind,graded\nDS-101,Data science,BSC-CS,6,6,course,yes\nVOL-1,Volunteering,BSC-CS,3,6,other_activities,no\n";

    internal const string Rules =
        "rule,target_unit,awarding_body,achievement_code,automatic,visibility,grade\n" +
        "R-PUBLIC,DS-101,uni-b.example,CR/EST101,yes,public,converted\nR-PARTNER,DS-101,uni-b.example,CR/EST102,no,partners,\nR-HIDDEN,VOL-1,uni-b.example,CR/VOL,no,hidden,\n";

    internal static ImportDraftRequest Request(string id, string? rules = Rules, string? units = Units)
    {
        var request = new ImportDraftRequest { RequestId = RequestIdOf(id), TableId = "bsc" };
        if (units is not null) request.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Units, FileName = "units.csv", Content = ByteString.CopyFromUtf8(units) });
        if (rules is not null) request.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv", Content = ByteString.CopyFromUtf8(rules) });
        return request;
    }

    /// <summary>A request id that ends in the digits given.</summary>
    internal static string RequestIdOf(string digits) => $"00000000-0000-4000-8000-{digits.PadLeft(12, '0')}";

    [Fact]
    public async Task takes_sheets_into_a_draft_and_says_what_is_to_be_looked_at()
    {
        await using var node = await TableNode.StartAsync();
        var response = await new Admin(node.As(StaffRole.Administrator)).ImportDraftAsync(Request("1"));
        Assert.Equal((TableNode.UniA, "bsc", "1", 2, 3), (response.Draft.Institution, response.Draft.TableId, response.Draft.Etag, response.Draft.UnitCount, response.Draft.RuleCount));
        Assert.Equal(TableNode.Now, response.Draft.UpdateTime.ToDateTimeOffset());
        Assert.DoesNotContain(response.Findings, f => f.Severity == TableFinding.Types.Severity.Error);
    }

    [Fact]
    public async Task answers_a_repeated_request_with_the_first_answer_and_refuses_other_content()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var first = await admin.ImportDraftAsync(Request("1"));
        await admin.ImportDraftAsync(Request("2", units: null));
        Assert.Equal(first, await admin.ImportDraftAsync(Request("1")));

        var refusal = await Refusals.Of(admin.ImportDraftAsync(Request("1", units: null)));
        Assert.Equal((StatusCode.AlreadyExists, "REQUEST_ID_REUSED"), refusal.Code);
    }

    [Fact]
    public async Task names_every_wrong_cell_and_imports_nothing()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var refusal = await Refusals.Of(admin.ImportDraftAsync(Request("1", rules: "rule,target_unit,min_ects,automatic\nR1,DS-101,\"2,5\",perhaps\n")));
        Assert.Equal((StatusCode.InvalidArgument, "SHEET_INVALID"), refusal.Code);
        Assert.Equal("2", refusal.Metadata["row_errors"]);
        Assert.Equal(["rules.csv:2:min_ects", "rules.csv:2:automatic"], refusal.Fields);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CheckDraftAsync(new CheckDraftRequest { TableId = "bsc" }))).Reason);
    }

    [Fact]
    public async Task validate_only_keeps_nothing()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var request = Request("1");
        request.ValidateOnly = true;
        Assert.Equal(3, (await admin.ImportDraftAsync(request)).Draft.RuleCount);
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CheckDraftAsync(new CheckDraftRequest { TableId = "bsc" }))).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task refuses_an_etag_that_is_not_the_drafts(bool validateOnly)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        await admin.ImportDraftAsync(Request("1"));
        var request = Request("2");
        (request.Etag, request.ValidateOnly) = ("7", validateOnly);
        var refusal = await Refusals.Of(admin.ImportDraftAsync(request));
        Assert.Equal((StatusCode.Aborted, "CONCURRENT_CHANGE"), refusal.Code);
        Assert.Equal(("7", "1"), (refusal.Metadata["etag"], refusal.Metadata["current_etag"]));
    }

    [Fact]
    public async Task gathers_every_wrong_field()
    {
        await using var node = await TableNode.StartAsync();
        var request = new ImportDraftRequest { RequestId = "1", Institution = "Rome", TableId = "a b", Etag = "x" };
        request.Sheets.Add(new Sheet { FileName = "a.csv" });
        request.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Units, Content = ByteString.CopyFromUtf8("x") });
        request.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Units, FileName = "a\n" });
        var refusal = await Refusals.Of(new Admin(node.As(StaffRole.Administrator)).ImportDraftAsync(request));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_REQUEST"), refusal.Code);
        Assert.Equal(["institution", "request_id", "table_id", "etag", "sheets[0].kind", "sheets[2].kind", "sheets[2].content", "sheets[2].file_name"], refusal.Fields);
        Assert.Equal(string.Join(",", refusal.Fields), refusal.Metadata["fields"]);
    }

    [Fact]
    public async Task checks_win_in_the_order_of_the_contract()
    {
        await using var node = await TableNode.StartAsync();
        var wrong = new ImportDraftRequest { RequestId = "1" };
        Assert.Equal(StatusCode.Unauthenticated, (await Refusals.Of(new Admin(node.As()).ImportDraftAsync(wrong))).Status);
        Assert.Equal(StatusCode.InvalidArgument, (await Refusals.Of(new Admin(node.As(StaffRole.Officer)).ImportDraftAsync(wrong))).Status);
        var refusal = await Refusals.Of(new Admin(node.As(StaffRole.Officer)).ImportDraftAsync(Request("1", rules: "nonsense")));
        Assert.Equal((StatusCode.PermissionDenied, "PERMISSION_DENIED"), refusal.Code);
        Assert.Equal("administrator", refusal.Metadata["role_needed"]);
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(new Admin(node.AsPartner(TableNode.UniB)).ImportDraftAsync(Request("1")))).Reason);
    }
}
