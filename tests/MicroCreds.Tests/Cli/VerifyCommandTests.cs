using System.Text.Json.Nodes;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Cli;

/// <summary>Offline verification of files made with a pilot's own keys.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private readonly PilotFiles _files = PilotFiles.Create(null);
    private readonly PilotConsortium _consortium;

    public VerifyCommandTests() =>
        _consortium = PilotConsortium.Create(_files, PilotInstitution.All.ToDictionary(one => one, _ => 7443), TimeProvider.System.GetUtcNow());

    public void Dispose() => _files.Leave();

    [Theory]
    [InlineData("volunteering", "voluntariado.example", "Coordinación de equipos de voluntariado", 300, "Apto")]
    [InlineData("statistics", "uni-madrid.example", "Estadística aplicada", 600, "NT (8.0)")]
    public async Task a_credential_issued_here_is_accepted_with_what_it_claims(string name, string issuer, string title, int hundredths, string grade)
    {
        var file = await IssueAsync(name, issuer);

        var run = await CommandLine.RunAsync("verify", file, "--trust", _files.Trust, "--json");

        var verdict = Assert.Single(run.Json);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(("edc-jades", "ACCEPT", file), ((string?)verdict["format"], (string?)verdict["verdict"], (string?)verdict["file"]));
        Assert.Empty(verdict["reasons"]!.AsArray());
        Assert.Empty(verdict["missingElements"]!.AsArray());
        Assert.Equal(issuer, (string?)verdict["issuer"]!["organisation"]);
        Assert.Equal((title, hundredths, grade), ((string?)verdict["achievement"]!["title"]!["es"], (int?)verdict["achievement"]!["ectsCreditsHundredths"], (string?)verdict["achievement"]!["grade"]));
        Assert.All(verdict["checks"]!.AsArray(), check => Assert.Contains((string?)check!["result"], new[] { "OK", "SKIPPED" }));
    }

    [Fact]
    public async Task without_trust_nothing_is_accepted()
    {
        var run = await CommandLine.RunAsync("verify", await IssueAsync("volunteering", "voluntariado.example"), "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("UNTRUSTED_ISSUER", Assert.Single(run.Json)["reasons"]!.AsArray().Select(reason => (string?)reason));
    }

    [Fact]
    public async Task a_badge_goes_by_the_issuers_and_status_lists_of_the_folder()
    {
        var folder = Directory.CreateDirectory(_files.At("registered")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "issuers.json"), $$"""{"issuers":[{"id":"{{Badges.Did}}","organisation":"uni-roma.example"}]}""");
        var badge = _files.At("badge.bin");
        await File.WriteAllBytesAsync(badge, Badges.Token(payload: c => c["credentialStatus"] = JsonNode.Parse("""{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"0","statusListCredential":"https://mirror.example/1"}""")));

        var without = Assert.Single((await CommandLine.RunAsync("verify", badge, "--trust", folder, "--at", "2026-09-01", "--json")).Json);
        Assert.Equal(("ob3-vc-jwt", "HOLD", "STATUS_UNAVAILABLE"), ((string?)without["format"], (string?)without["verdict"], (string?)without["reasons"]!.AsArray().Single()));

        await File.WriteAllBytesAsync(Path.Combine(folder, "list.jwt"), Credentials.StatusListTests.Bitstring());
        await File.WriteAllTextAsync(Path.Combine(folder, "status-lists.json"), """{"addresses":{"https://mirror.example/1":"list.jwt"}}""");
        var with = Assert.Single((await CommandLine.RunAsync("verify", badge, "--trust", folder, "--at", "2026-09-01", "--json")).Json);
        Assert.Equal(("ACCEPT", "uni-roma.example"), ((string?)with["verdict"], (string?)with["issuer"]!["organisation"]));
        Assert.NotEmpty(with["missingElements"]!.AsArray());
    }

    [Fact]
    public async Task every_file_gets_its_own_verdict_and_one_bad_file_decides_the_exit_code()
    {
        var good = await IssueAsync("volunteering", "voluntariado.example");
        var bad = good + ".changed";
        await File.WriteAllTextAsync(bad, (await File.ReadAllTextAsync(good))[..^40]);

        var run = await CommandLine.RunAsync("verify", good, bad, "--trust", _files.Trust, "--json");

        Assert.Equal(["ACCEPT", "REJECT"], run.Json.Select(verdict => (string?)verdict["verdict"]));
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task claims_with_an_unknown_member_are_refused_in_words()
    {
        var claims = _files.At("bad.json");
        await File.WriteAllTextAsync(claims, """{"language":"es","colour":"red"}""");

        var run = await CommandLine.RunAsync("issue", claims, "--certificate", Seal("uni-madrid.example", "crt"), "--key", Seal("uni-madrid.example", "key"), "--out", _files.At("x.jsonld"), "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(claims, (string?)Assert.Single(run.Json)["error"]!["where"]);
        Assert.False(File.Exists(_files.At("x.jsonld")));
    }

    [Fact]
    public async Task a_seal_of_somebody_else_is_refused_in_words()
    {
        var run = await CommandLine.RunAsync("issue", Claims("volunteering"), "--certificate", Seal("uni-madrid.example", "crt"), "--key", Seal("uni-madrid.example", "key"), "--out", _files.At("x.jsonld"), "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("VATES-Q2812345B", (string?)Assert.Single(run.Json)["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_exported_decision_is_accepted_with_its_receipt()
    {
        var run = await CommandLine.RunAsync("verify", Evidence("uni-roma.example", withReceipt: true), "--trust", _files.Trust, "--json");

        var verdict = Assert.Single(run.Json);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(("ects-decision+sd-jwt", "ACCEPT"), ((string?)verdict["format"], (string?)verdict["verdict"]));
        Assert.Equal(["OK", "OK"], verdict["checks"]!.AsArray().Select(check => (string?)check!["result"]));
        Assert.Equal(("uni-roma.example", "voluntariado.example", "full"), ((string?)verdict["statement"]!["issuer"], (string?)verdict["statement"]!["audience"], (string?)verdict["statement"]!["content"]!["outcome"]));
    }

    [Fact]
    public async Task a_missing_receipt_is_skipped_and_never_read_as_passed()
    {
        var run = await CommandLine.RunAsync("verify", Evidence("uni-roma.example", withReceipt: false), "--trust", _files.Trust, "--json");

        Assert.Equal(["OK", "SKIPPED"], Assert.Single(run.Json)["checks"]!.AsArray().Select(check => (string?)check!["result"]));
    }

    [Fact]
    public async Task a_decision_signed_by_another_member_is_rejected()
    {
        var run = await CommandLine.RunAsync("verify", Evidence("uni-madrid.example", withReceipt: true), "--trust", _files.Trust, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(("REJECT", "KEY_UNRESOLVABLE"), ((string?)run.Json[0]["verdict"], (string?)run.Json[0]["reasons"]![0]));
    }

    [Fact]
    public async Task a_trust_list_without_a_coordinators_key_is_refused()
    {
        var run = await CommandLine.RunAsync("verify", Evidence("uni-roma.example", withReceipt: true), "--trust", Path.Combine(_files.Trust, "trust-list.json"), "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("coordinator", (string?)Assert.Single(run.Json)["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_trust_list_is_judged_as_of_the_time_given()
    {
        var run = await CommandLine.RunAsync("verify", Evidence("uni-roma.example", withReceipt: true), "--trust", _files.Trust, "--at", "2099-01-01", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("expired", (string?)Assert.Single(run.Json)["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void secrets_are_readable_by_their_owner_only()
    {
        if (OperatingSystem.IsWindows()) return; // Windows keeps no such mode; the folder's own rights apply.
        var secrets = Directory.EnumerateFiles(_files.Root, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".key", StringComparison.Ordinal) || file.EndsWith(".pem", StringComparison.Ordinal)).ToList();

        Assert.Equal(16, secrets.Count);
        foreach (var file in secrets) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private async Task<string> IssueAsync(string name, string issuer)
    {
        var file = _files.At("issued", $"{name}.jsonld");
        var run = await CommandLine.RunAsync("issue", Claims(name), "--certificate", Seal(issuer, "crt"), "--key", Seal(issuer, "key"), "--out", file);
        Assert.True(run.ExitCode == 0, run.Error);
        return file;
    }

    private string Claims(string name)
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped($"{name}.claims.json"))!.AsObject();
        claims["awarded_on"] = "2026-03-02";
        var file = _files.At("claims", $"{name}.json");
        File.WriteAllText(file, claims.ToJsonString());
        return file;
    }

    private string Seal(string organisation, string ending) => _files.At("seals", $"{organisation}.{ending}");

    /// <summary>A decision that says it is from uni-roma.example, signed with the key of <paramref name="signer"/>.</summary>
    private string Evidence(string signer, bool withReceipt)
    {
        var (roma, voluntariado) = (PilotInstitution.Roma.Organisation, PilotInstitution.Voluntariado.Organisation);
        var parties = new StreamParties(roma, voluntariado, "pilot.example");
        var now = TimeProvider.System.GetUtcNow();
        var draft = new StatementDraft(voluntariado, StatementKind.Decided, CaseId.Parse("0123456789abcdef0123456789abcdef"), 1, 0, """{"outcome":"full","ects":"3"}"""u8.ToArray(), [], now);
        var statement = StatementCodec.Sign(draft, new StreamPosition(1, 1, null), parties, Key(signer));
        var receipt = withReceipt ? ReceiptCodec.Sign(parties, new StreamHead(1, 1, statement.Digest), now, Key(voluntariado.Value)) : "";
        var file = _files.At("evidence", "decision.json");
        File.WriteAllBytes(file, new DecisionExport(statement, receipt).Write());
        return file;
    }

    private SigningKey Key(string organisation)
    {
        Assert.True(SigningKey.TryImportPem(File.ReadAllText(_files.At(organisation, organisation, "keys", "statement.pem")), out var key));
        return key;
    }
}
