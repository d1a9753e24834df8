using System.Collections.Immutable;
using System.Text;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Services;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>
/// A partner that signs and sends what it should not. The cursor stays before the first statement at fault, the operator is told, what was good
/// before it is receipted, other partners are not touched, and an honest stream is taken up again. Exchange reference B.1, rows 14, 15, 35, 36.
/// </summary>
public sealed class LyingPartnerTests : TwoNodes
{
    /// <summary>Each lie is told after two good statements; it makes the whole answer out of the good stream.</summary>
    public static TheoryData<string, string> Lies => new()
    {
        { "signature broken", "STATEMENT_INVALID" },
        { "signed by a key nobody announced", "STATEMENT_INVALID" },
        { "signed by another member", "STATEMENT_INVALID" },
        { "not signed at all", "STATEMENT_INVALID" },
        { "no statement in the message", "STATEMENT_INVALID" },
        { "not ASCII", "STATEMENT_INVALID" },
        { "for another audience", "STATEMENT_INVALID" },
        { "in another issuer's name", "STATEMENT_INVALID" },
        { "of another consortium", "STATEMENT_INVALID" },
        { "replayed from another stream", "STATEMENT_INVALID" },
        { "more than 64 KiB", "STATEMENT_INVALID" },
        { "a disclosure nobody signed", "STATEMENT_INVALID" },
        { "gap", "STREAM_GAP" },
        { "another epoch", "STREAM_GAP" },
        { "other digest at a known number", "STREAM_EQUIVOCATION" },
        { "other predecessor", "STREAM_EQUIVOCATION" },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task stands_before_the_lie_and_goes_on_when_the_partner_is_honest_again(string lie, string reason)
    {
        var partner = new LyingPartner(C, B, Members.KeyOf(C));
        Network.Attach(C, partner, Members.Join());
        var honest = partner.Stream(5);
        ImmutableArray<SignedStatement> lying = [honest[0], honest[1], Lie(partner, lie, honest), honest[2], honest[3]];
        partner.Answer = after => lying.Skip((int)after).Select(LyingPartner.Message).Select(m => lie == "no statement in the message" && m.Statement.Jws.Length == 0 ? new() : m);

        Receiver.Log.Expect();
        var rest = await Receiver.StepAsync(C);
        Assert.Contains(Receiver.Log.Lines, l => l.StartsWith($"The stream of {C} to {B} is faulted and stands at 2: {reason}", StringComparison.Ordinal));
        Assert.InRange(rest, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        var stands = await Receiver.IncomingAsync(C);
        Assert.Equal(new StreamHead(1, 2, honest[1].Digest), stands.Head);
        Assert.Equal(stands.Receipt, Assert.Single(partner.Receipts));

        // Told the same lie again it stands where it stood; its log line comes again with every try.
        Receiver.Log.Expect();
        rest = await NextAsync(Receiver, C, rest);
        Assert.Equal(stands, await Receiver.IncomingAsync(C));

        await Sender.DecideAsync(B, 2);
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(2);

        partner.Serve(honest);
        await NextAsync(Receiver, C, rest);
        Assert.Equal(new StreamHead(1, 5, honest[4].Digest), (await Receiver.IncomingAsync(C)).Head);
    }

    [Fact]
    public async Task does_not_ask_in_a_circle_when_the_partner_answers_what_is_known()
    {
        var partner = new LyingPartner(C, B, Members.KeyOf(C));
        Network.Attach(C, partner, Members.Join());
        var honest = partner.Stream(3);
        partner.Answer = _ => honest.Select(LyingPartner.Message);
        Receiver.Log.Expect();
        var rest = await Receiver.StepAsync(C);
        Assert.True(rest > TimeSpan.FromSeconds(0.5));
        Assert.Equal(3, (await Receiver.IncomingAsync(C)).Head.Sequence);
        Assert.Equal(2, Network.Count("PullStatements", C));
    }

    [Fact]
    public async Task leaves_an_answer_that_never_ends_and_asks_again_for_the_rest()
    {
        var partner = new LyingPartner(C, B, Members.KeyOf(C));
        Network.Attach(C, partner, Members.Join());
        var honest = partner.Stream(300);
        var pulls = 0;
        partner.Answer = after => pulls++ < 2 ? honest.Skip((int)after).Concat(Forever()).Select(LyingPartner.Message) : [];
        await Receiver.StepAsync(C);
        Assert.Equal(300, (await Receiver.IncomingAsync(C)).Head.Sequence);
        Assert.InRange(partner.Written, 300, (2 * TransportLimits.MaxPullStatements) + 10);

        IEnumerable<SignedStatement> Forever()
        {
            while (true) yield return honest[^1];
        }
    }

    [Fact]
    public async Task takes_no_more_than_a_mebibyte_of_one_answer()
    {
        var partner = new LyingPartner(C, B, Members.KeyOf(C));
        Network.Attach(C, partner, Members.Join());
        var content = Encoding.ASCII.GetBytes($"{{\"text\":\"{new string('x', 40_000)}\"}}");
        var stream = new List<SignedStatement>();
        for (var i = 1; i <= 60; i++) stream.Add(partner.Sign(i, i == 1 ? null : stream[^1].Digest, content: content));
        partner.Answer = after => stream.Skip((int)after).Select(LyingPartner.Message);
        await Receiver.StepAsync(C);
        Assert.Equal(60, (await Receiver.IncomingAsync(C)).Head.Sequence);
        var perAnswer = TransportLimits.MaxPullBytes / stream[0].Jws.Length;
        Assert.InRange(Network.Count("PullStatements", C), (60 / perAnswer) + 1, (60 / perAnswer) + 3);
    }

    [Fact]
    public async Task takes_a_statement_at_the_size_limit_and_refuses_one_above_it()
    {
        var partner = new LyingPartner(C, B, Members.KeyOf(C));
        Network.Attach(C, partner, Members.Join());
        SignedStatement Filled(int filling) => partner.Sign(1, null, content: Encoding.ASCII.GetBytes($"{{\"text\":\"{new string('x', filling)}\"}}"));
        var least = Filled(1).Jws.Length;
        var filling = (SignedStatement.MaxBytes - least) * 3 / 4;
        while (Filled(filling).Jws.Length < SignedStatement.MaxBytes - 2) filling++;
        var largest = Filled(filling);
        Assert.InRange(largest.Jws.Length, SignedStatement.MaxBytes - 2, SignedStatement.MaxBytes);
        partner.Serve([largest with { Jws = largest.Jws.PadRight(SignedStatement.MaxBytes + 1, 'A') }]);
        Receiver.Log.Expect();
        var rest = await Receiver.StepAsync(C);
        Assert.Contains(Receiver.Log.Lines, l => l.Contains("it has more than 65536 bytes", StringComparison.Ordinal));
        partner.Serve([largest]);
        await NextAsync(Receiver, C, rest);
        Assert.Equal(1, (await Receiver.IncomingAsync(C)).Head.Sequence);
    }

    private SignedStatement Lie(LyingPartner partner, string lie, ImmutableArray<SignedStatement> honest) => lie switch
    {
        "signature broken" => honest[2] with { Jws = honest[2].Jws[..^6] + (honest[2].Jws[^6] == 'A' ? 'B' : 'A') + honest[2].Jws[^5..] },
        "signed by a key nobody announced" => partner.Sign(3, honest[1].Digest, with: SigningKey.Generate()),
        "signed by another member" => partner.Sign(3, honest[1].Digest, with: Members.KeyOf(A)),
        "not signed at all" => new SignedStatement("eyJhbGciOiJub25lIn0.e30.", []),
        "no statement in the message" => new SignedStatement("", []),
        "not ASCII" => honest[2] with { Jws = honest[2].Jws + "\u00e9" },
        "for another audience" => partner.Sign(3, honest[1].Digest, partner.Parties with { Audience = A }),
        "in another issuer's name" => partner.Sign(3, honest[1].Digest, partner.Parties with { Issuer = A }),
        "of another consortium" => partner.Sign(3, honest[1].Digest, partner.Parties with { Consortium = "other" }),
        "replayed from another stream" => partner.Sign(3, honest[1].Digest, new StreamParties(B, C, ExchangeMembers.Consortium), Members.KeyOf(B)),
        "more than 64 KiB" => new SignedStatement(new string('A', SignedStatement.MaxBytes + 1), []),
        "a disclosure nobody signed" => honest[2] with { Disclosures = ["WyJzYWx0c2FsdHNhbHRzYWx0cyIsIm5hbWUiLCJBbm5hIl0"] },
        "gap" => honest[3],
        "another epoch" => partner.Sign(3, honest[1].Digest, epoch: 2),
        "other digest at a known number" => partner.Sign(2, honest[0].Digest),
        "other predecessor" => partner.Sign(3, honest[0].Digest),
        _ => throw new ArgumentOutOfRangeException(nameof(lie), lie, null),
    };
}
