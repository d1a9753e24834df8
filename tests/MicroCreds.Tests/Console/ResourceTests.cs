using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroCreds.Console.Cases;
using MicroCreds.Console.Language;
using MicroCreds.Console.Resources;
using MicroCreds.Console.Tables;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed partial class ResourceTests
{
    private static readonly ResourceManager Resources = new(typeof(Texts));

    [Fact]
    public void every_key_used_exists()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here()) ?? "", "..", "..", "..", "src", "MicroCreds.Console");
        var used = Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Used().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups["key"].Value).Where(k => !k.EndsWith('.')).Distinct().ToList();
        Assert.True(used.Count > 250, $"Only {used.Count} keys were found: the pattern no longer fits the pages.");
        Assert.Empty(used.Concat(Made()).Except(Keys("en")));
    }

    [Fact]
    public void every_language_has_every_text_with_the_same_places()
    {
        foreach (var language in Languages.Names)
        {
            Assert.Empty(Keys("en").Except(Keys(language)));
            Assert.Empty(Keys(language).Except(Keys("en")));
            foreach (var key in Keys("en").Where(k => !k.StartsWith("format.", StringComparison.Ordinal)))
            {
                var text = Text(language, key);
                Assert.False(string.IsNullOrWhiteSpace(text), $"{language}: {key}");
                Assert.True(Places(Text("en", key)).SetEquals(Places(text)), $"{language}: {key} fills other places");
            }
        }
    }

    [Fact]
    public async Task a_page_speaks_the_language_that_the_browser_asks_for()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        foreach (var language in Languages.Names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/?tab=open");
            request.Headers.AcceptLanguage.ParseAdd(language + "-CH, de;q=0.5");
            var page = await ConsoleHost.PageOf(await host.Client.SendAsync(request));
            Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
            Assert.Equal(Text(language, "queue.title"), page.QuerySelector("h1")!.TextContent);
        }
    }

    /// <summary>Keys that are put together from a value of the contract or of the forms.</summary>
    private static IEnumerable<string> Made() =>
    [
        .. Of<RecognitionCase.Types.State>("state").Where(k => k != "state.unspecified"), .. Of<DecisionOutcome>("outcome"), .. Of<DecisionOutcome>("letter.outcome"), .. Of<ReasonCode>("reason"),
        .. Of<RecognitionTrack>("track").Where(k => k != "track.unspecified"), .. Of<Verification.Types.Verdict>("verdict"), .. Of<VerificationCheck.Types.Result>("result"),
        .. Of<Assessment.Types.Proposal>("proposal"), .. Of<Decision.Types.DecidedBy>("decided-by"), .. Of<QueueTab>("queue.tab"), .. Of<QueueTab>("queue.empty"),
        .. Languages.Names.Select(n => "language." + n),
        .. ((string[])["form", "error", "not-found", "signed-out", "no-institution", "no-decision", "too-large", "not-administrator", "parcel", "none-ticked"]).SelectMany(m => (string[])[$"message.{m}.title", $"message.{m}.text"]),
        .. ((string[])[CaseActions.Assign, CaseActions.Information, CaseActions.Check, CaseActions.Delay, CaseActions.Decide, CaseActions.Inadmissible, CaseActions.Condition,
            CaseActions.Supersede, CaseActions.Revoke, CaseActions.Appeal, CaseActions.Approve, CaseActions.SendBack, "proposed"]).Concat(HistoryEndpoints.Done).Select(a => "done." + a),
        .. Of<SimulatedCase.Types.Change>("simulated"), .. Of<SimulatedCase.Types.Reproduction>("reproduction"), .. Of<CheckedInstitution.Types.Outcome>("checked"),
        .. Enum.GetValues<MicroCreds.Domain.Rules.FederationFindingCode>().Select(c => "federation-kind." + JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString())),
        .. Of<ExploredInstitution.Types.Outcome>("explored"), .. Of<EquivalenceAnswer.Types.Kind>("answer"), "message.no-credential.title", "message.no-credential.text",
        .. Of<TableFinding.Types.Severity>("severity"), .. Of<RowChange.Types.Change>("change").Where(k => k != "change.unspecified"), .. ImportSteps.Names,
        .. UploadedSheets.Kinds.Append(Sheet.Types.Kind.Workbook).Select(k => "sheet." + UploadedSheets.Field(k)),
        .. Enum.GetValues<MicroCreds.Domain.Rules.TableFindingCode>().Select(c => "finding." + JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString())),
    ];

    private static IEnumerable<string> Of<T>(string prefix) where T : struct, Enum =>
        Enum.GetValues<T>().Select(v => $"{prefix}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString())}");

    private static HashSet<string> Keys(string language)
    {
        var culture = language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        var set = Resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false);
        return set is null ? [] : set.Cast<DictionaryEntry>().Select(e => (string)e.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static string Text(string language, string key) => Resources.GetString(key, CultureInfo.GetCultureInfo(language)) ?? "";

    private static HashSet<string> Places(string text) => Place().Matches(text).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("""(?:\b(?:T|words|this)\[|(?:Fact Name|Title|Button|Hint)=)"(?<key>[a-z][A-Za-z_.0-9-]*)["]""")]
    private static partial Regex Used();

    [GeneratedRegex(@"\{[a-z_0-9]+\}")]
    private static partial Regex Place();
}
