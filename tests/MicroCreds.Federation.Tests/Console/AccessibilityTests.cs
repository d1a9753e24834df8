using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.V1;
using Microsoft.Playwright;

namespace MicroCreds.Federation.Tests.Console;

/// <summary>The pages of a real node in a real browser: WCAG 2.2 AA as far as axe can tell, the work of an officer without script, no sideways scroll.</summary>
public sealed class AccessibilityTests
{
    private const string Rules = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

    [BrowserFact]
    public async Task no_page_has_a_violation_that_axe_finds_in_light_or_dark()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var granted = await federation.SubmitAsync(PilotInstitution.Roma, federation.StatisticsOf("axe-granted"), CancellationToken.None);
        var referred = await federation.SubmitAsync(PilotInstitution.Roma, federation.VolunteeringOf("axe-referred"), CancellationToken.None, "ALTRE-3");
        Assert.Equal((RecognitionCase.Types.State.Decided, RecognitionCase.Types.State.Referred), (granted.State, referred.State));
        await DraftAsync(federation[PilotInstitution.Roma]);
        const string Described = "awarding_body=uni-madrid.example&title=Estad%C3%ADstica&code=CR%2FEST101&credits=6&eqf_level=6&assessment=written_examination";
        string[] pages =
        [
            "/", "/?tab=unassigned", "/?tab=closed", $"/cases/{referred.CaseId}", $"/cases/{granted.CaseId}", $"/cases/{granted.CaseId}/letter", "/partners", "/accessibility", "/nowhere",
            "/tables", "/tables?table=micro-credentials", "/tables/units?table=micro-credentials", "/tables/unit?code=STAT", "/tables/rule?id=statistics-madrid", "/tables?table=micro-credentials&draft=yes",
            "/tables/import?table=micro-credentials", "/tables/draft?table=micro-credentials", "/tables/publish?table=micro-credentials", "/tables/history?table=micro-credentials",
            "/tables/compare?table=micro-credentials&from=1&to=0", "/tables/simulate?table=micro-credentials&run=yes", "/tables/federation?run=yes", "/tables/adopt?table=micro-credentials", "/tables/adoptions", "/try", $"/try?{Described}&unit=STAT", "/try?title=x&credits=wrong", "/explore", $"/explore?{Described}",
        ];

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        string? session = null;
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            // The content security policy would keep axe out; it is left off in this context alone.
            await using var context = await browser.NewContextAsync(new() { ColorScheme = scheme, BypassCSP = true, StorageState = session });
            var page = await context.NewPageAsync();
            if (session is null)
            {
                await SignInAsync(page, federation[PilotInstitution.Roma]);
                session = await context.StorageStateAsync();
            }

            foreach (var path in pages)
            {
                await page.GotoAsync(federation[PilotInstitution.Roma].Web + path);
                await CheckAsync(page, $"{scheme} {path}");
            }

