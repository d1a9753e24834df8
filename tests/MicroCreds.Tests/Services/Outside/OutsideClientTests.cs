using System.IO.Compression;
using System.Net;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Outside;

namespace MicroCreds.Tests.Services.Outside;

public sealed class OutsideClientTests : IAsyncLifetime
{
    private const string Path = "/status/1";

    private readonly TestClock _clock = new(TestNode.Start);
    private OutsideHost _host = null!;
    private OutsideClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await OutsideHost.StartAsync();
        _client = OutsideHost.Client(Allowed("127.0.0.0/8"), _clock);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task gets_a_document_with_what_the_host_says_about_it()
    {
        _host.Answer(Path, [1, 2, 3], more: r => (r.Headers.ETag, r.Headers.LastModified, r.Headers.CacheControl) = ("\"v1\"", "Sun, 01 Mar 2026 10:00:00 GMT", "public, max-age=600"));
        var arrived = Assert.IsType<FetchAnswer.Arrived>(await GetAsync());
        Assert.Equal([1, 2, 3], arrived.Content);
        Assert.Equal(("\"v1\"", new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(10)), (arrived.EntityTag, arrived.ModifiedAt, arrived.MaxAge));
        Assert.Equal(("identity", ""), (_host.Headers.AcceptEncoding.ToString(), _host.Headers.Cookie.ToString()));
    }

