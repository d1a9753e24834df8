using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Benchmarks.Rules;

/// <summary>
/// The same table and inputs in GoRules Zen (npm <c>@gorules/zen-engine</c>), as a decision table with the hit policy "first" whose rows
/// stand in the order of precedence. Installed on request: <c>npm install --prefix tests/interop/zen</c>.
/// </summary>
internal static class ZenEngine
{
    private const int MostRules = 100_000;
    private const int MostInputs = 200;

    /// <summary>Row of the table, or why there is none.</summary>
    internal static string Row(GeneratedTable generated)
    {
        var rules = generated.Rules.Length;
        if (rules > MostRules) return Skipped(rules, string.Create(CultureInfo.InvariantCulture, $"more than {MostRules:N0} rules"));
        if (Script() is not { } script) return Skipped(rules, "not installed; npm install --prefix tests/interop/zen");
        var file = Path.Combine(Path.GetTempPath(), $"microcreds-zen-{Environment.ProcessId}.json");
        try
        {
            var inputs = generated.Inputs.Take(MostInputs).ToArray();
            File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(new
            {
                rules = generated.Rules.OrderBy(r => r.Rank).ThenByDescending(r => r.Priority).ThenBy(r => r.Id.Value, StringComparer.Ordinal).Select(Cells),
                inputs = inputs.Select(Facts),
                expected = inputs.Select(i => LinearScan.Match(generated.Rules, i).Strongest?.Id.Value),
            }));
            using var node = Process.Start(new ProcessStartInfo("node", [script, file]) { RedirectStandardOutput = true });
            if (node is null) return Skipped(rules, "node does not start");
            var answer = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            if (node.ExitCode != 0) return Skipped(rules, "it failed; see standard error");
            var result = JsonDocument.Parse(answer).RootElement;
            var median = result.GetProperty("median_us").GetDouble();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {rules:N0} | Zen {result.GetProperty("version").GetString()}, first hit ({inputs.Length} inputs, {result.GetProperty("differences").GetInt32()} answers differ) | {1e6 / result.GetProperty("cpu_us").GetDouble():N1} | {result.GetProperty("cpu_us").GetDouble():0.0} | {median:0.0} | {result.GetProperty("p99_us").GetDouble():0.0} |");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Skipped(rules, "node is not installed");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Skipped(int rules, string why) => string.Create(CultureInfo.InvariantCulture, $"| {rules:N0} | Zen: skipped, {why} | | | | |");

    private static string? Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var zen = Path.Combine(folder.FullName, "tests", "interop", "zen");
            if (File.Exists(Path.Combine(zen, "evaluate.mjs"))) return Directory.Exists(Path.Combine(zen, "node_modules", "@gorules")) ? Path.Combine(zen, "evaluate.mjs") : null;
        }

        return null;
    }

    // One cell for each column, as Zen writes conditions; an empty cell asks for nothing.
    private static object Cells(EquivalenceRule rule)
    {
        string code = "", body = "", field = "", level = "", credits = "", quality = "", awarded = "", coverage = "";
        foreach (var condition in rule.Conditions)
        {
            switch (condition)
            {
                case RuleCondition.AchievementCode c: code = $"\"{c.Code}\""; break;
                case RuleCondition.AwardingBody c: body = $"\"{c.Organisation.Value}\""; break;
                case RuleCondition.IscedField c: field = $"startsWith($, \"{c.Prefix}\")"; break;
                case RuleCondition.EqfLevelAtLeast c: level = string.Create(CultureInfo.InvariantCulture, $">= {c.Level}"); break;
                case RuleCondition.CreditsAtLeast c: credits = string.Create(CultureInfo.InvariantCulture, $">= {c.Credits.Hundredths}"); break;
                case RuleCondition.QualityAssured: quality = "true"; break;
                case RuleCondition.AwardedBetween c: awarded = Window(c.From, c.Until); break;
                case RuleCondition.OutcomeCoverageAtLeast c: coverage = string.Create(CultureInfo.InvariantCulture, $">= {c.Percent}"); break;
                default: throw new UnreachableException();
            }
        }

        return new { id = rule.Id.Value, code, body, field, level, credits, quality, awarded, applied = Window(rule.ValidFrom, rule.ValidUntil), coverage };
    }

    private static object Facts(RuleInput input) => new
    {
        code = input.Achievement.Codes[0],
        body = input.AwardingBody.Value,
        field = input.Achievement.IscedFields[0],
        level = input.Achievement.EqfLevel,
        credits = input.Achievement.Credits?.Hundredths,
        quality = !input.Achievement.Accreditations.IsEmpty,
        awarded = input.Achievement.AwardedOn.DayNumber,
        applied = input.AppliedOn.DayNumber,
        coverage = LinearScan.Coverage(input),
    };

    private static string Window(DateOnly? from, DateOnly? until) =>
        from is null && until is null ? "" : string.Create(CultureInfo.InvariantCulture, $"[{from?.DayNumber ?? 0}..{until?.DayNumber ?? DateOnly.MaxValue.DayNumber}]");
}
