using Grpc.Core;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Outcome = MicroCreds.Federation.V1.ExploredInstitution.Types.Outcome;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Explore;

/// <summary>Asks one partner one question, within its own time, and answers whatever becomes of it.</summary>
internal sealed class PartnerQuestion(IPartnerChannels channels, TimeProvider clock)
{
    /// <summary>The partner's answer, or why there is none. Throws only when the caller has left.</summary>
    internal async Task<Wire.ExploredInstitution> AskAsync(
        HostedInstitution acting, Member partner, Wire.AchievementDescription achievement, string asOfDate, TimeSpan patience, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetTimestamp();
        if (partner.Endpoints.IsEmpty) return Silent(Outcome.Unreachable, "", "It has no address in the trust list.");

        using var tooLate = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
        try
        {
            // A message of its own: nothing that the caller sent along goes further.
            var question = new Wire.FindEquivalencesRequest { Institution = partner.Organisation.Value, Achievement = achievement, AsOfDate = asOfDate };
            var client = new Wire.EquivalenceService.EquivalenceServiceClient(channels.For(acting, partner.Organisation));
            var answer = await client.FindEquivalencesAsync(question, new CallOptions(deadline: clock.GetUtcNow().UtcDateTime + patience, cancellationToken: either.Token));
            return ExploreMapping.Answered(partner.Organisation, partner.Name, answer, clock.GetElapsedTime(startedAt));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            if (tooLate.IsCancellationRequested || e is not RpcException { StatusCode: not StatusCode.DeadlineExceeded } refused)
                return Silent(Outcome.DeadlineExceeded, "", $"It did not answer within {patience.TotalMilliseconds:0} ms.");
            var reason = RpcReason.Of(refused);
            // A status without a reason is the transport's, or that of a node which could not say what went wrong. One too old for the question refuses it.
            var unreachable = reason is "" or "PARTNER_UNAVAILABLE" or "INTERNAL" && RpcReason.IsPassing(refused);
            return Silent(unreachable ? Outcome.Unreachable : Outcome.Refused, reason, refused.Status.Detail.Length > 0 ? refused.Status.Detail : refused.StatusCode.ToString());
        }

        Wire.ExploredInstitution Silent(Outcome outcome, string reason, string detail) =>
            ExploreMapping.Silent(partner.Organisation, partner.Name, outcome, reason, detail, clock.GetElapsedTime(startedAt));
    }
}
