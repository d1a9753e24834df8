using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using MicroCreds.Services;
using MicroCreds.Services.Security;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Requests that have begun and do not end.</summary>
public sealed class UnfinishedRequestTests : IAsyncLifetime, IDisposable
{
    private const string Echo = "/microcreds.federation.v1.MemberService/Echo";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private const int Edge = TransportLimits.MaxStrangerRequestBytes;

    private readonly HttpClient _http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private TestNode _node = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _token = _node.Tokens.Issue("officer", [StaffRole.Officer], [], TimeSpan.FromDays(1));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public void Dispose() => _http.Dispose();

    public static TheoryData<string> Forms => ["application/grpc", "application/grpc-web-text", "application/json", "application/connect+json"];

    private UnfinishedRequests.Share Known => _node.Services.GetRequiredService<UnfinishedRequests>().Known;

    private UnfinishedRequests.Share Strangers => _node.Services.GetRequiredService<UnfinishedRequests>().Strangers;

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task a_stranger_has_to_sign_in_for_more_than_a_few_kilobytes(string form)
    {
        var body = new Body(form);
        var answer = AskAsync(body, form, token: null);
        body.Send(Edge + 1);
        Assert.Contains("UNAUTHENTICATED", await answer, StringComparison.OrdinalIgnoreCase);
        await Eventually.TrueAsync(() => Strangers.Held == 0);
        Assert.Equal(0, Known.Held);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task also_when_they_come_whole_and_at_once(string form)
    {
        using var more = new ByteArrayContent(Whole(form, Edge + 1));
        Assert.Contains("UNAUTHENTICATED", await AskAsync(more, form, token: null), StringComparison.OrdinalIgnoreCase);
        using var same = new ByteArrayContent(Whole(form, Edge + 1));
        Assert.DoesNotContain("UNAUTHENTICATED", await AskAsync(same, form, $"Bearer {_token}"), StringComparison.OrdinalIgnoreCase);
        using var less = new ByteArrayContent(Whole(form, Edge));
        Assert.DoesNotContain("UNAUTHENTICATED", await AskAsync(less, form, token: null), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Bearer nonsense", "not a token of this node")]
    [InlineData("Basic eDp5", "not a token of this node")]
    public async Task a_wrong_token_is_refused_by_then(string header, string why)
    {
        var body = new Body("application/json");
        var answer = AskAsync(body, "application/json", header);
        body.Send(Edge + 1);
        Assert.Contains(why, await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_stranger_may_send_as_much_as_the_edge_in_pieces()
    {
        var body = new Body("application/json");
        var answer = AskAsync(body, "application/json", token: null);
        body.Send(Edge - 2);
        body.Send("{}");
        body.End();
        Assert.Contains("anonymous", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task a_stranger_who_stops_sending_is_waited_for_for_a_time(string form)
    {
        var body = new Body(form);
        var answer = AskAsync(body, form, token: null);
        body.Send(TransportLimits.UnfinishedRequestBytes + 4);
        await Eventually.TrueAsync(() => Strangers.Held > 0);
        await PassAsync(answer);
        Assert.Contains("bytes a second or faster", Uri.UnescapeDataString(await answer), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Strangers.Held == 0);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task whoever_has_signed_in_and_stops_sending_is_waited_for_for_a_time(string form)
    {
        var body = new Body(form);
        var answer = AskAsync(body, form, $"Bearer {_token}");
        body.Send(100_000);
        await Eventually.TrueAsync(() => Known.Held >= 100_000);
        await PassAsync(answer);
        Assert.Contains("bytes a second or faster", Uri.UnescapeDataString(await answer), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Known.Held == 0);
    }

    [Fact]
    public async Task whoever_goes_on_sending_is_waited_for()
    {
        var window = TransportLimits.UnfinishedRequestWindow;
        var least = (int)(TransportLimits.LeastRequestBytesPerSecond * window.TotalSeconds);
        var body = new Body("application/json");
        var answer = AskAsync(body, "application/json", $"Bearer {_token}");
        var sent = Edge + 1;
        body.Send(sent);
        for (var i = 0; i < 5; i++)
        {
            var held = sent;
            await Eventually.TrueAsync(() => Known.Held == held);
            _node.Clock.Advance(window * 0.9);
            body.Send(least);
            sent += least;
        }

        await Eventually.TrueAsync(() => Known.Held == sent);
        body.Send("{}");
        body.End();
        Assert.Contains("\"officer\"", await answer, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Known.Held == 0);
    }

    [Fact]
    public async Task all_together_have_their_share_of_the_memory()
    {
        Known.Keep(TransportLimits.MaxBytesHeld - 50_000);
        var (less, more) = (new Body("application/json"), new Body("application/json"));
        var kept = AskAsync(less, "application/json", $"Bearer {_token}");
        less.Send(40_000);
        await Eventually.TrueAsync(() => Known.Held == TransportLimits.MaxBytesHeld - 10_000);
        var refused = AskAsync(more, "application/json", $"Bearer {_token}");
        more.Send(40_000);
        Assert.Contains("QUOTA_EXCEEDED", await refused, StringComparison.Ordinal);
        less.Send("{}");
        less.End();
        Assert.Contains("\"officer\"", await kept, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Known.Held == TransportLimits.MaxBytesHeld - 50_000);
    }

    [Fact]
    public async Task one_of_those_who_have_signed_in_cannot_take_all()
    {
        const int each = 4_500_000;
        var most = (int)(TransportLimits.MaxCallerBytesHeld / each);
        var bodies = new List<Body>();
        for (var i = 0; i < most; i++)
        {
            bodies.Add(new Body("application/json"));
            _ = AskAsync(bodies[i], "application/json", $"Bearer {_token}");
            bodies[i].Send(each);
        }

        await Eventually.TrueAsync(() => Known.Held == (long)most * each);
        var more = new Body("application/json");
        var refused = AskAsync(more, "application/json", $"Bearer {_token}");
        more.Send(each);
        Assert.Contains("QUOTA_EXCEEDED", await refused, StringComparison.Ordinal);

        var other = new Body("application/json");
        var kept = AskAsync(other, "application/json", $"Bearer {_node.Tokens.Issue("reviewer", [StaffRole.Reviewer], [], TimeSpan.FromDays(1))}");
        other.Send(100_000);
        other.Send("{}");
        other.End();
        Assert.Contains("\"reviewer\"", await kept, StringComparison.Ordinal);
        foreach (var body in bodies) body.End();
        await Eventually.TrueAsync(() => Known.Held == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task what_is_still_to_come_has_the_turn_of_those_who_have_signed_in(bool signedIn)
    {
        var connection = new DefaultConnectionContext { Transport = new Pipes(new Pipe().Reader, new Pipe().Writer) };
        DoorPlace? place = null;
        await new Doorway(1, TimeProvider.System).AdmitAsync(connection, admitted =>
        {
            place = admitted.Features.Get<DoorPlace>();
            var request = new DefaultHttpContext();
            request.Features.Set(place);
            if (signedIn) request.Request.Headers.Authorization = $"Bearer {_token}";
            request.RequestServices = _node.Services;
            UnfinishedRequest? unfinished = null;
            var refusal = UnfinishedRequest.Refusal(ref unfinished, request, new Pipe().Reader, new(new(new byte[Edge + 1]), isCanceled: false, isCompleted: false));
            unfinished?.Dispose();
            Assert.Equal(signedIn, refusal is null);
            // Its place at the port is not kept by a request that has not begun.
            Assert.NotNull(place!.Stranger);
            return Task.CompletedTask;
        });
        Assert.Equal(signedIn, place!.IsKnown);
    }

    [Fact]
    public async Task strangers_have_a_share_of_their_own()
    {
        Strangers.Keep(TransportLimits.MaxStrangerBytesHeld);
        var (stranger, staff) = (new Body("application/json"), new Body("application/json"));
        var refused = AskAsync(stranger, "application/json", token: null);
        stranger.Send(TransportLimits.UnfinishedRequestBytes + 1);
        Assert.Contains("QUOTA_EXCEEDED", await refused, StringComparison.Ordinal);
        var kept = AskAsync(staff, "application/json", $"Bearer {_token}");
        staff.Send(40_000);
        await Eventually.TrueAsync(() => Known.Held == 40_000);
        staff.Send("{}");
        staff.End();
        Assert.Contains("\"officer\"", await kept, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Strangers.Held == TransportLimits.MaxStrangerBytesHeld);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task nothing_is_kept_of_a_caller_who_leaves(string form)
    {
        using var leaves = new CancellationTokenSource();
        var body = new Body(form);
        var answer = AskAsync(body, form, $"Bearer {_token}", leaves.Token);
        body.Send(100_000);
        await Eventually.TrueAsync(() => Known.Held >= 100_000);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Eventually.TrueAsync(() => Known.Held == 0);
    }

    /// <summary>A body of so many bytes with a message that fills it.</summary>
    private static byte[] Whole(string form, int bytes)
    {
        var body = Encoding.ASCII.GetBytes(new string(form == "application/grpc-web-text" ? 'A' : ' ', bytes));
        if (form is "application/grpc" or "application/connect+json")
        {
            body[0] = 0;
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), (uint)bytes - 5);
        }

        return body;
    }

    /// <summary>Lets time pass until there is an answer, slowly enough for the node to begin to wait before the time for the next message of a stream is over, which is twice as long.</summary>
    private async Task PassAsync(Task answer)
    {
        for (var i = 0; !answer.IsCompleted; i++)
        {
            Assert.True(i < 3_000);
            _node.Clock.Advance(TransportLimits.UnfinishedRequestWindow / 20);
            await Task.Delay(10);
        }
    }

    /// <summary>The headers and the body of the answer, as text.</summary>
    private async Task<string> AskAsync(HttpContent body, string form, string? token, CancellationToken cancellationToken = default)
    {
        var path = form == "application/connect+json" ? Reflection : Echo;
        using var request = new HttpRequestMessage(HttpMethod.Post, _node.Address("http") + path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        body.Headers.ContentType = new MediaTypeHeaderValue(form);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (token is not null) request.Headers.TryAddWithoutValidation("authorization", token);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var status = answer.Headers.Concat(answer.TrailingHeaders).Where(h => h.Key.StartsWith("grpc-", StringComparison.Ordinal)).SelectMany(h => h.Value);
        return $"{answer.StatusCode} {string.Join(' ', status.Select(v => v == "16" ? "UNAUTHENTICATED" : v))} {text}";
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A body that goes on for as long as the test says.</summary>
    private sealed class Body(string form) : HttpContent
    {
        private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();
        private bool _begun;

        /// <summary>Sends so many bytes, those before the message among them.</summary>
        public void Send(int bytes)
        {
            var piece = Encoding.ASCII.GetBytes(new string(form == "application/grpc-web-text" ? 'A' : ' ', bytes));
            if (!_begun && form is "application/grpc" or "application/connect+json")
            {
                piece[0] = 0;
                BinaryPrimitives.WriteUInt32BigEndian(piece.AsSpan(1), 1_000_000);
            }

            _begun = true;
            Assert.True(_pieces.Writer.TryWrite(piece));
        }

        public void Send(string text) => Assert.True(_pieces.Writer.TryWrite(Encoding.ASCII.GetBytes(text)));

        public void End() => _pieces.Writer.Complete();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken))
            {
                await stream.WriteAsync(piece, cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
