using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// Asks a partner how far it holds the stream to it, once after a start and as long as the stream is held, and takes back what the partner holds and this store
/// lost: the very bytes, each verified by the institution's own signature and its place in the chain. Source: exchange reference C.9.
/// </summary>
internal sealed class PartnerRecovery(HostedInstitution institution, OrganisationId partner, TrustRegistry registry, IPartnerChannels channels, TimeProvider clock, ILogger logger)
{
    // Fact that names the digest before a statement of this institution, where this store holds another one.
    private const string Parted = "previous_digest";

    private readonly PullPace _pace = new(TransportLimits.PullsPerSecond * 0.8, TransportLimits.PullBurst / 2, clock);
    private bool _asked;

    /// <summary>Settles how the stream stands, as far as the partner can help.</summary>
    /// <exception cref="RpcException">The stream is held, and the partner is away.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (institution.Recovery is not { } store) return;
        var hold = await store.HoldAsync(partner, cancellationToken);
        Show(hold?.Reason);
        if (_asked && hold is null) return;
        try
        {
            await SettleAsync(store, cancellationToken);
            _asked = true;
        }
        catch (RpcException e) when (RpcReason.IsPassing(e) && hold is null && !cancellationToken.IsCancellationRequested)
        {
            // Asked again in the next round; what follows here finds out by itself whether the partner is away.
        }
        catch (RpcException e) when (!RpcReason.IsPassing(e) && !cancellationToken.IsCancellationRequested)
        {
            // An answer all the same. What is not held goes on as before there was this question.
            _asked = true;
            logger.HeadRefused(partner.Value, institution.Organisation.Value, RpcReason.Words(e), e.Status.Detail);
        }
    }

    private async Task SettleAsync(IStreamRecoveryStore store, CancellationToken cancellationToken)
    {
        var told = await Client().GetHeadsAsync(new Wire.GetHeadsRequest { Institution = partner.Value }, Options(TransportLimits.UnaryDeadline, cancellationToken));
        var theirs = told.Incoming.FirstOrDefault(h => h.Issuer == institution.Organisation.Value && h.Audience == partner.Value);
        var held = theirs is null || theirs.Sequence == 0 ? StreamHead.Empty : new StreamHead(theirs.Epoch, theirs.Sequence, Sha256Digest.TryParse(theirs.HeadDigest, out var digest) ? digest : null);
        if ((await store.CompareAsync(partner, held, clock.GetUtcNow(), cancellationToken)).Failed(out var problem, out var standing)) throw problem.ToRpcException();
        Show(standing.Hold);
        if (standing.Hold == StreamHoldReason.Behind)
        {
            logger.StreamBehind(partner.Value, institution.Organisation.Value, standing.Own.Sequence, held.Sequence);
            // Where the two have parted, the place that says so is compared, or else how far the partner holds the stream.
            var parted = await TakeBackAsync(store, standing.Own, held, cancellationToken);
            if ((await store.CompareAsync(partner, parted ?? held, clock.GetUtcNow(), cancellationToken)).Failed(out problem, out standing)) throw problem.ToRpcException();
            Show(standing.Hold);
        }
        if (standing.Hold == StreamHoldReason.Contradicted) logger.StreamContradicted(partner.Value, institution.Organisation.Value, held.Sequence);
        else if (standing.Released) logger.StreamReleased(partner.Value, institution.Organisation.Value, standing.Own.Sequence);
    }

    /// <summary>
    /// Pulls this institution's own statements until as far as the partner said it holds them; stops at the first that is not its own. Answers the last place of this
    /// store when the partner holds another statement there.
    /// </summary>
    private async Task<StreamHead?> TakeBackAsync(IStreamRecoveryStore store, StreamHead own, StreamHead held, CancellationToken cancellationToken)
    {
        while (own.Sequence < held.Sequence)
        {
            var returned = ImmutableArray.CreateBuilder<ReturnedStatement>();
            var request = new Wire.PullStatementsRequest { Issuer = institution.Organisation.Value, Audience = partner.Value, Epoch = own.Epoch, AfterSequence = own.Sequence };
            var (at, fault) = (own, (Problem?)null);
            while (_pace.Take() is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellationToken);
            using (var call = Client().PullStatements(request, Options(TransportLimits.PullDeadline, cancellationToken)))
            {
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    if (returned.Count == TransportLimits.MaxPullStatements) break;
                    if (Read(ExchangeMapping.ToSigned(message.Statement ?? new Wire.SignedStatement()), at).Failed(out fault, out var one)) break;
                    returned.Add(one);
                    at = new StreamHead(at.Epoch, one.Received.Position.Sequence, one.Received.Digest);
                }
            }
            if (returned.Count > 0)
            {
                if ((await store.TakeBackAsync(partner, returned.ToImmutable(), clock.GetUtcNow(), cancellationToken)).Failed(out var refused, out var reached)) fault = refused;
                else
                {
                    own = reached;
                    logger.StatementsTakenBack(returned.Count, partner.Value, institution.Organisation.Value, own.Sequence);
                }
            }
            else
            {
                fault ??= Problem.Of(ProblemCode.StatementInvalid, "The partner gives none of the statements it says it holds.", ("fault", "missing"));
            }
            if (fault is null) continue;
            if (fault.Facts.GetValueOrDefault(Parted) is { } previous) return own with { Head = Sha256Digest.Parse(previous) };
            logger.TakingBackFaulted(partner.Value, institution.Organisation.Value, own.Sequence, fault.Message);
            return null;
        }
        return null;
    }

    private Result<ReturnedStatement> Read(SignedStatement statement, StreamHead at)
    {
        var directory = registry.Current;
        var parties = new StreamParties(institution.Organisation, partner, directory.List.Consortium);
        if (StatementCodec.Read(statement, parties, key => OwnKey(directory, key)).Failed(out var problem, out var body)) return problem;
        if (body.Position is { Previous: { } previous } && body.Position == new StreamPosition(at.Epoch, at.Sequence + 1, previous) && previous != at.Head)
            return Problem.Of(ProblemCode.StatementInvalid, "The partner holds another statement at the last place of this store.", (Parted, previous.Value));
        if (body.Position != new StreamPosition(at.Epoch, at.Sequence + 1, at.Head))
            return Problem.Of(ProblemCode.StatementInvalid, "The partner gives a statement that does not follow the last one kept here.", ("fault", "order"));
        return new ReturnedStatement(new ReceivedStatement(body.Position, body.Digest, body.Case, body.Kind, statement), body.Version, body);
    }

    private VerificationKey? OwnKey(Domain.Members.MemberDirectory directory, string keyId) =>
        keyId == institution.StatementKey.KeyId ? institution.StatementKey.PublicKey : directory.StatementKey(institution.Organisation, keyId);

    private void Show(StreamHoldReason? hold)
    {
        if (hold is { } reason) institution.HeldStreams[partner] = reason;
        else institution.HeldStreams.TryRemove(partner, out _);
    }

    private Wire.ExchangeService.ExchangeServiceClient Client() => new(channels.For(institution, partner));

    private CallOptions Options(TimeSpan deadline, CancellationToken cancellationToken) => new(deadline: clock.GetUtcNow().UtcDateTime + deadline, cancellationToken: cancellationToken);
}
