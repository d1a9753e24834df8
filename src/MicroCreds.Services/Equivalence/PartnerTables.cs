using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Outcome = MicroCreds.Federation.V1.CheckedInstitution.Types.Outcome;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Reads what a partner publishes and shows to partners, page by page and within its own time.</summary>
internal sealed class PartnerTables(IPartnerChannels channels, TimeProvider clock)
{
    // A rule with its document takes at most some tens of kilobytes; usually one.
    private const int Page = 200;

    /// <summary>Most rules of a partner that are read: ten times what the largest catalogue known has.</summary>
    private const int MaxRules = 200_000;

    /// <summary>The partner's tables, or why there are none. Throws only when the caller has left.</summary>
    internal async Task<PartnerReading> ReadAsync(HostedInstitution acting, Member partner, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (partner.Endpoints.IsEmpty) return new(partner, Outcome.Unreachable, "It has no address in the trust list.", [], 0);
        using var tooLate = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
        try
        {
            var client = new Wire.EquivalenceService.EquivalenceServiceClient(channels.For(acting, partner.Organisation));
            return await ReadAsync(client, partner, new CallOptions(deadline: clock.GetUtcNow().UtcDateTime + patience, cancellationToken: either.Token));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            if (tooLate.IsCancellationRequested || e is not RpcException { StatusCode: not StatusCode.DeadlineExceeded } refused)
                return new(partner, Outcome.DeadlineExceeded, $"It did not answer within {patience.TotalMilliseconds:0} ms.", [], 0);
            return new(partner, RpcReason.IsPassing(refused) ? Outcome.Unreachable : Outcome.Refused, refused.Status.Detail.Length > 0 ? refused.Status.Detail : refused.StatusCode.ToString(), [], 0);
        }
    }

    private static async Task<PartnerReading> ReadAsync(Wire.EquivalenceService.EquivalenceServiceClient client, Member partner, CallOptions options)
    {
        var (tables, unread, count, token) = (ImmutableArray.CreateBuilder<EquivalenceTable>(), 0, 0, "");
        do
        {
            var page = await client.ListTablesAsync(new() { Institution = partner.Organisation.Value, PageToken = token }, options);
            foreach (var listed in page.Tables)
            {
                if (!TableId.TryParse(listed.TableId, out var id) || !Sha256Digest.TryParse(listed.Digest, out var digest) || listed.Version < 1) return Odd($"table '{listed.TableId}'");
                var rules = ImmutableArray.CreateBuilder<EquivalenceRule>();
                var rulesToken = "";
                do
                {
                    var some = await client.ListRulesAsync(new() { Institution = partner.Organisation.Value, TableId = listed.TableId, PageSize = Page, PageToken = rulesToken, WithDocuments = true }, options);
                    foreach (var rule in some.Rules)
                    {
                        if (RuleDocuments.Read(rule) is { } read) rules.Add(read);
                        else unread++;
                    }

                    count += some.Rules.Count;
                    if (count > MaxRules) return Odd($"more than {MaxRules} rules");
                    rulesToken = some.NextPageToken;
                }
                while (rulesToken.Length > 0);
                tables.Add(new()
                {
                    Id = id, Version = listed.Version, Digest = digest, PublishedAt = listed.PublishTime?.ToDateTimeOffset() ?? default, PublishedBy = "",
                    Units = [.. listed.Units.Select(Unit).OfType<TargetUnit>()], Rules = rules.ToImmutable(),
                });
            }

            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return new(partner, Outcome.Checked, "", tables.ToImmutable(), unread);

        PartnerReading Odd(string what) => new(partner, Outcome.Refused, $"It answered what this node does not take: {what}.", [], 0);
    }

    private static TargetUnit? Unit(Wire.TargetUnit unit) =>
        UnitCode.TryParse(unit.Code, out var code) && ProgrammeCode.TryParse(unit.Programme, out var programme) && EctsCredits.TryFromHundredths(unit.EctsCreditsHundredths, out var credits)
            ? new()
            {
                Code = code, Title = LocalisedText.Of(code.Value), Programme = programme, Credits = credits, EqfLevel = unit.EqfLevel, Graded = unit.Graded, Outcomes = [],
                Kind = Array.Find(Enum.GetValues<UnitKind>(), kind => SnakeCase.Of(kind) == unit.Kind),
            }
            : null;
}

/// <summary>What a partner publishes.</summary>
/// <param name="Partner">Partner.</param>
/// <param name="Outcome">Whether it handed over its rules.</param>
/// <param name="Detail">Why not; empty when it did.</param>
/// <param name="Tables">Its tables with the rules that this node understands.</param>
/// <param name="Unread">Number of rules that it does not.</param>
internal sealed record PartnerReading(Member Partner, Outcome Outcome, string Detail, ImmutableArray<EquivalenceTable> Tables, int Unread);
