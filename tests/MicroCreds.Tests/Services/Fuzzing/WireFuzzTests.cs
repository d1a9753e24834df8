using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Contract;
using MicroCreds.Tests.Services.Access;
using Xunit.Abstractions;

namespace MicroCreds.Tests.Services.Fuzzing;

/// <summary>
/// Requests that are nearly right, through the whole node. None may crash it, be logged as an error of the node, be answered UNKNOWN or INTERNAL or not at all,
/// and none without sign-in may change what is stored. <c>MICROCREDS_FUZZ=1000000</c> sends a million, <c>MICROCREDS_FUZZ_FIRST=n</c> begins at the request of a number.
/// </summary>
public sealed partial class WireFuzzTests(ITestOutputHelper output)
{
    private const int Usual = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentBag<string> _faults = [];

    [Fact]
    public void the_corpus_has_every_method_in_every_protocol()
    {
        if (Environment.GetEnvironmentVariable("MICROCREDS_UPDATE_LOCK") == "1") WireCorpus.Write();
        Assert.Equal(WireCorpus.Record(), WireCorpus.Committed);
        Assert.Equal(3 * ContractFiles.Methods.Length, WireCorpus.Requests.Length);
    }

    [Fact]
    public async Task every_request_is_answered_in_words_and_leaves_the_node_whole()
    {
        var count = Number("MICROCREDS_FUZZ") ?? Usual;
        var first = Number("MICROCREDS_FUZZ_FIRST") ?? 0;
        await using var world = await AccessWorld.StartAsync();
        var mutation = new Mutation([.. WireCorpus.Requests.Select(r => Known(r, world))]);

        var before = Stored(world.Node);
        await SendAsync(world.Node, mutation, first, count / 2, token: null);
        Assert.Equal(before, Stored(world.Node));
        await SendAsync(world.Node, mutation, first + (count / 2), count - (count / 2), world.Node.Tokens.Issue("sam", Enum.GetValues<StaffRole>(), [TestConsortium.Roma], TimeSpan.FromDays(1)));

        output.WriteLine(string.Join(", ", _answers.OrderByDescending(a => a.Value).Select(a => $"{a.Key} {a.Value:N0}")));
        Assert.True(_faults.IsEmpty, $"{_faults.Count} requests: \n{string.Join("\n", _faults.Order(StringComparer.Ordinal).Take(10))}");
        Assert.Equal(count, _answers.Values.Sum());
        world.Node.Log.Check();
    }

    private static long? Number(string name) => Environment.GetEnvironmentVariable(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    // The case and the agreement that the node holds in the place of the recorded ones.
    private static RecordedRequest Known(RecordedRequest request, AccessWorld world)
    {
        var text = request.ContentType == "application/grpc-web-text";
        var body = Encoding.Latin1.GetString(text ? Convert.FromBase64String(Encoding.ASCII.GetString(request.Body)) : request.Body);
        body = body.Replace(WireCorpus.Id, request.Method.StartsWith("Agreement", StringComparison.Ordinal) ? world.Agreement : world.OpenCase, StringComparison.Ordinal);
        return request with { Body = text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.Latin1.GetBytes(body))) : Encoding.Latin1.GetBytes(body) };
    }

    private static string Stored(TestNode node)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(node.Folder).Where(f => Path.GetExtension(f) is ".db" or ".db-wal").Order(StringComparer.Ordinal))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            digest.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexString(digest.GetHashAndReset());
    }

    private async Task SendAsync(TestNode node, Mutation mutation, long first, long count, string? token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false }) { BaseAddress = new Uri(node.Address("http")), Timeout = Patience };
        await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (number, _) =>
        {
            var input = mutation.Of(number);
            var answer = await AnswerAsync(http, input, token);
            _answers.AddOrUpdate(answer, 1, (_, n) => n + 1);
            if (answer is "13" or "2" or "internal" or "unknown" or "HTTP 500" || answer.StartsWith("no answer", StringComparison.Ordinal))
                _faults.Add($"{number} {(token is null ? "nobody" : "staff")} {input.Path} {input.ContentType} {string.Join(";", input.Headers)} {Convert.ToBase64String(input.Body)}: {answer}");
        });
    }

    private static async Task<string> AnswerAsync(HttpClient http, Mutation.Input input, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, input.Path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(input.Body) };
        request.Content.Headers.TryAddWithoutValidation("content-type", input.ContentType);
        foreach (var (name, value) in input.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (token is not null) request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.Headers.TryGetValues("grpc-status", out var status)) return status.First();
            // A stream that goes on is left after its first message.
            var streams = input.Path.Contains("/Watch", StringComparison.Ordinal);
            if (streams && response.StatusCode == HttpStatusCode.OK) return "stream";
            var body = await response.Content.ReadAsStringAsync();
            if (response.TrailingHeaders.TryGetValues("grpc-status", out status)) return status.First();
            if (response.Content.Headers.ContentType?.MediaType?.Contains("web-text", StringComparison.Ordinal) == true) body = Encoding.Latin1.GetString(Unpadded(body));
            return Code().Match(body) is { Success: true } code ? code.Groups[1].Value : WebStatus().Match(body) is { Success: true } web ? web.Groups[1].Value : $"HTTP {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // A path that no server should take is refused by the connection; what the client itself cannot send is no request.
            if (input.Path.Contains("%00", StringComparison.Ordinal)) return "reset";
            return e is HttpRequestException { HttpRequestError: HttpRequestError.Unknown } && e.InnerException is null ? "not sent" : $"no answer: {e.GetBaseException().Message}";
        }
    }

    // Pieces of base64, each with its own padding.
    private static byte[] Unpadded(string text) => [.. Regex.Matches(text, "[A-Za-z0-9+/]+={0,2}").SelectMany(m => m.Length % 4 == 0 ? Convert.FromBase64String(m.Value) : [])];

    [GeneratedRegex("^\\W*(?:\"error\":\\{)?\"code\":\"([a-z_]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("grpc-status: ([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex WebStatus();
}
