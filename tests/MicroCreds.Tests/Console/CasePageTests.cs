using System.Net;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

public sealed class CasePageTests
{
    [Fact]
    public async Task shows_every_check_condition_and_outcome()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        var shown = host.Node.Cases[Samples.Referred];

        var checks = page.QuerySelectorAll("[aria-labelledby=checks-1] tbody tr").Select(r => r.TextContent).ToList();
        Assert.Equal(shown.Verifications[0].Checks.Count, checks.Count);
        foreach (var (check, row) in shown.Verifications[0].Checks.Zip(checks))
        {
            Assert.Contains(check.Evidence, row, StringComparison.Ordinal);
            Assert.Contains(check.Source, row, StringComparison.Ordinal);
        }
        Assert.Equal(["OK", "OK", "Skipped", "Error", "OK"], page.QuerySelectorAll("[aria-labelledby=checks-1] td:nth-child(2) .tag").Select(t => t.TextContent));
        Assert.Contains("moon phase", checks[4], StringComparison.Ordinal);

        var conditions = page.QuerySelectorAll("[aria-labelledby^=rule-] tbody tr").Select(r => r.TextContent).ToList();
        var judged = shown.Assessment.Rules.SelectMany(r => r.Conditions).ToList();
        Assert.Equal(judged.Count, conditions.Count);
        foreach (var (condition, row) in judged.Zip(conditions))
        {
            Assert.Contains(condition.Expected, row, StringComparison.Ordinal);
            Assert.Contains(condition.Actual, row, StringComparison.Ordinal);
            Assert.Contains(condition.Held ? "Yes" : "No", row, StringComparison.Ordinal);
        }

        var outcomes = page.QuerySelectorAll("[aria-labelledby=outcomes-caption] tbody tr");
        Assert.Equal(["Covered", "Covered", "Covered", "Missing, essential", "Missing"], outcomes.Select(r => r.QuerySelector("td .tag")!.TextContent));
        Assert.Equal(shown.TargetUnit.Outcomes.Select(o => o.Code), outcomes.Select(r => r.QuerySelector(".mono")!.TextContent));
        foreach (var sentence in shown.Assessment.Explanation) Assert.Contains(sentence, page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task shows_claim_learner_history_and_evidence()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var text = (await host.GetAsync("/cases/" + Samples.Referred)).Body!.TextContent;
        foreach (var shown in (string[])
            ["Lucía Ejemplo Prueba", "3 ECTS", "75 hours", "EQF level 6", "portfolio, oral examination", "blended", "supervised, identity verified", "Apto", "NT 8.0", "34.2 %",
             "R-QA-9", "Near miss", "kT3hR2QWw1mO1cYv0N6aJvFz9x8cP0qE5sU7dB4iLgA", "9xWm2bVd0eKjQy7nS5hTfU1pLcR8aZ3gO6iN4kMqXsE", "Which body assures the quality?", "2 July 2026"])
            Assert.Contains(shown, text, StringComparison.Ordinal);
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        Assert.Equal(["Referred to an officer", "Verified", "Submitted"], page.QuerySelectorAll(".history strong").Select(e => e.TextContent));
        Assert.Equal("M9: By <b>portfolio</b>.", Assert.Single(page.QuerySelectorAll(".history blockquote")).TextContent);
    }

    [Fact]
    public async Task the_forms_follow_the_stage_and_the_role()
    {
        await using var officer = await ConsoleHost.SignedInAsync();
        Assert.Equal(
            ["assign-form", "authenticity-form", "check-form", "decide-form", "delay-form", "inadmissible-form", "information-form", "verify-form"],
            await FormsAsync(officer, Samples.Referred));
        Assert.Equal(["assign-form", "check-form", "revoke-form", "supersede-form", "verify-form"], await FormsAsync(officer, Samples.Decided));
        Assert.Equal(["appeal-form", "assign-form", "check-form"], await FormsAsync(officer, Samples.Appealed));
        await using var auditor = await ConsoleHost.SignedInAsync(roles: ["auditor"]);
        Assert.Empty(await FormsAsync(auditor, Samples.Referred));
    }

