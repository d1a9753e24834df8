using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Sheets;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule template</c>: an empty workbook to be filled in, as a node answers it too.</summary>
internal static class TemplateCommand
{
    /// <summary>The command. With <c>--json</c> one object: <c>file</c>.</summary>
    public static Command Make(CommandHost host)
    {
        var path = new Option<string>("--out", "-o") { Description = "Workbook to be written. Default: table.xlsx.", HelpName = "FILE.xlsx", DefaultValueFactory = _ => "table.xlsx" };
        return new Command("template", "Write an empty workbook with a sheet of each kind, lists to choose from and a dictionary of all columns. Needs no node.") { path }.Does(host, (parsed, output, _) =>
        {
            var file = parsed.GetValue(path) ?? "table.xlsx";
            CommandFiles.Write(file, SheetTable.Workbook([], []));
            output.Write(new JsonObject { ["file"] = file }, console => console.Say($"Wrote {file}. Fill it in, then: mcf rule import {file} --table T --preview"));
            return Task.FromResult(ExitCodes.Ok);
        });
    }
}
