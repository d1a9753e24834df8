using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Tests.Domain.Cases;

namespace MicroCreds.Tests.Domain.Statements;

/// <summary>A stream with real statements, and the means to sign anything one likes with its key.</summary>
internal static class StatementSamples
{
    public static readonly SigningKey Key = SigningKey.Generate();
    public static readonly SigningKey AudienceKey = SigningKey.Generate();
    public static readonly StreamParties Parties = new(CaseSamples.Institution, CaseSamples.Submitter, "test-consortium");
    public static readonly StreamPosition First = new(1, 1, null);
    public static readonly StatementDraft Draft = CaseSamples.Done(CaseSamples.Receive(CaseSamples.Automatic())).Statements[0];

    public static VerificationKey? KeyOf(string keyId) => keyId == Key.KeyId ? Key.PublicKey : null;

    public static VerificationKey? AudienceKeyOf(string keyId) => keyId == AudienceKey.KeyId ? AudienceKey.PublicKey : null;

    public static SignedStatement Sign(StreamPosition? position = null, StatementDraft? draft = null) => StatementCodec.Sign(draft ?? Draft, position ?? First, Parties, Key);

    public static StatementBody Read(SignedStatement statement) =>
        StatementCodec.Read(statement, Parties, KeyOf).Failed(out var problem, out var body) ? throw new InvalidOperationException(problem.Message) : body;

    public static Problem Refused(SignedStatement statement, StreamParties? parties = null)
    {
        Assert.True(StatementCodec.Read(statement, parties ?? Parties, KeyOf).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StatementInvalid, problem!.Code);
        return problem;
    }

    /// <summary>The payload of a good statement, changed and signed again with the right key.</summary>
    public static SignedStatement Resigned(Action<JsonObject> change)
    {
        var statement = Sign();
        var payload = (JsonObject)JsonNode.Parse(PayloadOf(statement.Jws))!;
        change(payload);
        return statement with { Jws = CompactJws.Sign(Encoding.UTF8.GetBytes(payload.ToJsonString()), SignedStatement.MediaType, Key) };
    }

    public static byte[] PayloadOf(string jws) => Base64Url.DecodeFromChars(jws.Split('.')[1]);

    /// <summary>A stream of some statements from the beginning.</summary>
    public static ImmutableArray<SignedStatement> Stream(int count)
    {
        var statements = ImmutableArray.CreateBuilder<SignedStatement>();
        Sha256Digest? previous = null;
        for (var i = 1; i <= count; i++)
        {
            statements.Add(Sign(new StreamPosition(1, i, previous), Draft with { Case = CaseSamples.Id(i) }));
            previous = statements[^1].Digest;
        }
        return statements.ToImmutable();
    }

    public static ImmutableArray<ReceivedStatement> Verified(IReadOnlyList<SignedStatement> batch) =>
        StreamReceiver.Verify(batch, Parties, KeyOf).Failed(out var problem, out var verified) ? throw new InvalidOperationException(problem.Message) : verified;
}
