using System.Text.Json.Nodes;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Cli;

/// <summary>Issuing in every format with keys that the command makes or is given, and what it writes so that others trust them.</summary>
public sealed class IssueCommandTests : IDisposable
{
    private readonly PilotFiles _files = PilotFiles.Create(null);

    public void Dispose() => _files.Leave();

    [Theory]
    [InlineData("edc-jades")]
    [InlineData("ob3-vc-jwt")]
    [InlineData("ob3-vc-di")]
    [InlineData("sd-jwt")]
    public async Task what_it_makes_verifies_with_what_it_writes(string format)
    {
        var issued = await IssueAsync(format);
        Assert.True(issued.ExitCode == 0, issued.Output + issued.Error);
        Assert.Equal(format, (string?)Assert.Single(issued.Json)["format"]);

        var run = await CommandLine.RunAsync("verify", File(format), "--trust", Trust, "--json");

        var verdict = Assert.Single(run.Json);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal((format, "ACCEPT"), ((string?)verdict["format"], (string?)verdict["verdict"]));
        Assert.Empty(verdict["missingElements"]!.AsArray());
        Assert.Equal(600, (int?)verdict["achievement"]!["ectsCreditsHundredths"]);
        Assert.Equal(23, verdict["findings"]!.AsArray().Count);
        Assert.Equal(["sealer", "issuer", "awarding body"], verdict["roles"]!.AsArray().Select(r => (string?)r!["kind"]));
        // A pinned anchor binds to nobody; a registered key to the member it is registered for.
        Assert.Equal(format == "edc-jades" ? null : "uni-madrid.example", (string?)verdict["issuer"]!["organisation"]);
    }

    [Theory]
    [InlineData("edc-jades")]
    [InlineData("ob3-vc-jwt")]
    [InlineData("ob3-vc-di")]
    [InlineData("sd-jwt")]
    public async Task a_key_that_is_there_is_used_again(string format)
    {
        await IssueAsync(format);
        var before = await System.IO.File.ReadAllTextAsync(Key(format));
        Assert.Equal(0, (await IssueAsync(format)).ExitCode);
        Assert.Equal(before, await System.IO.File.ReadAllTextAsync(Key(format)));
        Assert.Equal(0, (await CommandLine.RunAsync("verify", File(format), "--trust", Trust)).ExitCode);
    }

    [Theory]
    [InlineData("did:key", "did:key:z")]
    [InlineData("https://uni-madrid.example/issuer", "https://uni-madrid.example/issuer")]
    public async Task an_issuer_goes_by_the_name_given(string name, string start)
    {
        var run = await IssueAsync("ob3-vc-di", "--issuer", name);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.StartsWith(start, (string?)JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File("ob3-vc-di")))!["issuer"]!["id"], StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunAsync("verify", File("ob3-vc-di"), "--trust", Trust)).ExitCode);
    }

    [Fact]
    public async Task what_it_publishes_is_what_a_verifier_fetches()
    {
        var folder = _files.At("site", "x")[..^2];
        Assert.Equal(0, (await IssueAsync("sd-jwt", "--publish", folder)).ExitCode);
        Assert.Equal(["did.json", "jwks.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        // The DID document alone registers the issuer, for no member.
        var verdict = Assert.Single((await CommandLine.RunAsync("verify", File("sd-jwt"), "--trust", folder, "--json")).Json);
        Assert.Equal(("ACCEPT", null), ((string?)verdict["verdict"], (string?)verdict["issuer"]!["organisation"]));
    }

    [Fact]
    public async Task a_learners_key_is_bound_in()
    {
        var learner = _files.At("learner.jwk");
        await System.IO.File.WriteAllTextAsync(learner, SigningKey.Generate().PublicKey.Jwk);
        await IssueAsync("sd-jwt", "--learner-key", learner);
        var verdict = Assert.Single((await CommandLine.RunAsync("verify", File("sd-jwt"), "--trust", Trust, "--json")).Json);
        Assert.Contains("bound to a key of the learner", (string?)verdict["checks"]!.AsArray().Single(c => (string?)c!["kind"] == "owner")!["evidence"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edc-jades", "--key", "missing.pem")]
    [InlineData("ob3-vc-jwt", "--key", "missing.pem")]
    [InlineData("ob3-vc-jwt", "--issuer", "uni-madrid.example", "--new-key")]
    [InlineData("sd-jwt", "--learner-key", "missing.jwk", "--new-key")]
    public async Task what_cannot_be_used_is_refused_in_words(string format, params string[] options)
    {
        string[] given = options[0] == "--key" ? ["--key", _files.At(options[1])] : ["--key", Key(format), .. options];
        var run = await CommandLine.RunAsync(["issue", Claims(), "--format", format, "--certificate", _files.At("none.crt"), "--out", File(format), "--json", .. given]);
        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty((string)Assert.Single(run.Json)["error"]!["whatToDo"]!);
        Assert.False(System.IO.File.Exists(File(format)));
    }

    [Fact]
    public async Task a_seal_of_which_no_authority_is_written_down_is_not_made()
    {
        var run = await CommandLine.RunAsync("issue", Claims(), "--certificate", _files.At("keys", "new.crt"), "--key", _files.At("keys", "new.pem"), "--new-key", "--out", File("x"), "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("authority", (string?)Assert.Single(run.Json)["error"]!["message"], StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(_files.At("keys", "new.pem")));
    }

    private string Trust => Path.Combine(_files.Root, "trust");

    private string Key(string format) => _files.At("keys", $"{format}.pem");

    private string File(string format) => _files.At("issued", format);

    private Task<CommandLine> IssueAsync(string format, params string[] options)
    {
        string[] certificate = format == "edc-jades" ? ["--certificate", _files.At("keys", "seal.crt")] : [];
        return CommandLine.RunAsync(["issue", Claims(), "--format", format, "--key", Key(format), "--new-key", "--trust", Trust, "--out", File(format), "--json", .. certificate, .. options]);
    }

    private string Claims()
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped("statistics.claims.json"))!.AsObject();
        claims["awarded_on"] = "2026-03-02";
        var file = _files.At("claims.json");
        System.IO.File.WriteAllText(file, claims.ToJsonString());
        return file;
    }
}
