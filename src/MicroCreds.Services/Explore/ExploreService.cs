using Grpc.Core;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Outcome = MicroCreds.Federation.V1.ExploredInstitution.Types.Outcome;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Explore;

/// <summary>Asks everybody in the federation at once what an achievement would count for. A question, never a case: nothing is kept.</summary>
internal sealed class ExploreService(
    Hosting hosting, TrustRegistry registry, IPartnerChannels channels, EquivalenceAnswers answers, ICredentialVerifier verifier, TimeProvider clock)
    : Wire.ExploreService.ExploreServiceBase
{
    private readonly PartnerQuestion _partners = new(channels, clock);

    /// <inheritdoc/>
    public override async Task ExploreRecognition(
        Wire.ExploreRecognitionRequest request, IServerStreamWriter<Wire.ExploreRecognitionResponse> responseStream, ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        var asked = ExploreMapping.ToExploration(request);
        if (hosting.Resolve(request.Institution).Failed(out var problem, out var acting)) throw problem.ToRpcException();
        caller.RequireStaff(acting);
        var achievement = asked.Described ?? ExploreMapping.Describe(verifier.Verify(request.Credential.Memory, clock.GetUtcNow()));
        await AskAsync(caller, acting, asked, achievement, responseStream, context.CancellationToken);
    }

    private async Task AskAsync(
        Caller caller, HostedInstitution acting, AskedExploration asked, Wire.AchievementDescription achievement,
        IServerStreamWriter<Wire.ExploreRecognitionResponse> responses, CancellationToken cancellationToken)
    {
        var question = new Wire.FindEquivalencesRequest { Achievement = achievement, AsOfDate = EquivalenceMapping.Day(asked.AsOf) };
        var local = EquivalenceMapping.ToQuestion(question);
        var asOf = EquivalenceMapping.Day(answers.DayOf(local));
        var hosted = hosting.All;
        Member[] partners = [.. registry.Current.List.Members.Where(m => m.Status == MemberStatus.Active && !hosted.Any(i => i.Organisation == m.Organisation))];
        var count = partners.Length + hosted.Length;
        await responses.WriteAsync(new() { Question = new() { Achievement = achievement, AsOfDate = asOf, InstitutionCount = count } }, cancellationToken);

        // Partners first: their answers are under way while the own ones are looked up.
        Task<Wire.ExploredInstitution>[] asking =
        [
            .. partners.Select(p => _partners.AskAsync(acting, p, achievement, asOf, asked.Patience, cancellationToken)),
            .. hosted.Select(i => AnswerAsync(caller, i, local, cancellationToken)),
        ];
        var silent = new List<string>();
        await foreach (var answered in Task.WhenEach(asking).WithCancellation(cancellationToken))
        {
            var institution = await answered;
            if (institution.Outcome != Outcome.Answered) silent.Add(institution.Institution);
            await responses.WriteAsync(new() { Institution = institution }, cancellationToken);
        }

        var end = new Wire.ExplorationEnd { AskedCount = count, AnsweredCount = count - silent.Count };
        end.SilentInstitutions.AddRange(silent.Order(StringComparer.Ordinal));
        await responses.WriteAsync(new() { End = end }, cancellationToken);
    }

    private async Task<Wire.ExploredInstitution> AnswerAsync(Caller caller, HostedInstitution institution, AskedEquivalence asked, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetTimestamp();
        var answer = await answers.AnswerAsync(institution, asked, EquivalenceAnswers.VisibleTo(caller, institution.Organisation), cancellationToken);
        return ExploreMapping.Answered(institution.Organisation, institution.Name, answer, clock.GetElapsedTime(startedAt));
    }
}
