using System.Diagnostics.Metrics;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Outside;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>How documents of every kind are asked for and kept.</summary>
public sealed class DocumentFetcherTests : OutsideTests
{
    [Fact]
    public async Task asks_oneHost_one_thing_at_a_time()
    {
        var (running, most) = (0, 0);
        for (var i = 0; i < 8; i++)
            Host.Answer($"/status/{i}", async context =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                context.Response.StatusCode = 404;
            });
        var node = Start();
        for (var i = 0; i < 8; i++) node.Verify(0, Host.At($"/status/{i}"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Equal((8, 1), (Host.Asked.Count, most));
    }

    [Fact]
    public async Task notices_a_damaged_copy_and_fetches_anew()
    {
        Host.Answer(Path, List(), more: r => r.Headers.ETag = "\"v1\"");
        await StartedWithListAsync();
        foreach (var file in Directory.GetFiles(Folder, "*.content")) await File.AppendAllTextAsync(file, "x");
        var node = Start();
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
        Assert.Equal("the copy kept here was damaged", node.Kept().Failure);
        Clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal("", Host.Headers.IfNoneMatch.ToString());
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);

        // Lost while the node runs: an answer that nothing changed is then worth nothing.
        foreach (var file in Directory.GetFiles(Folder, "*.content")) File.Delete(file);
        Host.Answer(Path, context =>
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        Clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal(("the copy kept here was damaged", null), (node.Kept().Failure, node.Kept().Digest));
        foreach (var file in Directory.GetFiles(Folder, "*.json")) await File.WriteAllTextAsync(file, "{");
        Assert.Empty(Start().Fetcher.Current);
    }

    [Fact]
    public async Task goes_on_with_the_others_when_one_cannot_be_kept()
    {
        Host.Answer("/status/0", List());
        Host.Answer(Path, List());
        var node = Start();
        node.Verify(0, Host.At("/status/0"));
        node.Verify(0);
        // A folder stands where the content is to be written.
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"StatusList {Host.At("/status/0")}")));
        Directory.CreateDirectory(System.IO.Path.Combine(Folder, name + ".content.new"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        node.Log.Expect();
        Assert.Equal(1, await node.WalkAsync());
        Assert.Equal((Verdict.Hold, Verdict.Accept), (node.Verify(0, Host.At("/status/0")).Verdict, node.Verify(0).Verdict));
        Assert.Equal("this node could not read or keep it; its log says why", node.Fetcher.Current[0].Failure);
        node.Log.Check();
    }

    [Fact]
    public async Task forgets_what_the_operator_no_longer_allows()
    {
        Host.Answer(Path, List());
        await StartedWithListAsync();
        Assert.NotEmpty(Directory.GetFiles(Folder));
        var node = Start(begin: "https://elsewhere.example/");
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void keeps_a_bounded_number_of_lists_of_oneHost_and_of_all()
    {
        var hosts = Enumerable.Range(0, 6).Select(i => $"https://host{i}.example/status/").ToArray();
        var node = Start(begins: hosts);
        foreach (var host in hosts)
            for (var i = 0; i < DocumentFetcher.MaxStatusListsOfHost + 5; i++) node.Fetcher.Want(new(OutsideKind.StatusList, $"{host}{i}"));
        Assert.Equal(DocumentFetcher.MaxStatusLists, node.Fetcher.Current.Length);
        Assert.Equal(DocumentFetcher.MaxStatusListsOfHost, node.Fetcher.Current.Count(k => k.Document.Address.StartsWith(hosts[0], StringComparison.Ordinal)));
        Assert.Equal((4 * 5) + (2 * (DocumentFetcher.MaxStatusListsOfHost + 5)), node.Log.Lines.Count);
    }

    [Fact]
    public async Task forgets_a_list_that_never_came()
    {
        Host.Answer(Path, Gone);
        var node = await StartedWithListAsync();
        while (node.Fetcher.Current is [var kept])
        {
            Clock.Advance(kept.NextAt - Clock.GetUtcNow());
            await node.WalkAsync();
        }
        Assert.Equal(40, Host.Asked.Count);
        Assert.InRange(Clock.GetUtcNow() - Badges.At, TimeSpan.FromHours(20), TimeSpan.FromHours(28));
        Assert.Empty(Directory.GetFiles(Folder));
        // The next credential asks anew.
        node.Verify(0);
        Assert.Single(node.Fetcher.Current);
    }

    [Fact]
    public async Task gives_a_name_that_the_coordinators_registered_without_keys_to_their_member()
    {
        var key = SigningKey.Generate();
        var did = $"did:web:{OutsideHost.Name}%3A{Host.Port}:keys";
        Host.Answer("/keys/did.json", DidDocument(did, key), "application/did+json");
        var node = Start(new OutsideIssuer(did, null, Host.At("/keys/did.json")));
        await node.WalkAsync();
        var registered = new TrustedIssuer(Badges.University, [], [], "trust list serial 3") { CredentialIssuers = [new(did, [])] };
        var report = node.VerifierOf(registered).Verify(Badges.Sign($$"""{"alg":"ES256","typ":"vc+jwt","kid":"{{did}}#key-1"}""", Badges.Credential(did).ToJsonString(), key), Badges.At);
        Assert.Equal((Verdict.Accept, Badges.University, "trust list serial 3"), (report.Verdict, report.IssuerId, report.Check(CheckKind.CertificateChain).Source));
    }

    [Fact]
    public async Task counts_what_it_asked_for_without_saying_where()
    {
        var counted = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Name == "microcreds.fetches") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (counted) counted.Add($"{count} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}");
        });
        listener.Start();
        Host.Answer(Path, Gone);
        await StartedWithListAsync();
        lock (counted) Assert.Contains("1 kind=status_list result=failed", counted);
    }
}
