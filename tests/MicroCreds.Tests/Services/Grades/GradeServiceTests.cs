using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Equivalence;
using Client = MicroCreds.Federation.V1.GradeService.GradeServiceClient;

namespace MicroCreds.Tests.Services.Grades;

public sealed class GradeServiceTests
{
    [Fact]
    public async Task converts_as_the_worked_case_of_two_universities()
    {
        // Field reference D.4: 180 of 500 passes are NT; by the guide's Italian table they become 28.
        await using var node = await WithTables();
        var conversion = (await new Client(node.As(StaffRole.Officer)).ConvertGradeAsync(Convert("NT"))).Conversion;
        Assert.Equal(("NT", "NT", "28", "average", 10), (conversion.Source, conversion.SourceSegment, conversion.Target, conversion.Choice, conversion.SliverPercent));
        Assert.Equal(["30", "28", "27", "26"], conversion.Overlaps.Select(o => o.Label).Where(l => l != "29"));
    }

    [Fact]
    public async Task a_partner_converts_its_own_grades_and_no_others()
    {
        await using var node = await WithTables();
        var partner = new Client(node.AsPartner(TableNode.UniB));
        Assert.Equal("28", (await partner.ConvertGradeAsync(Convert("NT"))).Conversion.Target);
        var other = Convert("28");
        other.SourceOrganisation = TableNode.UniA;
        Assert.Equal((StatusCode.PermissionDenied, "PERMISSION_DENIED"), (await Refusals.Of(partner.ConvertGradeAsync(other))).Code);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusals.Of(new Client(node.As()).ConvertGradeAsync(Convert("NT")))).Status);
    }

    [Fact]
    public async Task says_whose_table_is_missing()
    {
        await using var node = await TableNode.StartAsync();
        var refusal = await Refusals.Of(new Client(node.As(StaffRole.Officer)).ConvertGradeAsync(Convert("NT")));
        Assert.Equal((StatusCode.NotFound, "GRADE_TABLE_NOT_FOUND"), refusal.Code);
        Assert.Equal((TableNode.UniB, "", "0"), (refusal.Metadata["organisation"], refusal.Metadata["isced_field"], refusal.Metadata["eqf_level"]));
    }

    [Fact]
    public async Task a_grade_that_is_in_no_table_is_a_wrong_field()
    {
        await using var node = await WithTables();
        var refusal = await Refusals.Of(new Client(node.As(StaffRole.Officer)).ConvertGradeAsync(Convert("XX")));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_REQUEST"), refusal.Code);
        Assert.Equal(["grade"], refusal.Fields);
    }

    [Fact]
    public async Task keeps_a_table_once_for_one_request()
    {
        await using var node = await TableNode.StartAsync();
        var grades = new Client(node.As(StaffRole.Administrator));
        var first = await grades.PutGradeTableAsync(Put("1", Spanish()));
        Assert.Equal(1000, first.Table.StepThousandths);
        Assert.Equal(first, await grades.PutGradeTableAsync(Put("1", Spanish())));
        var changed = Spanish();
        changed.LastYear = 2026;
        Assert.Equal("REQUEST_ID_REUSED", (await Refusals.Of(grades.PutGradeTableAsync(Put("1", changed)))).Reason);
        Assert.Equal("administrator", (await Refusals.Of(new Client(node.As(StaffRole.Officer)).PutGradeTableAsync(Put("2", Spanish())))).Metadata["role_needed"]);
    }

    [Fact]
    public async Task gathers_every_wrong_field()
    {
        await using var node = await TableNode.StartAsync();
        var table = new GradeTable { Organisation = "B", IscedField = "x", EqfLevel = 4, FirstYear = 2024, LastYear = 2024, StepThousandths = -1 };
        table.Grades.Add(new GradeSegment { Count = -1, Failing = true, Distinction = true });
        var refusal = await Refusals.Of(new Client(node.As(StaffRole.Administrator)).PutGradeTableAsync(new PutGradeTableRequest { Table = table }));
        Assert.Equal(
            [
                "request_id", "table.organisation", "table.isced_field", "table.eqf_level", "table.last_year", "table.step_thousandths", "table.grades",
                "table.grades[0].label", "table.grades[0].count", "table.grades[0].distinction", "table.grades",
            ],
            refusal.Fields);
    }

    [Fact]
    public void no_verb_reads_a_table()
    {
        // D.1: tables are confidential outside of the conversion they serve. The one answer that holds a table gives the sender its own back.
        var methods = GradeServiceReflection.Descriptor.Services.Single().Methods.Where(m => m.OutputType.Fields.InDeclarationOrder().Any(f => f.FieldType == Google.Protobuf.Reflection.FieldType.Message && f.MessageType == GradeTable.Descriptor));
        Assert.Equal(["PutGradeTable"], methods.Select(m => m.Name));
    }

    private static ConvertGradeRequest Convert(string grade) => new() { SourceOrganisation = TableNode.UniB, Grade = grade };

    private static PutGradeTableRequest Put(string id, GradeTable table) => new() { RequestId = ImportDraftTests.RequestIdOf(id), Table = table };

    private static GradeTable Spanish() => Table(TableNode.UniB, ("MH", 12), ("SB", 63), ("NT", 180), ("AP", 245), ("SS", -100));

    private static GradeTable Italian() => Table(
        TableNode.UniA, ("30L", 56), ("30", 157), ("29", 5), ("28", 123), ("27", 118), ("26", 90), ("25", 82), ("24", 113), ("23", 27), ("22", 60), ("21", 23), ("20", 57), ("19", 19), ("18", 69));

    // A negative count stands for a failing grade.
    private static GradeTable Table(string organisation, params (string Label, int Count)[] grades)
    {
        var table = new GradeTable { Organisation = organisation, FirstYear = 2023, LastYear = 2025 };
        foreach (var (label, count) in grades)
        {
            var segment = new GradeSegment { Label = label, Count = Math.Abs(count), Failing = count < 0, Distinction = label == "30L" };
            if (int.TryParse(label, out var number)) segment.ValueThousandths = number * 1000;
            else if (label == "30L") segment.ValueThousandths = 31_000;
            table.Grades.Add(segment);
        }

        return table;
    }

    private static async Task<TableNode> WithTables()
    {
        var node = await TableNode.StartAsync();
        var admin = new Client(node.As(StaffRole.Administrator));
        await admin.PutGradeTableAsync(Put("1", Spanish()));
        await admin.PutGradeTableAsync(Put("2", Italian()));
        return node;
    }
}