            // Pages that only a form leads to: the preview of an import, and what it left out.
            await page.GotoAsync(federation[PilotInstitution.Roma].Web + "/tables/import?table=axe");
            await page.SetInputFilesAsync("#import-units", Sheet("units.csv", Units));
            await page.SetInputFilesAsync("#import-rules", Sheet("rules.csv", WrongRules));
            await page.ClickAsync("#import-form button");
            await CheckAsync(page, $"{scheme} preview");
            await page.ClickAsync("button[value=good]");
            await CheckAsync(page, $"{scheme} imported");
        }
    }

    [BrowserFact]
    public async Task axe_is_not_blind_a_label_taken_away_is_found()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        await using var context = await browser.NewContextAsync(new() { BypassCSP = true });
        var page = await context.NewPageAsync();
        await SignInAsync(page, federation[PilotInstitution.Roma]);
        await page.EvaluateAsync("document.querySelectorAll('label').forEach(l => l.remove())");
        await page.AddScriptTagAsync(new() { Path = BrowserFactAttribute.Axe });
        var violations = await page.EvaluateAsync<string[]>("async () => (await axe.run(document)).violations.map(v => v.id)");
        Assert.Contains("label", violations);
    }

    [BrowserFact]
    public async Task an_officer_decides_without_script_on_a_narrow_screen()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var referred = await federation.SubmitAsync(PilotInstitution.Roma, federation.VolunteeringOf("no-script"), CancellationToken.None, "ALTRE-3");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        await using var context = await browser.NewContextAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 320, Height = 800 } });
        var page = await context.NewPageAsync();
        await SignInAsync(page, federation[PilotInstitution.Roma]);

        await page.GotoAsync($"{federation[PilotInstitution.Roma].Web}/?tab=unassigned");
        await page.ClickAsync("table a");
        Assert.Contains(referred.CaseId, page.Url, StringComparison.Ordinal);
        var box = await page.Locator("body").BoundingBoxAsync();
        Assert.True(box is { Width: <= 320 }, $"the page is {box?.Width} wide on a screen of 320");
        await page.ClickAsync("#decide-form button");
        await page.WaitForSelectorAsync("[role=status]");

        var client = federation[PilotInstitution.Roma].Client;
        var decided = (await client.Recognition.GetCaseAsync(new() { CaseId = referred.CaseId }, client.Call(CancellationToken.None))).RecognitionCase;
        var decision = Assert.Single(decided.Decisions);
        Assert.Equal((RecognitionCase.Types.State.Decided, DecisionOutcome.Full, Decision.Types.DecidedBy.Officer, 300),
            (decided.State, decision.Outcome, decision.DecidedBy, decision.Lines[0].GrantedEctsCreditsHundredths));
    }

    [BrowserFact]
    public async Task an_administrator_imports_mends_checks_and_publishes_without_script_on_a_narrow_screen()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        await using var context = await browser.NewContextAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 320, Height = 800 } });
        var page = await context.NewPageAsync();
        await SignInAsync(page, federation[PilotInstitution.Roma]);

        await page.GotoAsync(federation[PilotInstitution.Roma].Web + "/tables/import");
        await page.FillAsync("#import-table", "electives");
        await page.SetInputFilesAsync("#import-units", Sheet("units.csv", Units));
        await page.SetInputFilesAsync("#import-rules", Sheet("rules.csv", WrongRules));
        await page.ClickAsync("#import-form button");
        var wrong = await page.Locator("[aria-labelledby=wrong-title] tbody tr").AllInnerTextsAsync();
        Assert.Contains("nine", Assert.Single(wrong), StringComparison.Ordinal);
        Assert.Contains("min_eqf_level", wrong[0], StringComparison.Ordinal);
        await NarrowAsync(page);

        await page.ClickAsync("#import-form a.button");
        await page.SetInputFilesAsync("#import-units", Sheet("units.csv", Units));
        await page.SetInputFilesAsync("#import-rules", Sheet("rules.csv", WrongRules.Replace("nine", "6", StringComparison.Ordinal)));
        await page.ClickAsync("#import-form button");
        Assert.Equal(0, await page.Locator("[aria-labelledby=wrong-title]").CountAsync());
        await page.ClickAsync("#import-form button");
        Assert.Contains("2 units and 3 rules", await page.InnerTextAsync("[role=status]"), StringComparison.Ordinal);

        await page.ClickAsync("main a.button");
        Assert.Contains("Rules contradict each other", await page.InnerTextAsync("[aria-labelledby=findings-warning]"), StringComparison.Ordinal);
        await NarrowAsync(page);
        await page.ClickAsync("aside a.button");
        await page.FillAsync("#reason_overlap_conflict", "An officer decides between the two.");
        await page.ClickAsync("form[action^='/tables/publish'] button");
        Assert.Contains("The version is published", await page.InnerTextAsync("[role=status]"), StringComparison.Ordinal);
        await NarrowAsync(page);

        var client = federation[PilotInstitution.Roma].Client;
        var rules = await client.Equivalence.ListRulesAsync(new() { TableId = "electives", InForceDate = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) }, client.Call(CancellationToken.None));
        Assert.Equal(["E-1", "E-2", "E-3"], rules.Rules.Select(r => r.RuleId));
        var history = await client.EquivalenceAdmin.ListVersionsAsync(new() { TableId = "electives" }, client.Call(CancellationToken.None));
        Assert.Equal((1, "An officer decides between the two."), (history.VersionInForce, Assert.Single(history.Versions.Single().AcceptedWarnings).Reason));
    }

    private const string Units = "code,title,programme,ects,eqf_level,kind,graded\nE-10,Ethics,L-19,3,6,course,yes\nE-20,Rhetoric,L-19,3,6,course,yes\n";

    // The second row is wrong; the first and the third contradict each other.
    private const string WrongRules = "rule,target_unit,awarding_body,achievement_code,min_eqf_level,grant_ects\nE-1,E-10,uni-madrid.example,CR/ETH,6,3\nE-2,E-20,uni-madrid.example,CR/RHE,nine,3\n"
        + "E-3,E-10,uni-madrid.example,CR/ETH,6,2\n";

    private static FilePayload Sheet(string name, string text) => new() { Name = name, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) };

    // A draft with something to say: one rule more, which contradicts another.
    private static async Task DraftAsync(PilotNode node)
    {
        var rules = PilotFiles.Shipped("rules.csv").TrimEnd('\n') + "\nstatistics-again,STAT,uni-madrid.example,CR/EST101,,6,6,written_examination,,yes,,3,converted,no,2025-09-01,2028-08-31,public,\n";
        var import = new ImportDraftRequest { RequestId = MicroCreds.Domain.Identifiers.RequestId.New().Value, TableId = "micro-credentials" };
        import.Sheets.Add(new Sheet { Kind = Federation.V1.Sheet.Types.Kind.Rules, FileName = "rules.csv", Content = Google.Protobuf.ByteString.CopyFromUtf8(rules) });
        var answer = await node.Client.EquivalenceAdmin.ImportDraftAsync(import, node.Client.Call(CancellationToken.None));
        Assert.Contains(answer.Findings, f => f.Kind == "overlap_conflict");
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        // Without its style a page could pass and be unusable.
        Assert.NotEqual("Times New Roman", await page.EvaluateAsync<string>("getComputedStyle(document.body).fontFamily"));
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        await page.AddScriptTagAsync(new() { Path = BrowserFactAttribute.Axe });
        var violations = await page.EvaluateAsync<string[]>(
            $"async () => (await axe.run(document, {{ runOnly: {Rules} }})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))");
        Assert.True(violations.Length == 0, $"{where}: {string.Join('\n', violations)}");
    }

    private static async Task NarrowAsync(IPage page)
    {
        var box = await page.Locator("body").BoundingBoxAsync();
        Assert.True(box is { Width: <= 320 }, $"{page.Url} is {box?.Width} wide on a screen of 320");
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = BrowserFactAttribute.Chromium,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });

    private static async Task SignInAsync(IPage page, PilotNode node)
    {
        await page.GotoAsync(node.SignIn);
        await page.ClickAsync("main form button");
        // The session is there with the page's headers; its load event was once missed under load.
        await page.WaitForURLAsync($"{node.Web}/", new() { WaitUntil = WaitUntilState.Commit });
    }
}
