using MicroCreds.Sheets;

namespace MicroCreds.Tests.Cli;

public sealed class SheetCommandTests
{
    [Fact]
    public async Task writes_a_template_that_can_be_checked_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("template-");
        try
        {
            var file = Path.Combine(folder.FullName, "my table.xlsx");
            var made = await CommandLine.RunAsync("rule", "template", "--out", file, "--json");
            Assert.Equal((0, file), (made.ExitCode, (string?)Assert.Single(made.Json)["file"]));
            Assert.Equal(SheetTable.Workbook([], []), await File.ReadAllBytesAsync(file));

            var check = await CommandLine.RunAsync("rule", "check", file, "--json");
            Assert.Equal((0, 0), (check.ExitCode, (int)Assert.Single(check.Json)["units"]!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
