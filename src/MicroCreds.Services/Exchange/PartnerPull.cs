using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>Takes one partner's stream into one institution's store, from the cursor to its end, and hands over the receipt for all of it.</summary>
internal sealed class PartnerPull(
    HostedInstitution institution, OrganisationId partner, TrustRegistry registry, IPartnerChannels channels, NodeMetrics metrics, TimeProvider clock, ILogger logger)
{
    // Below what a partner allows, so that even a stream of small answers over a fast line is never refused for its pace.
    private readonly PullPace _pace = new(TransportLimits.PullsPerSecond * 0.8, TransportLimits.PullBurst / 2, clock);

    /// <summary>
    /// Pulls until nothing is new. False when the stream is faulted: it was logged, the cursor stands before the statement at fault, and what
    /// came before that is stored and receipted.
    /// </summary>
    /// <exception cref="RpcException">The partner is away or refuses; what had arrived by then is stored.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var stream = await institution.Statements.IncomingStreamAsync(partner, cancellationToken);

        // Handed over although it may be known: the sender may have lost the first one, and the same receipt changes nothing.
        if (stream.Head.Sequence > 0) await AcknowledgeAsync(stream, cancellationToken);
        while (true)
        {
            var (answer, cut) = await FetchAsync(stream.Head, cancellationToken);
            if (answer.IsEmpty && cut is null) return true;
            var (received, fault) = await ReceiveAsync(stream, answer, cancellationToken);
            if (received.Head.Sequence > stream.Head.Sequence)
            {
                var count = (int)(received.Head.Sequence - stream.Head.Sequence);
                metrics.Exchanged(count, partner.Value, "received");
                logger.Received(count, partner.Value, institution.Organisation.Value, received.Head.Sequence);
                stream = received;
                await AcknowledgeAsync(stream, cancellationToken);
            }
            else if (fault is null && cut is null)
            {
                fault = Problem.Of(ProblemCode.StatementInvalid, "The partner answers with statements it was told are held already; nothing follows them.", ("fault", "known"));
            }

            if (fault is not null)
            {
                logger.StreamFaulted(partner.Value, institution.Organisation.Value, stream.Head.Sequence, $"{ProblemStatus.NameOf(ProblemStatus.Of(fault.Code).Reason)}: {fault.Message}");
                return false;
            }

            if (cut is not null) throw cut;
        }
    }

    /// <summary>One answer of the partner, and how it was cut short if it was: over a bad line each try must bring the stream forward.</summary>
    private async Task<(ImmutableArray<SignedStatement> Answer, RpcException? Cut)> FetchAsync(StreamHead after, CancellationToken cancellationToken)
    {
        var request = new Wire.PullStatementsRequest { Issuer = partner.Value, Audience = institution.Organisation.Value, Epoch = after.Epoch, AfterSequence = after.Sequence };
        var answer = ImmutableArray.CreateBuilder<SignedStatement>();
        var bytes = 0;
        while (_pace.Take() is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellationToken);
        try
        {
            using var call = Client().PullStatements(request, Options(TransportLimits.PullDeadline, cancellationToken));
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                // A partner that never ends its answer must not fill the memory: what is over is pulled again.
                bytes += message.CalculateSize();
                if (answer.Count == TransportLimits.MaxPullStatements || (answer.Count > 0 && bytes > TransportLimits.MaxPullBytes)) break;
                answer.Add(ExchangeMapping.ToSigned(message.Statement ?? new Wire.SignedStatement()));
            }
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (answer.ToImmutable(), e);
        }

        return (answer.ToImmutable(), null);
    }

    /// <summary>Stores what is good at the beginning of an answer. The cursor stays before the first statement that is not, and other partners are not touched.</summary>
    private async Task<(IncomingStream Stream, Problem? Fault)> ReceiveAsync(IncomingStream stream, ImmutableArray<SignedStatement> answer, CancellationToken cancellationToken)
    {
        var directory = registry.Current;
        var parties = new StreamParties(partner, institution.Organisation, directory.List.Consortium);
        var now = clock.GetUtcNow();
        var (following, breaking, fault) = StreamReceiver.Read(stream.Head, answer, parties, key => directory.StatementKey(partner, key));
        if (!following.IsEmpty)
        {
            if ((await StoreAsync(following)).Failed(out var problem, out var stored)) return (stream, problem);
            stream = stored;
        }

        // Given to the store by itself: it knows what stands at that place, and keeps the evidence if that is another statement.
        if (breaking is not null && (await StoreAsync([breaking])).Failed(out var broken, out _)) fault = broken;
        return (stream, fault);

        Task<Result<IncomingStream>> StoreAsync(ImmutableArray<ReceivedStatement> statements) => institution.Statements.ReceiveAsync(
            partner, statements, upTo => ReceiptCodec.Sign(parties, upTo, now, institution.StatementKey), now, cancellationToken);
    }

    /// <summary>Hands over the receipt. A partner that refuses it has lost something or lies: that is for people, and no reason not to receive what it sends.</summary>
    private async Task AcknowledgeAsync(IncomingStream stream, CancellationToken cancellationToken)
    {
        try
        {
            var request = new Wire.AcknowledgeRequest { Issuer = partner.Value, Audience = institution.Organisation.Value, Receipt = ByteString.CopyFromUtf8(stream.Receipt) };
            await Client().AcknowledgeAsync(request, Options(TransportLimits.UnaryDeadline, cancellationToken));
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested && !RpcReason.IsPassing(e))
        {
            logger.ReceiptRefused(partner.Value, institution.Organisation.Value, stream.Head.Sequence, RpcReason.Words(e), e.Status.Detail);
        }
    }

    private Wire.ExchangeService.ExchangeServiceClient Client() => new(channels.For(institution, partner));

    private CallOptions Options(TimeSpan deadline, CancellationToken cancellationToken) =>
        new(deadline: clock.GetUtcNow().UtcDateTime + deadline, cancellationToken: cancellationToken);
}
