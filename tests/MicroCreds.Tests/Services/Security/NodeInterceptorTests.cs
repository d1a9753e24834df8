using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace MicroCreds.Tests.Services.Security;

/// <summary>The stop that every call makes, whichever way it came and however it ends: it is signed in and leaves one line.</summary>
public sealed class NodeInterceptorTests : IAsyncLifetime
{
    private const string Check = "/grpc.health.v1.Health/Check";

    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task leaves_one_line_for_each_call_however_it_ends()
    {
        var staff = _node.Staff("olga", StaffRole.Officer);
        await new HealthClient(staff).CheckAsync(new());
        await new HealthClient(_node.Anonymous()).CheckAsync(new());
        await new HealthClient(_node.Partner(TestConsortium.Madrid)).CheckAsync(new());
        await new RecognitionService.RecognitionServiceClient(staff).ListCasesAsync(new() { Institution = TestConsortium.Roma.Value });
        await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(_node.WithToken("AQ")).CheckAsync(new()));
        await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(staff).CheckAsync(new() { Service = "none" }));
        await Assert.ThrowsAsync<RpcException>(async () => await new RecognitionService.RecognitionServiceClient(_node.Anonymous()).ListCasesAsync(new() { Institution = TestConsortium.Roma.Value }));
        using (var watch = new HealthClient(staff).Watch(new())) await watch.ResponseStream.MoveNext(CancellationToken.None);
        using (var reflect = new Grpc.Reflection.V1.ServerReflection.ServerReflectionClient(staff).ServerReflectionInfo())
        {
            await reflect.RequestStream.CompleteAsync();
            Assert.False(await reflect.ResponseStream.MoveNext(CancellationToken.None));
        }

        const string ListCases = "/microcreds.federation.v1.RecognitionService/ListCases";
        await LinesAsync(
            $"{Check} by anonymous: OK ", $"{Check} by partner:{TestConsortium.Madrid}: OK ", $"{Check} by staff:olga: NotFound ", $"{Check} by staff:olga: OK ", $"{Check} by unknown: Unauthenticated UNAUTHENTICATED",
            "/grpc.health.v1.Health/Watch by staff:olga: OK ", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo by staff:olga: OK ",
            $"{ListCases} by anonymous: Unauthenticated UNAUTHENTICATED", $"{ListCases} by staff:olga: OK ");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://elsewhere.example")]
    public async Task stands_before_the_method_on_the_short_way_and_on_the_long_one(string? origin)
    {
        using var client = new HttpClient();
        foreach (var (token, status) in new[] { (_node.Tokens.Issue("olga", [StaffRole.Officer], [], TimeSpan.FromHours(1)), "0"), ("AQ", "16") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _node.Address("http") + Check) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(new byte[5]) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (origin is not null) request.Headers.Add("origin", origin);
            using var response = await client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(status, response.TrailingHeaders.Concat(response.Headers).Single(h => h.Key == "grpc-status").Value.Single());
        }

        await LinesAsync($"{Check} by staff:olga: OK ", $"{Check} by unknown: Unauthenticated UNAUTHENTICATED");
    }

    /// <summary>The lines of calls, up to their times. A line may come after its answer.</summary>
    private async Task LinesAsync(params string[] expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Lines().Length < expected.Length) await Task.Delay(10, patience.Token);
        Assert.Equal(expected, Lines());

        string[] Lines() => [.. _node.Log.Lines.Where(l => l.EndsWith(" ms", StringComparison.Ordinal)).Select(l => l[..l.LastIndexOf(" in ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal)];
    }
}
