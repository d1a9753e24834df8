using System.Text.Json.Nodes;
using MicroCreds.Cli.Pilot;
using MicroCreds.Cli.Rules;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Recognition;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Vectors;

namespace MicroCreds.Tests.Cli;

/// <summary>Sheets checked and tried without a node.</summary>
public sealed class OfflineRuleTests : IDisposable
{
    private readonly PilotFiles _files = PilotFiles.Create(null);

    public void Dispose() => _files.Leave();

    [Fact]
    public async Task a_clean_table_has_no_finding()
    {
        var run = await CommandLine.RunAsync(
            "rule", "check", Write("units.csv", PilotFiles.Shipped("units.csv")), Write("outcomes.csv", PilotFiles.Shipped("outcomes.csv")), Write("rules.csv", PilotFiles.Shipped("rules.csv")),
            "--higher-education", "uni-madrid.example", "--at", "2026-03-02", "--json");

        var report = Assert.Single(run.Json);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal((2, 2, 0, 0), ((int)report["units"]!, (int)report["rules"]!, (int)report["errors"]!, (int)report["warnings"]!));
        Assert.Empty(report["findings"]!.AsArray());
    }

    [Fact]
    public async Task two_rules_that_fight_are_found_with_their_rows()
    {
        var units = Write("units.csv", "code,title,programme,ects,eqf_level\nA,First,P,6,6\n");
        var rules = Write("rules.csv", "rule,target_unit,awarding_body,achievement_code,grant_ects\nR1,A,uni-b.example,X,6\n\nR2,A,uni-b.example,X,3\nR3,B,uni-b.example,Y,3\n");

        var run = await CommandLine.RunAsync("rule", "check", units, rules, "--json");

        Assert.Equal(1, run.ExitCode);
        var finding = Assert.Single(Assert.Single(run.Json)["findings"]!.AsArray(), f => (string?)f!["kind"] == "overlap_conflict")!;
        Assert.Contains((string?)finding["severity"], new[] { "error", "warning" });
        Assert.Equal(["R1", "R2"], finding["ruleIds"]!.AsArray().Select(id => (string?)id).Order());
        Assert.Equal([2, 4], finding["rows"]!.AsArray().Select(row => (int)row!["row"]!).Order());
        Assert.All(finding["rows"]!.AsArray(), row => Assert.Equal("rules.csv", (string?)row!["sheet"]));
        Assert.Equal("uni-b.example", (string?)finding["witness"]!["achievement"]!["awardingBody"]);
        Assert.Equal("X", (string?)finding["witness"]!["achievement"]!["code"]);
        Assert.Equal("A", (string?)finding["unit"]);
        var dangling = Assert.Single(Assert.Single(run.Json)["findings"]!.AsArray(), f => (string?)f!["kind"] == "dangling_target")!;
        Assert.Equal(("error", 5), ((string?)dangling["severity"], (int)Assert.Single(dangling["rows"]!.AsArray())!["row"]!));
    }

