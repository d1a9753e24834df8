using System.Collections.Concurrent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Contract;

namespace MicroCreds.Tests.Services.Access;

/// <summary>Whoever puts an id that is not theirs into a request learns nothing by it, not even that it exists.</summary>
public sealed class SwappedIdTests
{
    private const int Swaps = 100_000;

    [Fact]
    public async Task what_one_may_not_see_answers_like_what_does_not_exist()
    {
        await using var world = await AccessWorld.StartAsync();
        string[] real = [world.OpenCase, world.Agreement, .. await OthersAsync(world)];
        var methods = ContractFiles.Methods.Where(m => SampleRequests.Of[$"{m.Service.Name}/{m.Name}"] is var json && (json.Contains("{case}", StringComparison.Ordinal) || json.Contains("\"agreementId\": \"{agreement}\"", StringComparison.Ordinal)))
            .Where(m => m.Name != "RecordAgreement").ToArray();
        Assert.True(methods.Length >= 20, $"Only {methods.Length} methods take an id.");
        var strangers = world.Callers.Where(c => c.Name is "nobody" or "other partner" or "staff of another").ToArray();

        var told = new ConcurrentDictionary<(string Method, string Caller), ConcurrentDictionary<string, bool>>();
        await Parallel.ForAsync(0, Swaps, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            // What is passed on to a partner has a deadline on the wire's clock.
            if (i % 500 == 0) world.Node.Clock.CatchUp();
            var (method, (name, invoker)) = (methods[i % methods.Length], strangers[i / methods.Length % strangers.Length]);
            var id = i / methods.Length / strangers.Length % 2 == 0 ? real[i % real.Length] : CaseId.New().Value;
            told.GetOrAdd((method.FullName, name), _ => new())[await world.TellAsync(method, invoker, id)] = true;
        });

        Assert.Equal(methods.Length * strangers.Length, told.Count);
        foreach (var ((method, caller), answers) in told)
        {
            Assert.True(answers.Count == 1, $"{method} answered {caller} in more than one way: {string.Join(" | ", answers.Keys)}");
            var answer = answers.Keys.Single();
            Assert.False(answer == "yes", $"{method} answered {caller}.");
        }
    }

    // Cases in other states, of other submitters.
    private static async Task<List<string>> OthersAsync(AccessWorld world)
    {
        var (ids, node) = (new List<string>(), world.Node);
        var integrator = new RecognitionService.RecognitionServiceClient(node.StaffOf([TestConsortium.Roma], "ida", StaffRole.Integrator));
        foreach (var learner in new[] { "ana", "bea", "carla" })
        {
            var request = CaseDesk.Request(node.Consortium.Issue(TestCredentials.Statistics(node.Consortium, learner: learner)), TestTables.Stat);
            request.Institution = TestConsortium.Roma.Value;
            ids.Add((await integrator.SubmitCredentialAsync(request)).RecognitionCase.CaseId);
        }

        return ids;
    }
}
