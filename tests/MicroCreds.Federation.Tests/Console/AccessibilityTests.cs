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
        string[] pages = ["/", "/?tab=unassigned", "/?tab=closed", $"/cases/{referred.CaseId}", $"/cases/{granted.CaseId}", $"/cases/{granted.CaseId}/letter", "/tables", "/tables?table=micro-credentials", "/tables/units?table=micro-credentials", "/tables/unit?code=STAT", "/tables/rule?id=statistics-madrid", "/partners", "/accessibility", "/nowhere"];

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
                // Without its style a page could pass and be unusable.
                Assert.NotEqual("Times New Roman", await page.EvaluateAsync<string>("getComputedStyle(document.body).fontFamily"));
                await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
                await page.AddScriptTagAsync(new() { Path = BrowserFactAttribute.Axe });
                var violations = await page.EvaluateAsync<string[]>(
                    $"async () => (await axe.run(document, {{ runOnly: {Rules} }})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))");
                Assert.True(violations.Length == 0, $"{scheme} {path}: {string.Join('\n', violations)}");
            }
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

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = BrowserFactAttribute.Chromium,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });

    private static async Task SignInAsync(IPage page, PilotNode node)
    {
        await page.GotoAsync(node.SignIn);
        await page.ClickAsync("main form button");
        await page.WaitForURLAsync($"{node.Web}/");
    }
}