    [Fact]
    public async Task a_case_that_is_not_there_has_a_friendly_page()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var answer = await host.Client.GetAsync("/cases/ffffffffffffffffffffffffffffffff");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such case, or you may not see it.", (await ConsoleHost.PageOf(answer)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task findings_are_explained_and_the_parts_of_organisations_kept_apart()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        var rows = page.QuerySelectorAll("[aria-labelledby=findings-1] tbody tr").Select(r => r.TextContent).ToList();
        Assert.Equal(3, rows.Count);
        foreach (var part in (string[])["Quality assurance", "M11", "missing", "state the type of quality assurance", "awardingBody.accreditation", "Annex I"]) Assert.Contains(part, rows[1], StringComparison.Ordinal);
        foreach (var part in (string[])["Verification", "not asked", "secure", "signed by a member", "signatures", "Nuffic micro-evaluator"]) Assert.Contains(part, rows[2], StringComparison.Ordinal);
        var text = page.QuerySelector("[aria-labelledby=checks-title]")!.TextContent;
        foreach (var shown in (string[])["Sealed by", "Sealing Platform", "NTREE-1", "Awarding body", "the issuer shows a mandate", "voluntariado.example"]) Assert.Contains(shown, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_decision_in_effect_can_be_taken_as_a_file()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var links = (await host.GetAsync("/cases/" + Samples.Decided)).QuerySelectorAll("a[download]").Select(a => a.GetAttribute("href")!).ToList();
        Assert.Equal(["elm", "elmo"], links.Select(l => System.Web.HttpUtility.ParseQueryString(l.Split('?')[1])["format"]));
        foreach (var (link, format) in links.Zip([ExportDecisionRequest.Types.Format.Elm, ExportDecisionRequest.Types.Format.Elmo]))
        {
            var file = await host.Client.GetAsync(link);
            Assert.Equal(("file", "application/xml", "x-v1.elmo.xml"), (await file.Content.ReadAsStringAsync(), file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.FileName));
            var asked = host.Node.Asked.OfType<ExportDecisionRequest>().Last();
            Assert.Equal((Samples.Decided, format), (asked.CaseId, asked.Format));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync($"/cases/{Samples.Decided}/decision?format=pdf")).StatusCode);
        Assert.Empty((await host.GetAsync("/cases/" + Samples.Referred)).QuerySelectorAll("a[download]"));
    }

    [Fact]
    public async Task the_letter_gives_reasons_legal_basis_and_appeal()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var text = (await host.GetAsync($"/cases/{Samples.Decided}/letter")).QuerySelector("article")!.TextContent;
        foreach (var shown in (string[])
            ["recognised in part", "Lucía Ejemplo Prueba", "Risk assessment is not covered.", "LO4", "A bridging task for LO4.", "DM 931/2024", "Consiglio di corso", "1 April 2026", "1.5 ECTS", "3 ECTS"])
            Assert.Contains(shown, text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync($"/cases/{Samples.Referred}/letter")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync($"/cases/{Samples.Decided}/letter?version=9")).StatusCode);
    }

    [Fact]
    public async Task an_outcome_of_a_newer_partner_is_never_shown_as_refused()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        host.Node.Cases[Samples.Decided].Decisions[0].Outcome = (DecisionOutcome)9;
        host.Node.Cases[Samples.Decided].Decisions[0].Lines[0].Outcome = (DecisionOutcome)9;
        var text = (await host.GetAsync("/cases/" + Samples.Decided)).QuerySelector("[aria-labelledby=decisions-title]")!.TextContent;
        Assert.Contains("not known to this version", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Not granted", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task codes_in_conditions_and_matches_by_title_are_put_into_words()
    {
        await using var host = await ConsoleHost.SignedInAsync();
        var assessment = host.Node.Cases[Samples.Referred].Assessment;
        assessment.Rules[0].Conditions.Add(new ConditionFinding { Condition = "assessment_is_one_of", Expected = "Portfolio, OralExamination, FutureKind", Actual = "Portfolio", Held = true });
        assessment.Coverage.Covered[2].By = assessment.Coverage.Covered[2].Source;
        var page = await host.GetAsync("/cases/" + Samples.Referred);
        Assert.Contains("portfolio, oral examination, FutureKind", page.QuerySelector("[aria-labelledby=rule-1]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["matched by skill", "matched by skill", "matched by title"], page.QuerySelectorAll("[aria-labelledby=outcomes-caption] td .faint").Take(3).Select(e => e.TextContent));
        Assert.Contains("Decided by officer ana,", (await host.GetAsync("/cases/" + Samples.Decided)).QuerySelector("[aria-labelledby=decisions-title]")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> FormsAsync(ConsoleHost host, string id) =>
        (await host.GetAsync("/cases/" + id)).QuerySelectorAll("main form[id]").Select(f => f.Id!).Order(StringComparer.Ordinal);
}
