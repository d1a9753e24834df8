using System.Net;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Verification;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Recognition;
using MicroCreds.Tests.Credentials;
using Format = MicroCreds.Federation.V1.ExportDecisionRequest.Types.Format;
using RecognitionCase = MicroCreds.Federation.V1.RecognitionCase;

namespace MicroCreds.Tests.Services.Recognition;

/// <summary>Whoever holds an exported decision can find out that it was withdrawn.</summary>
public sealed class DecisionStatusTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OverAsync(await TestNode.StartAsync(statusLists: true));

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task a_revoked_decision_is_found_in_the_list_its_credential_points_to()
    {
        var granted = await _desk.GrantedAsync();
        var file = await ExportAsync(granted);
        var entry = Entry(file);
        Assert.Equal(("BitstringStatusListEntry", "revocation"), ((string?)entry["type"], (string?)entry["statusPurpose"]));
        Assert.StartsWith("https://uni-roma.example/status/uni-roma.example/0", (string?)entry["statusListCredential"], StringComparison.Ordinal);

        // Without the list nobody can say; with it, the decision counts.
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (Verify(file).Verdict, Verify(file).Reasons.Single()));
        Assert.Equal(Verdict.Accept, Verify(file, await ListAsync()).Verdict);

        await _desk.Office.RevokeDecisionAsync(new RevokeDecisionRequest { Change = CaseDesk.Change(granted), Ground = "The credential was revoked by its issuer.", EffectiveDate = "2026-03-02" });
        Assert.Equal(Verdict.Accept, Verify(file, await ListAsync()).Verdict);
        _desk.Node.Clock.Advance(DecisionStatusLists.KeptFor);
        var report = Verify(file, await ListAsync());
        Assert.Equal((Verdict.Reject, ReasonClass.Revoked), (report.Verdict, report.Reasons.Single()));
        Assert.Contains("The list is signed by", report.Check(CheckKind.Status).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_superseded_decision_no_longer_counts_and_the_one_after_it_does()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var first = await ExportAsync(decided);
        var superseded = (await _desk.Office.SupersedeDecisionAsync(new SupersedeDecisionRequest { Change = CaseDesk.Change(decided), Decision = CaseDesk.Full() })).RecognitionCase;
        var second = await ExportAsync(superseded);
        Assert.NotEqual((string?)Entry(first)["statusListIndex"], (string?)Entry(second)["statusListIndex"]);
        var list = await ListAsync();
        Assert.Equal([ReasonClass.Revoked], Verify(first, list).Reasons.AsEnumerable());
        Assert.Equal(Verdict.Accept, Verify(second, list).Verdict);
    }

    [Fact]
    public async Task a_decision_keeps_its_place_and_each_has_its_own()
    {
        var granted = await _desk.GrantedAsync();
        var (one, again, other) = (await ExportAsync(granted), await ExportAsync(granted), await ExportAsync(await _desk.GrantedAsync("berta")));
        Assert.Equal(Entry(one).ToJsonString(), Entry(again).ToJsonString());
        Assert.NotEqual((string?)Entry(one)["statusListIndex"], (string?)Entry(other)["statusListIndex"]);
    }

    [Theory]
    [InlineData("/status/uni-roma.example/0", HttpStatusCode.NotFound)]
    [InlineData("/status/uni-madrid.example/0", HttpStatusCode.NotFound)]
    [InlineData("/status/nobody/0", HttpStatusCode.NotFound)]
    [InlineData("/status/uni-roma.example/-1", HttpStatusCode.NotFound)]
    [InlineData("/status/uni-roma.example/99999999999", HttpStatusCode.NotFound)]
    public async Task there_is_no_list_in_which_nothing_has_a_place(string path, HttpStatusCode status)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task a_list_is_given_to_anybody_and_names_nobody()
    {
        var granted = await _desk.GrantedAsync();
        await ExportAsync(granted);
        using var answer = await GetAsync("/status/uni-roma.example/0");
        Assert.Equal(("application/vc+jwt", "public, max-age=60"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
        var payload = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars((await answer.Content.ReadAsStringAsync()).Split('.')[1]))!;
        Assert.Equal(["@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject"], payload.AsObject().Select(m => m.Key));
        Assert.Equal("2026-03-03T09:00:00Z", (string?)payload["validUntil"]);
        Assert.Equal((await ListAsync()).Length, (await ListAsync()).Length);
    }

    private async Task<ReadOnlyMemory<byte>> ExportAsync(RecognitionCase c) => (await _desk.Officer.ExportDecisionAsync(new() { CaseId = c.CaseId, Format = Format.Elm })).Content.Memory;

    private static JsonObject Entry(ReadOnlyMemory<byte> file) => JsonNode.Parse(JsonNode.Parse(file.Span)!["payload"]!.GetValue<string>())!["credentialStatus"]!.AsObject();

    private CredentialReport Verify(ReadOnlyMemory<byte> file, byte[]? list = null)
    {
        TrustedIssuer[] issuers = [.. _desk.Node.Registry.Current.TrustedIssuers()];
        IStatusListSource lists = list is null ? NoStatusLists.Instance : StatusListBook.Read([("https://uni-roma.example/status/uni-roma.example/0", list)], issuers);
        return new CredentialVerifier(issuers, lists).Verify(file, _desk.Node.Clock.GetUtcNow());
    }

    private async Task<byte[]> ListAsync()
    {
        using var answer = await GetAsync("/status/uni-roma.example/0");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    // The port for staff speaks HTTP/2 alone; in a node the lists are at the web port.
    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await client.GetAsync(new Uri(_desk.Node.Address("http") + path));
    }
}
