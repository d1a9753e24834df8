using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services;

namespace MicroCreds.Tests.Cli;

/// <summary><c>mcf agreement</c> on files and a whole node.</summary>
public sealed class AgreementCommandTests : IAsyncLifetime
{
    private const string File =
        """
        {"agreementId": "LA-17", "learnerIdentifier": "urn:learner:ana", "programme": "L-19", "hostOrganisation": "uni-madrid.example",
         "signatures": [{"party": "PARTY_LEARNER", "signedDate": "2025-08-18"}, {"party": "PARTY_INSTITUTION", "signedDate": "2025-08-19"}, {"party": "PARTY_HOST", "signedDate": "2025-08-20"}],
         "validFromDate": "2025-09-01", "validUntilDate": "2026-07-31", "components": [{"code": "EST101", "title": "Estadística", "unit": "STAT", "ectsCreditsHundredths": 600, "automatic": true}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mcf-agreement-").FullName;
    private CaseDesk _desk = null!;
    private Dictionary<string, string> _variables = [];

    public async Task InitializeAsync()
    {
        _desk = await CaseDesk.OpenAsync();
        _variables = new() { ["MCF_TOKEN"] = _desk.Node.Tokens.Issue("olga", [StaffRole.Officer], [], TimeSpan.FromDays(3650)) };
    }

    public async Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task records_lists_shows_and_ends_an_agreement_of_a_file()
    {
        var (file, pdf) = (Write("agreement.json", File), Write("signed.pdf", "signed"));
        var recorded = await RunAsync("record", file, "--signed-file", pdf, "--json");
        Assert.Equal((0, "LA-17", "1"), (recorded.ExitCode, (string?)recorded.Json[0]["agreementId"], (string?)recorded.Json[0]["etag"]));
        var version = recorded.Json[0]["versions"]![0]!;
        Assert.Equal((Sha256Digest.Of("signed"u8.ToArray()).Value, "", "2025-08-20"), ((string?)version["agreement"]!["signedFileDigest"], (string?)version["agreement"]!["learnerIdentifier"], (string?)version["signedDate"]));

        var again = await RunAsync("record", file, "--etag", "1");
        Assert.Contains("Recorded LA-17, version 2: 1 components, 6 credits, etag 2.", again.Output, StringComparison.Ordinal);

        var list = await RunAsync("list", "--learner", "urn:learner:ana");
        foreach (var part in new[] { "LA-17", "uni-madrid.example", "2025-08-20", "2025-09-01 to 2026-07-31" }) Assert.Contains(part, list.Output, StringComparison.Ordinal);
        Assert.Contains("No learning agreements.", (await RunAsync("list", "--learner", "urn:learner:bea")).Output, StringComparison.Ordinal);

        var shown = await RunAsync("show", "LA-17");
        foreach (var part in new[] { "Version 2, signed 2025-08-20", "Version 1, signed 2025-08-20", "learner 2025-08-18, institution 2025-08-19, host 2025-08-20", "Estadística", "EST101", "by olga", (string)version["digest"]! })
            Assert.Contains(part, shown.Output, StringComparison.Ordinal);

        var ended = await RunAsync("end", "LA-17", "--last", "2026-01-31", "--reason", "Went home.", "--etag", "2");
        Assert.Contains("Ended LA-17 for awards after 2026-01-31.", ended.Output, StringComparison.Ordinal);
        Assert.Contains("for awards after 2026-01-31, by olga: Went home.", (await RunAsync("show", "LA-17")).Output, StringComparison.Ordinal);
        var refused = await RunAsync("record", file, "--etag", "3");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Record another agreement under an identifier of its own.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_case_names_the_agreement_that_decided_it()
    {
        Assert.Equal(0, (await RunAsync("record", Write("agreement.json", File.Replace("urn:learner:ana", "urn:schac:personalUniqueCode:int:esi:uni-madrid.example:ana", StringComparison.Ordinal)))).ExitCode);
        var claims = TestCredentials.Statistics(_desk.Node.Consortium) with { Codes = ["EST101"] };
        var c = (await _desk.Madrid.SubmitCredentialAsync(_desk.Request(claims, TestTables.Stat))).RecognitionCase;
        Assert.Equal(DecisionOutcome.Full, Assert.Single(c.Decisions).Outcome);

        var shown = await CommandLine.RunAsync(_variables, "case", "show", c.CaseId, "--node", _desk.Node.Address("http"));
        Assert.Contains($"LA-17 version 1, 6 ECTS asked, digest {c.Decisions[0].Agreement.Digest}", shown.Output, StringComparison.Ordinal);
        Assert.Contains("agreement:LA-17/v1/1", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "The file is no learning agreement")]
    [InlineData("""{"agreementId": "LA-17", "agreementId": "LA-18"}""", "The file is no learning agreement")]
    [InlineData("""{"learner": "ana"}""", "The file is no learning agreement")]
    [InlineData("""{"agreementId": "LA-17"}""", "agreement.learner_identifier")]
    public async Task says_what_is_wrong_with_a_file(string content, string said)
    {
        var run = await RunAsync("record", Write("wrong.json", content));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    private Task<CommandLine> RunAsync(string verb, params string[] args) => CommandLine.RunAsync(_variables, ["agreement", verb, .. args, "--node", _desk.Node.Address("http")]);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
