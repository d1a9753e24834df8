using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Exchange;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>A partner that holds a statement key and answers pulls with whatever the test wants.</summary>
internal sealed class LyingPartner(OrganisationId issuer, OrganisationId audience, SigningKey key) : Wire.ExchangeService.ExchangeServiceBase
{
    /// <summary>What it answers to a pull after a number.</summary>
    public Func<long, IEnumerable<Wire.PullStatementsResponse>> Answer { get; set; } = _ => [];

    /// <summary>Receipts it was given.</summary>
    public List<string> Receipts { get; } = [];

    /// <summary>Messages it could write to answers before the reader left.</summary>
    public int Written { get; private set; }

    public StreamParties Parties => new(issuer, audience, ExchangeMembers.Consortium);

    /// <summary>A statement at a place, with the right key for the right stream unless said otherwise.</summary>
    public SignedStatement Sign(long sequence, Sha256Digest? previous, StreamParties? parties = null, SigningKey? with = null, int epoch = 1, ReadOnlyMemory<byte>? content = null) =>
        StatementCodec.Sign(
            new StatementDraft((parties ?? Parties).Audience, StatementKind.Decided, CaseId.New(), 1, 0, content ?? "{}"u8.ToArray(), [], new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero)),
            new StreamPosition(epoch, sequence, previous), parties ?? Parties, with ?? key);

    /// <summary>An honest stream.</summary>
    public ImmutableArray<SignedStatement> Stream(int count)
    {
        var statements = ImmutableArray.CreateBuilder<SignedStatement>();
        for (var i = 1; i <= count; i++) statements.Add(Sign(i, i == 1 ? null : statements[^1].Digest));
        return statements.ToImmutable();
    }

    public static Wire.PullStatementsResponse Message(SignedStatement statement) => new() { Statement = ExchangeMapping.ToWire(statement) };

    /// <summary>Answers honestly from a stream.</summary>
    public void Serve(IReadOnlyList<SignedStatement> stream) => Answer = after => stream.Skip((int)after).Take(256).Select(Message);

    public override async Task PullStatements(Wire.PullStatementsRequest request, IServerStreamWriter<Wire.PullStatementsResponse> responseStream, ServerCallContext context)
    {
        foreach (var message in Answer(request.AfterSequence))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
            Written++;
        }
    }

    public override Task<Wire.AcknowledgeResponse> Acknowledge(Wire.AcknowledgeRequest request, ServerCallContext context)
    {
        Receipts.Add(request.Receipt.ToStringUtf8());
        return Task.FromResult(new Wire.AcknowledgeResponse());
    }

    public override Task<Wire.NotifyResponse> Notify(Wire.NotifyRequest request, ServerCallContext context) => Task.FromResult(new Wire.NotifyResponse());
}
