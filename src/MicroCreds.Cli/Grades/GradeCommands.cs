using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Grades;

/// <summary><c>mcf grade put|convert</c>.</summary>
internal static class GradeCommands
{
    /// <summary>Keeps a grade table.</summary>
    public static Command Put(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Grade table as JSON: the message GradeTable of the contract, for example {\"organisation\":\"uni-a.example\",\"firstYear\":2023,\"lastYear\":2025,\"grades\":[{\"label\":\"30\",\"valueThousandths\":30000,\"count\":157}]}." };
        return new Command("put", "Keep a grade table, the institution's own or a partner's.") { file, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new PutGradeTableRequest { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, Table = MessageFiles.Read<GradeTable>(call.Required(file), "grade table", "`mcf grade put --help` shows an example.") };
            var answer = await call.Node.Grades.PutGradeTableAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.Table, console => console.Say($"Kept {answer.Table.Grades.Count} grades of {answer.Table.Organisation}, {answer.Table.FirstYear} to {answer.Table.LastYear}."));
        });
    }

    /// <summary>Converts a grade.</summary>
    public static Command Convert(CommandHost host)
    {
        var grade = new Argument<string>("GRADE") { Description = "Grade as awarded." };
        var source = new Option<string>("--from") { Description = "Organisation that gave the grade.", HelpName = "ORGANISATION", Required = true };
        var field = new Option<string>("--field") { Description = "Field, ISCED-F of 2 to 4 digits. Default: the whole institution.", HelpName = "CODE" };
        var level = new Option<int>("--level") { Description = "EQF level of the cycle, 5 to 8. Default: any.", HelpName = "LEVEL" };
        return new Command("convert", "Convert a grade into the institution's scale and show how.") { grade, source, field, level }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ConvertGradeRequest
            {
                Institution = call.Institution, Grade = call.Required(grade), SourceOrganisation = call.Text(source), IscedField = call.Text(field), EqfLevel = call.Parsed.GetValue(level),
            };
            var answer = await call.Node.Grades.ConvertGradeAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.Conversion, console => AssessmentView.Show(console, answer.Conversion));
        });
    }
}
