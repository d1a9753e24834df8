using Grpc.AspNetCore.Server;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Equivalence;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Services.Explore;

/// <summary>
/// Four members: Rome asks; Madrid answers; the volunteers' node is dead; the fourth member's answers can be held back. Deadlines are those of
/// the wire, so the clock starts at the real time; it is moved by hand.
/// </summary>
internal sealed class ExploreFederation : IAsyncDisposable
{
    internal const string Code = "CR/EST101";
    internal const string Asked = "R-1,DS-101,uni-madrid.example,CR/EST101,,yes,,,";
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private ExploreFederation() => Consortium = new TestConsortium(Clock.GetUtcNow());

    public TestClock Clock { get; } = new(TimeProvider.System.GetUtcNow());
    public TestConsortium Consortium { get; }
    public TestNode Roma { get; private set; } = null!;
    public TestNode Madrid { get; private set; } = null!;
    public TestNode Fourth { get; private set; } = null!;
    public QuestionLog AtMadrid { get; } = new();
    public QuestionLog AtFourth { get; } = new();

    public static async Task<ExploreFederation> StartAsync()
    {
        var federation = new ExploreFederation();
        federation.Roma = await federation.NodeAsync(TestConsortium.Roma, new());
        federation.Madrid = await federation.NodeAsync(TestConsortium.Madrid, federation.AtMadrid);
        federation.Fourth = await federation.NodeAsync(TestConsortium.Outsider, federation.AtFourth);
        // An address that was announced and where nobody is any more.
        await (await federation.NodeAsync(TestConsortium.Voluntariado, new())).DisposeAsync();
        await federation.Roma.PublishAsync($"{Asked}hidden");
        await federation.Madrid.PublishAsync($"{Asked}partners");
        federation.AtMadrid.Forget();
        return federation;
    }

    /// <summary>Explores as Rome's staff and answers every message.</summary>
    public async Task<List<ExploreRecognitionResponse>> ExploreAsync(ExploreRecognitionRequest request)
    {
        using var call = Start(request);
        return await call.ResponseStream.ReadAllAsync(_patience).ToListAsync(_patience);
    }

    /// <summary>Begins to explore as Rome's staff.</summary>

    public AsyncServerStreamingCall<ExploreRecognitionResponse> Start(ExploreRecognitionRequest request, CallInvoker? caller = null)
    {
        // Deadlines are those of the wire: a clock that stands still since the start would have used them up.
        Clock.CatchUp();
        return new ExploreService.ExploreServiceClient(caller ?? Roma.Staff("olga", StaffRole.Officer)).ExploreRecognition(request, cancellationToken: _patience);
    }

    public async Task<ExploreRecognitionResponse> NextAsync(AsyncServerStreamingCall<ExploreRecognitionResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(_patience));
        return call.ResponseStream.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await Fourth.DisposeAsync();
        await Madrid.DisposeAsync();
        await Roma.DisposeAsync();
    }

    private Task<TestNode> NodeAsync(OrganisationId organisation, QuestionLog log) =>
        TestNode.StartAsync([organisation], Consortium, Clock, services: services =>
        {
            services.AddSingleton(log);
            services.Configure<GrpcServiceOptions>(options => options.Interceptors.Add<QuestionLog>());
        });
}
