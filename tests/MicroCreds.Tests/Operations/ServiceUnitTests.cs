using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MicroCreds.Tests.Contract;

namespace MicroCreds.Tests.Operations;

/// <summary>The systemd unit: systemd understands all of it, and it stays as confined as it is.</summary>
public sealed partial class ServiceUnitTests
{
    /// <summary>Exposure in tenths, as <c>systemd-analyze security</c> counts it; the lower the better, 100 is a unit that may do everything.</summary>
    private const int MostExposure = 13;

    private static readonly string Unit = Path.Combine(ContractFiles.Root, "ship", "microcreds-node.service");

    [SystemdFact]
    public void systemd_knows_every_line()
    {
        var folder = Directory.CreateTempSubdirectory("mcf-unit-").FullName;
        try
        {
            // The program is looked for; one that is there stands in for it.
            var copy = Path.Combine(folder, "microcreds-node.service");
            File.WriteAllText(copy, File.ReadAllText(Unit).Replace("/opt/microcreds-node/MicroCreds.Node", "/bin/true", StringComparison.Ordinal));
            // It prints what it does not know and ends with 0 all the same.
            Assert.Equal("", Run("verify", copy).Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SystemdFact]
    public void it_can_do_no_more_than_it_could()
    {
        var score = Overall().Match(Run("security", "--offline=true", "--no-pager", Unit));
        Assert.True(score.Success);
        var tenths = (int)Math.Round(double.Parse(score.Groups[1].Value, CultureInfo.InvariantCulture) * 10);
        Assert.InRange(tenths, 1, MostExposure);
    }

    [Fact]
    public void it_starts_the_node_as_the_guide_says()
    {
        var lines = File.ReadAllLines(Unit);
        Assert.Contains("Type=notify", lines);
        Assert.Contains("ExecStart=/opt/microcreds-node/MicroCreds.Node --config /etc/microcreds/node.json", lines);
        Assert.Contains("RestartPreventExitStatus=2 3", lines);
        Assert.Contains("SystemCallFilter=@system-service", lines);
    }

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(SystemdFactAttribute.Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text + errors.GetAwaiter().GetResult();
    }

    [GeneratedRegex(@"Overall exposure level for [^:]*: ([0-9.]+)")]
    private static partial Regex Overall();
}
