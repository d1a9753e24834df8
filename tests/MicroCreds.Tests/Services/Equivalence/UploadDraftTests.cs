using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Sheets;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;
using Phase = MicroCreds.Federation.V1.UploadProgress.Types.Phase;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class UploadDraftTests
{
    private const string Units = "code,title,programme,ects,eqf_level\nA,Università,P,6,6\n";
    private const string Rules = "rule,target_unit,awarding_body,achievement_code,grant_ects\nR1,A,uni-b.example,X,6\n\nR2,A,uni-b.example,X,3\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task chunks_of_any_size_import_what_one_message_imports_and_the_answer_says_how_far_it_is(int chunkBytes)
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var whole = await admin.ImportDraftAsync(ImportDraftTests.Request("1", Rules, Units));

        var steps = await UploadAsync(admin, First("2"), [Units, Rules], chunkBytes);

        var result = steps[^1].Result;
        result.Draft.Etag = whole.Draft.Etag;
        Assert.Equal(whole, result);
        Assert.Equal(whole.Findings.Count, whole.FindingCount);
        var progress = steps[..^1].Select(s => s.Progress).ToList();
        Assert.Equal([Phase.Receiving, Phase.Reading, Phase.Keeping, Phase.Checking], progress.Select(p => p.Phase).Distinct());
        Assert.Equal(Encoding.UTF8.GetByteCount(Units + Rules), progress[^1].ReceivedBytes);
        Assert.Equal(3, progress[^1].ReadRows);
        Assert.Equal(progress.Select(p => (p.ReceivedBytes, p.ReadRows)).Order(), progress.Select(p => (p.ReceivedBytes, p.ReadRows)));
    }

    [Fact]
    public async Task the_same_again_gives_the_first_answer_and_other_content_is_refused()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var first = (await UploadAsync(admin, First("1"), [Units, Rules], 10))[^1].Result;
        await UploadAsync(admin, First("2"), [Units, "rule,target_unit\n"], 10);
        Assert.Equal(first, (await UploadAsync(admin, First("1"), [Units, Rules], 1000))[^1].Result);
        Assert.Equal("REQUEST_ID_REUSED", (await Refusals.Of(UploadAsync(admin, First("1"), [Units, Rules.Replace("R1", "R9", StringComparison.Ordinal)], 1000))).Reason);
    }

    [Fact]
    public async Task a_caller_that_leaves_while_sending_leaves_nothing_behind()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        using (var stream = admin.UploadDraft())
        {
            await stream.RequestStream.WriteAsync(First("1"));
            await stream.RequestStream.WriteAsync(Chunk(0, Units));
            Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        }

        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CheckDraftAsync(new() { TableId = "bsc" }))).Reason);
        Assert.Equal(2, (await UploadAsync(admin, First("1"), [Units, Rules], 1000))[^1].Result.Draft.RuleCount);
    }

    [Fact]
    public async Task validate_only_keeps_nothing_and_wrong_cells_are_refused_as_in_one_message()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var rehearsal = First("1");
        rehearsal.ValidateOnly = true;
        Assert.Equal(3, (await UploadAsync(admin, rehearsal, [Units, Rules], 1000))[^1].Result.Preview.NewCount);
        var refusal = await Refusals.Of(UploadAsync(admin, First("1"), [Units, "rule,target_unit,min_ects\nR1,A,\"1,5\"\n"], 1000));
        Assert.Equal(("SHEET_INVALID", "rules.csv:2:min_ects"), (refusal.Reason, Assert.Single(refusal.Fields)));
        Assert.Equal("TABLE_NOT_FOUND", (await Refusals.Of(admin.CheckDraftAsync(new() { TableId = "bsc" }))).Reason);
    }

    [Fact]
    public async Task who_may_not_import_is_refused_before_a_sheet_is_received()
    {
        await using var node = await TableNode.StartAsync();
        Assert.Equal("PERMISSION_DENIED", (await Refusals.Of(UploadAsync(new Admin(node.As(StaffRole.Auditor)), First("1"), [], 1))).Reason);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusals.Of(UploadAsync(new Admin(node.As()), new(), [], 1))).Status);
    }

    [Fact]
    public async Task messages_out_of_shape_are_refused_by_field()
    {
        await using var node = await TableNode.StartAsync();
        var admin = new Admin(node.As(StaffRole.Administrator));
        var filled = First("1");
        filled.Sheets[0].Content = ByteString.CopyFromUtf8(Units);
        Assert.Equal(["sheets[0].content"], await FieldsOf(filled));
        Assert.Equal(["request_id", "table_id", "sheets"], await FieldsOf(new UploadDraftRequest()));
        Assert.Equal(["sheets[0].content", "sheets[1].content"], await FieldsOf(First("1")));
        Assert.Equal(["chunk.sheet_index", "chunk.content"], await FieldsOf(First("1"), new UploadDraftRequest { Chunk = new() { SheetIndex = 2 } }));
        Assert.Equal(["chunk.sheet_index"], await FieldsOf(First("1"), Chunk(1, Rules), Chunk(0, Units)));
        Assert.Equal(["chunk.content"], await FieldsOf(First("1"), Chunk(0, new string(' ', (1024 * 1024) + 1))));
        var mebibyte = Chunk(0, new string(' ', 1024 * 1024));
        Assert.Equal(["chunk.content"], await FieldsOf([First("1"), .. Enumerable.Repeat(mebibyte, (SheetReader.MaxBytes / (1024 * 1024)) + 1)]));

        async Task<IEnumerable<string>> FieldsOf(params UploadDraftRequest[] messages) => (await Refusals.Of(SendAsync(admin, messages))).Fields;
    }

    private static UploadDraftRequest First(string id) => new()
    {
        RequestId = ImportDraftTests.RequestIdOf(id), TableId = "bsc",
        Sheets = { new Sheet { Kind = Sheet.Types.Kind.Units, FileName = "units.csv" }, new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv" } },
    };

    private static UploadDraftRequest Chunk(int sheet, string content) => new() { Chunk = new() { SheetIndex = sheet, Content = ByteString.CopyFromUtf8(content) } };

    private static Task<List<UploadDraftResponse>> UploadAsync(Admin admin, UploadDraftRequest first, string[] contents, int chunkBytes) => SendAsync(admin,
    [
        first,
        .. contents.SelectMany((content, i) => Encoding.UTF8.GetBytes(content).Chunk(chunkBytes).Select(bytes => new UploadDraftRequest { Chunk = new() { SheetIndex = i, Content = ByteString.CopyFrom(bytes) } })),
    ]);

    private static async Task<List<UploadDraftResponse>> SendAsync(Admin admin, IEnumerable<UploadDraftRequest> messages)
    {
        using var stream = admin.UploadDraft();
        var reading = stream.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync().AsTask();
        try
        {
            foreach (var message in messages) await stream.RequestStream.WriteAsync(message);
            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The refusal is what reading answers.
        }

        return await reading;
    }
}