    [Fact]
    public async Task people_read_the_row_and_an_example()
    {
        var run = await CommandLine.RunAsync(
            "rule", "check", Write("units.csv", "code,title,programme,ects,eqf_level\nA,First,P,6,6\n"), Write("rules.csv", "rule,target_unit,awarding_body,achievement_code,grant_ects\nR1,A,uni-b.example,X,6\n\nR2,A,uni-b.example,X,3\n"));

        Assert.Contains("rules.csv row 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("rules.csv row 4", run.Output, StringComparison.Ordinal);
        Assert.Contains("(X) of", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_wrong_cell_is_a_finding_that_names_it()
    {
        var run = await CommandLine.RunAsync("rule", "check", Write("units.csv", "code,title,programme,ects,eqf_level\nA,First,P,\"1,5\",6\n"), "--json");

        Assert.Equal(1, run.ExitCode);
        var finding = Assert.Single(Assert.Single(run.Json)["findings"]!.AsArray())!;
        Assert.Equal(("wrong_cell", "error"), ((string?)finding["kind"], (string?)finding["severity"]));
        Assert.Equal("""{"sheet":"units.csv","row":2,"column":"ects"}""", Assert.Single(finding["rows"]!.AsArray())!.ToJsonString());
        Assert.Contains("1.5", (string?)finding["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("units.csv", "--table", "T")]
    public async Task either_sheets_or_a_draft_are_checked(params string[] args)
    {
        var run = await CommandLine.RunAsync(["rule", "check", .. args]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--table", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_draft_of_a_node_can_still_be_checked()
    {
        var run = await CommandLine.RunAsync("rule", "check", "--table", "T", "--node", "http://127.0.0.1:1", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("connection was refused", (string?)Assert.Single(run.Json)["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task tries_a_credential_as_a_node_would_assess_it()
    {
        var (tables, credential) = (Tables(), await CredentialAsync());

        var run = await CommandLine.RunAsync(["rule", "try", .. tables, "--credential", credential, "--at", "2026-03-02", "--unit", "STAT", "--trust", _files.Trust, "--json"]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var assessment = Assert.Single(run.Json);
        Assert.Equal("2026-03-02", (string?)assessment["asOfDate"]);
        var rule = Assert.Single(assessment["rules"]!.AsArray(), r => (string?)r!["ruleId"] == "statistics-madrid")!;
        Assert.True((bool)rule["matched"]!);
        Assert.NotEmpty(assessment["explanation"]!.AsArray());
        Assert.DoesNotContain("not verified", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task tries_a_credential_with_the_status_lists_of_the_folder()
    {
        var folder = Directory.CreateDirectory(_files.At("registered")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "issuers.json"), $$"""{"issuers":[{"id":"{{Badges.Did}}","organisation":"uni-roma.example"}]}""");
        var badge = _files.At("badge.jwt");
        await File.WriteAllBytesAsync(badge, Badges.Token(payload: c => c["credentialStatus"] = JsonNode.Parse("""{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://uni-roma.example/status/1"}""")));
        string[] command = ["rule", "try", .. Tables(), "--credential", badge, "--at", "2026-09-01", "--unit", "STAT", "--trust", folder, "--json"];

        Assert.Contains("is not at hand", (await CommandLine.RunAsync(command)).Output, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path.Combine(folder, "list.jwt"), Credentials.StatusListTests.Bitstring());
        Assert.Contains("revocation is set", (await CommandLine.RunAsync(command)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_trust_the_rules_are_judged_and_nothing_is_granted()
    {
        var (tables, credential) = (Tables(), await CredentialAsync());

        var run = await CommandLine.RunAsync(["rule", "try", .. tables, "--credential", credential, "--at", "2026-03-02", "--from", "uni-madrid.example", "--json"]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var assessment = Assert.Single(run.Json);
        Assert.NotEqual("PROPOSAL_GRANT_AUTOMATICALLY", (string?)assessment["proposal"]);
        Assert.Contains(assessment["rules"]!.AsArray(), r => (string?)r!["ruleId"] == "statistics-madrid" && (bool)r["matched"]!);
        Assert.Contains("not verified", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--unit", "NONE", "no unit 'NONE'")]
    [InlineData("--programme", "!", "no code of a programme")]
    public async Task an_unknown_target_is_refused_in_words(string option, string value, string words)
    {
        var run = await CommandLine.RunAsync(["rule", "try", .. Tables(), "--credential", await CredentialAsync(), option, value]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory, VectorData("equivalence")]
    public void says_of_an_assessment_what_a_node_says(EquivalenceVector vector)
    {
        // Offline there is no grade table, so no grade.
        var assessment = AssessmentEngine.Assess(vector.Input()) with { Grade = null };
        Assert.Equal(AssessmentMapping.ToWire(assessment, _ => true), AssessmentMessage.Of(assessment));
    }

    [Fact]
    public void says_of_lines_and_ways_not_chosen_what_a_node_says()
    {
        var assessment = MicroCreds.Tests.Domain.Rules.JointAssessmentTests.Packed("A", "B", "C");
        var message = AssessmentMessage.Of(assessment);
        Assert.Equal(AssessmentMapping.ToWire(assessment, _ => true), message);
        Assert.Equal((2, 1, 2), (message.Lines.Count, message.NotChosen.Count, message.Rules[0].Sources.Count));
        // A rule that the caller may not see is told neither as a way not chosen nor among the alternatives.
        var partner = AssessmentMapping.ToWire(assessment, rule => rule.Value != "R2");
        Assert.Empty(partner.NotChosen);
        Assert.DoesNotContain(partner.Alternatives, text => text.Contains("R2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task tries_several_credentials_together()
    {
        var (first, second) = (await CredentialAsync(), _files.At("second.jsonld"));
        var issued = await CommandLine.RunAsync(
            "issue", _files.At("sheets", "statistics.json"), "--certificate", _files.At("seals", "uni-madrid.example.crt"), "--key", _files.At("seals", "uni-madrid.example.key"), "--out", second);
        Assert.True(issued.ExitCode == 0, issued.Error);
        var rules = Write("rules.csv", "rule,target_unit,grant_ects,sources\nBUNDLE,STAT,6,yes\n");
        var sources = Write("sources.csv", "rule,group,needed,awarding_body,achievement_code\nBUNDLE,1,1,uni-madrid.example,CR/EST101\nBUNDLE,1,1,uni-x.example,X\n");
        var units = Write("units.csv", PilotFiles.Shipped("units.csv"));

        var run = await CommandLine.RunAsync("rule", "try", units, rules, sources, "--credential", first, "--credential", second, "--at", "2026-03-02", "--unit", "STAT", "--from", "uni-madrid.example",
            "--higher-education", "uni-madrid.example", "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var lines = Assert.Single(run.Json)["lines"]!.AsArray();
        // One of the group is enough; the other is left over.
        Assert.Equal([("BUNDLE", 600), ("", 0)], lines.Select(l => ((string?)l!["ruleId"], (int)l["grantedEctsCreditsHundredths"]!)));
    }

    private string[] Tables() => [Write("units.csv", PilotFiles.Shipped("units.csv")), Write("outcomes.csv", PilotFiles.Shipped("outcomes.csv")), Write("rules.csv", PilotFiles.Shipped("rules.csv"))];

    private string Write(string name, string text)
    {
        var path = _files.At("sheets", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<string> CredentialAsync()
    {
        PilotConsortium.Create(_files, PilotInstitution.All.ToDictionary(one => one, _ => 7443), TimeProvider.System.GetUtcNow());
        var claims = JsonNode.Parse(PilotFiles.Shipped("statistics.claims.json"))!.AsObject();
        claims["awarded_on"] = "2026-03-02";
        var (source, file) = (Write("statistics.json", claims.ToJsonString()), _files.At("statistics.jsonld"));
        var run = await CommandLine.RunAsync(
            "issue", source, "--certificate", _files.At("seals", "uni-madrid.example.crt"), "--key", _files.At("seals", "uni-madrid.example.key"), "--out", file);
        Assert.True(run.ExitCode == 0, run.Error);
        return file;
    }
}
