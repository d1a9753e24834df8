using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Reads single rules of a partner.</summary>
internal sealed class PartnerRules(IPartnerChannels channels, TimeProvider clock)
{
    /// <summary>A rule that the partner publishes now, and where it stands. Fails with <see cref="ProblemCode.RuleNotFound"/>.</summary>
    /// <exception cref="RpcException">The partner cannot be reached, or refuses.</exception>
    internal async Task<Result<(EquivalenceRule Rule, RuleProvenance Provenance)>> FindAsync(HostedInstitution acting, OrganisationId partner, RuleId rule, CancellationToken cancellationToken)
    {
        var listed = await Forwarding.CallAsync(partner, async () =>
        {
            var client = new Wire.EquivalenceService.EquivalenceServiceClient(channels.For(acting, partner));
            var options = new CallOptions(deadline: clock.GetUtcNow().UtcDateTime + TransportLimits.UnaryDeadline, cancellationToken: cancellationToken);
            return await client.ListRulesAsync(new() { Institution = partner.Value, RuleId = rule.Value, WithDocuments = true }, options);
        });
        if (listed.Rules is not [var one]) return NotFound(partner, rule, $"{partner} shows no rule {rule}.");
        return RuleDocuments.Read(one) is { } read && TableId.TryParse(one.Document.TableId, out var table) && Sha256Digest.TryParse(one.Document.TableDigest, out var digest) && one.Document.TableVersion >= 1
            ? (read, new RuleProvenance(partner, table, one.Document.TableVersion, digest, rule))
            : NotFound(partner, rule, $"This node does not understand how {partner} writes its rule {rule}.");
    }

    private static Problem NotFound(OrganisationId partner, RuleId rule, string message) =>
        Problem.Of(ProblemCode.RuleNotFound, message, ("institution", partner.Value), ("rule_id", rule.Value));
}