    [Fact]
    public async Task says_which_one_it_holds_and_understands_that_it_is_unchanged()
    {
        _host.Answer(Path, context =>
        {
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" && context.Request.Headers.IfModifiedSince == "Sun, 01 Mar 2026 10:00:00 GMT" ? 304 : 500;
            return Task.CompletedTask;
        });
        Assert.IsType<FetchAnswer.Unchanged>(await GetAsync(entityTag: "\"v1\"", modifiedAt: new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData(404, "its host answered 404")]
    [InlineData(410, "its host answered 410")]
    [InlineData(500, "its host answered 500")]
    [InlineData(204, "its host answered 204")]
    [InlineData(206, "its host answered 206")]
    public async Task fails_in_words(int status, string why)
    {
        _host.Answer(Path, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal(why, await FailureAsync());
    }

    [Fact]
    public async Task waits_as_long_as_a_busy_host_asks()
    {
        _host.Answer(Path, context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "7200");
            return Task.CompletedTask;
        });
        Assert.Equal(TimeSpan.FromHours(2), Assert.IsType<FetchAnswer.Failed>(await GetAsync()).RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task follows_no_redirect_not_even_to_the_same_host(int status)
    {
        _host.Answer("/status/2", [1]);
        _host.Answer(Path, context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, _host.At("/status/2"));
            return Task.CompletedTask;
        });
        Assert.Equal("its host redirects to another address, which is not followed", await FailureAsync());
        Assert.Equal([$"GET {Path}"], _host.Asked);
    }

    [Fact]
    public async Task refuses_a_content_type_that_is_none_of_the_kind()
    {
        _host.Answer(Path, "<html>Sign in</html>"u8.ToArray(), "text/html; charset=utf-8");
        Assert.Equal("its host sent content type text/html", await FailureAsync());
        _host.Answer(Path, context => context.Response.Body.WriteAsync(new byte[] { 1 }).AsTask());
        Assert.Equal("its host sent no content type", await FailureAsync());
    }

    [Fact]
    public async Task refuses_what_is_packed_without_being_asked_for()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal)) gzip.Write(new byte[64 * 1024 * 1024]);
        _host.Answer(Path, bomb.ToArray(), more: r => r.Headers.ContentEncoding = "gzip");
        Assert.Equal("its host sent it packed, which was not asked for", await FailureAsync());
    }

    [Fact]
    public async Task refuses_a_document_that_says_it_is_too_long_and_one_that_does_not_say_it()
    {
        _host.Answer(Path, new byte[(2 * 1024 * 1024) + 1], more: r => r.ContentLength = (2 * 1024 * 1024) + 1);
        Assert.Equal("it has more than 2097152 bytes", await FailureAsync());
        _host.Answer(Path, async context =>
        {
            context.Response.ContentType = "application/vc";
            var piece = new byte[64 * 1024];
            // Without end: only the reader stops it.
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        });
        Assert.Equal("it has more than 2097152 bytes", await FailureAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task stops_waiting_for_a_host_that_says_nothing_or_stops_in_the_middle(bool begins)
    {
        var reached = new TaskCompletionSource();
        _host.Answer(Path, async context =>
        {
            if (begins)
            {
                context.Response.ContentType = "application/vc";
                await context.Response.Body.WriteAsync(new byte[10]);
                await context.Response.Body.FlushAsync();
            }
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var waiting = FailureAsync();
        await reached.Task;
        _clock.Advance(OutsideClient.TotalTime);
        Assert.Equal("it took longer than 30 seconds", await waiting);
    }

    [Fact]
    public async Task connects_to_no_private_address_unless_the_operator_allows_it()
    {
        _host.Answer(Path, [1]);
        using var strict = OutsideHost.Client(Allowed(), _clock);
        Assert.Equal($"{OutsideHost.Name} has the address 127.0.0.1, which is not public and in no network that the operator allows", Assert.IsType<FetchAnswer.Failed>(await GetAsync(strict)).Why);
        Assert.Empty(_host.Asked);
    }

    [Fact]
    public async Task connects_to_the_very_address_it_looked_at()
    {
        // The name answers with a public address first and with an inner one afterwards; and with both at once.
        var answers = new Queue<IPAddress[]>([[IPAddress.Parse("192.0.2.1"), IPAddress.Loopback], [IPAddress.Loopback]]);
        var asked = 0;
        using var rebound = new OutsideClient(new([], [_host.At("/status/")], [IPNetwork.Parse("127.0.0.0/8")]), OutsideHost.Authorities, (_, _) =>
        {
            asked++;
            return Task.FromResult(answers.Dequeue());
        }, _clock);
        _host.Answer(Path, [1]);
        Assert.Contains("192.0.2.1", Assert.IsType<FetchAnswer.Failed>(await GetAsync(rebound)).Why, StringComparison.Ordinal);
        Assert.IsType<FetchAnswer.Arrived>(await GetAsync(rebound));
        Assert.Equal(2, asked);
        Assert.Single(_host.Asked);
    }

    [Fact]
    public async Task accepts_no_certificate_of_a_stranger_or_of_another_name()
    {
        _host.Answer(Path, [1]);
        using var strange = new OutsideClient(Allowed("127.0.0.0/8"), [], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), _clock);
        Assert.Equal("the TLS certificate of its host was not accepted", Assert.IsType<FetchAnswer.Failed>(await GetAsync(strange)).Why);
        var other = _host.At(Path).Replace(OutsideHost.Name, "other.example", StringComparison.Ordinal);
        using var misled = OutsideHost.Client(new([new(OutsideKind.StatusList, other)], [], [IPNetwork.Parse("127.0.0.0/8")]), _clock);
        Assert.Equal("the TLS certificate of its host was not accepted", Assert.IsType<FetchAnswer.Failed>(await misled.GetAsync(new(OutsideKind.StatusList, other), "", null, CancellationToken.None)).Why);
        Assert.Empty(_host.Asked);
    }

    [Fact]
    public async Task asks_nothing_of_an_address_that_is_not_allowed_and_says_when_a_host_is_gone()
    {
        Assert.Equal("its address is not among those that this node may fetch", Assert.IsType<FetchAnswer.Failed>(await _client.GetAsync(new(OutsideKind.StatusList, _host.At("/elsewhere")), "", null, CancellationToken.None)).Why);
        Assert.Empty(_host.Asked);
        var address = new OutsideDocument(OutsideKind.StatusList, _host.At(Path));
        await _host.StopAsync();
        Assert.Equal("its host cannot be reached", Assert.IsType<FetchAnswer.Failed>(await _client.GetAsync(address, "", null, CancellationToken.None)).Why);
    }

    private AllowedAddresses Allowed(params string[] networks) => new([], [_host.At("/status/")], networks.Select(n => IPNetwork.Parse(n)));

    private Task<FetchAnswer> GetAsync(OutsideClient? client = null, string entityTag = "", DateTimeOffset? modifiedAt = null) =>
        (client ?? _client).GetAsync(new(OutsideKind.StatusList, _host.At(Path)), entityTag, modifiedAt, CancellationToken.None);

    private async Task<string> FailureAsync() => Assert.IsType<FetchAnswer.Failed>(await GetAsync()).Why;
}
