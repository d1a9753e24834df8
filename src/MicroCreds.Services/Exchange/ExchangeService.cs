using System.Collections.Concurrent;
using System.Text;
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

/// <summary>What nodes say to each other. A partner sees the streams between it and a hosted institution, and no other.</summary>
public sealed class ExchangeService(Hosting hosting, TrustRegistry registry, StatementExchange exchange, NodeMetrics metrics, TimeProvider clock, ILogger<ExchangeService> logger)
    : Wire.ExchangeService.ExchangeServiceBase
{
    private readonly ConcurrentDictionary<(OrganisationId Institution, OrganisationId Partner), PullPace> _paces = new();

    /// <inheritdoc/>
    public override Task<Wire.NotifyResponse> Notify(Wire.NotifyRequest request, ServerCallContext context)
    {
        var (institution, partner) = Between(request.Audience, "audience", request.Issuer, "issuer", context);
        exchange.PullSoon(institution.Organisation, partner);
        return Task.FromResult(new Wire.NotifyResponse());
    }

    /// <inheritdoc/>
    public override async Task PullStatements(Wire.PullStatementsRequest request, IServerStreamWriter<Wire.PullStatementsResponse> responseStream, ServerCallContext context)
    {
        // A partner that was put back from an old copy asks for what it said itself.
        var own = Caller.From(context) is Caller.Partner asking && asking.Organisation.Value == request.Issuer;
        var (institution, partner) = own ? Between(request.Audience, "audience", request.Issuer, "issuer", context) : Between(request.Issuer, "issuer", request.Audience, "audience", context);
        if (request.Epoch < 1 || request.AfterSequence < 0)
            throw Problem.InvalidRequest([new FieldViolation(request.Epoch < 1 ? "epoch" : "after_sequence", "epochs count from 1, numbers from 0")]).ToRpcException();

        var pace = _paces.GetOrAdd((institution.Organisation, partner), _ => new(TransportLimits.PullsPerSecond, TransportLimits.PullBurst, clock));
        if (pace.Take() > TimeSpan.Zero)
            throw Problem.Of(ProblemCode.QuotaExceeded, $"A stream is pulled at most {TransportLimits.PullsPerSecond} times a second.", ("limit", "pulls_per_second"), ("limit_value", $"{TransportLimits.PullsPerSecond}")).ToRpcException();

        var (bytes, count) = (0, 0);
        var statements = !own ? await institution.Statements.OutgoingAsync(partner, request.Epoch, request.AfterSequence, TransportLimits.MaxPullStatements, context.CancellationToken)
            : institution.Recovery is { } received ? await received.ReceivedAsync(partner, request.Epoch, request.AfterSequence, TransportLimits.MaxPullStatements, context.CancellationToken) : [];
        foreach (var stored in statements)
        {
            var statement = ExchangeMapping.ToWire(stored.Statement);
            bytes += statement.CalculateSize();
            if (count > 0 && bytes > TransportLimits.MaxPullBytes) break;
            await responseStream.WriteAsync(new Wire.PullStatementsResponse { Sequence = stored.Sequence, Statement = statement }, context.CancellationToken);
            count++;
        }

        if (count > 0) metrics.Exchanged(count, partner.Value, own ? "returned" : "sent");
    }

    /// <inheritdoc/>
    public override async Task<Wire.AcknowledgeResponse> Acknowledge(Wire.AcknowledgeRequest request, ServerCallContext context)
    {
        var (institution, partner) = Between(request.Issuer, "issuer", request.Audience, "audience", context);
        if (request.Receipt.Length is 0 or > TransportLimits.MaxReceiptBytes)
            throw Problem.InvalidRequest([new FieldViolation("receipt", $"must be a compact JWS of at most {TransportLimits.MaxReceiptBytes} bytes")]).ToRpcException();

        var directory = registry.Current;
        var receipt = Encoding.Latin1.GetString(request.Receipt.Span);
        var stream = new StreamParties(institution.Organisation, partner, directory.List.Consortium);
        if (ReceiptCodec.Read(receipt, stream, key => directory.StatementKey(partner, key)).Failed(out var problem, out var read)) throw problem.ToRpcException();
        if ((await institution.Statements.RecordReceiptAsync(partner, read.UpTo, receipt, clock.GetUtcNow(), context.CancellationToken)).Failed(out problem, out var recorded))
        {
            // The partner signed that it holds what this store never sent, or something else: one of the two has lost its memory or lies.
            logger.ReceiptContradicts(partner.Value, institution.Organisation.Value, problem.Message);
            exchange.PullSoon(institution.Organisation, partner);
            throw problem.ToRpcException();
        }

        return new Wire.AcknowledgeResponse { Head = ExchangeMapping.ToWire(recorded, institution.Organisation) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetHeadsResponse> GetHeads(Wire.GetHeadsRequest request, ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        if (hosting.Resolve(request.Institution).Failed(out var problem, out var institution)) throw problem.ToRpcException();
        caller.RequireStaffOrPartner(institution);
        var only = (caller as Caller.Partner)?.Organisation;

        var response = new Wire.GetHeadsResponse();
        var outgoing = await institution.Statements.OutgoingStreamsAsync(context.CancellationToken);
        response.Outgoing.AddRange(outgoing.Where(s => only is null || s.Partner == only).Select(s => ExchangeMapping.ToWire(s, institution.Organisation)));
        foreach (var partner in only is not null ? [only] : registry.Current.List.Members.Select(m => m.Organisation).Where(o => o != institution.Organisation))
        {
            var stream = await institution.Statements.IncomingStreamAsync(partner, context.CancellationToken);
            if (stream.Head.Sequence > 0) response.Incoming.Add(ExchangeMapping.ToWire(stream, institution.Organisation));
        }

        return response;
    }

    /// <summary>The hosted institution at one end of a stream and the partner at the other, who must be the caller.</summary>
    private (HostedInstitution Institution, OrganisationId Partner) Between(string hosted, string hostedField, string other, string otherField, ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        var violations = new List<FieldViolation>();
        if (!OrganisationId.TryParse(hosted, out _)) violations.Add(new(hostedField, "must be a SCHAC home-organisation identifier"));
        if (!OrganisationId.TryParse(other, out var partner)) violations.Add(new(otherField, "must be a SCHAC home-organisation identifier"));
        if (violations.Count > 0 || partner is null) throw Problem.InvalidRequest([.. violations]).ToRpcException();

        if (caller.RequirePartner().Organisation != partner)
            throw Problem.Of(ProblemCode.PermissionDenied, $"The caller is not the {otherField} it names; a partner speaks for itself alone.", ("role_needed", otherField)).ToRpcException();
        return hosting.Resolve(hosted).Failed(out var problem, out var institution) ? throw problem.ToRpcException() : (institution, partner);
    }
}
