using System.Collections.Immutable;
using System.Security.Cryptography;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Storage;

/// <summary>Cases and what verbs make of them, as small as a case may be.</summary>
public sealed record Samples
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public CaseId Case { get; init; } = CaseId.New();
    public LearnerKey Learner { get; init; } = LearnerKey.For(RequestId.New().Value, "secret"u8);
    public ImmutableArray<ReadOnlyMemory<byte>> Files { get; init; } = [RandomNumberGenerator.GetBytes(100)];
    public OrganisationId SubmittedBy { get; init; } = OrganisationId.Parse("uni-b.example");
    public ProgrammeCode Programme { get; init; } = ProgrammeCode.Parse("BSC-CS");
    public DateOnly? DueOn { get; init; }
    public bool Withdrawn { get; init; }

    internal static ChangeRequest Request() => new("staff:anna", RequestId.New(), Sha256Digest.Of(RandomNumberGenerator.GetBytes(8)));

    internal Application Application => new()
    {
        Case = Case, Institution = OrganisationId.Parse("uni-a.example"), SubmittedBy = SubmittedBy, Programme = Programme, TargetUnit = UnitCode.Parse("EST101"),
        Learner = Learner, Credentials = [.. Files.Select(f => Sha256Digest.Of(f.Span))], SubmittedAt = Noon,
    };

    internal Result<CaseTransition> Opening()
    {
        ImmutableArray<CaseEvent> events = [new CaseEvent.Submitted(Actor.Node, Noon, Application), new CaseEvent.Acknowledged(Actor.Node, Noon, 4, "https://uni-a.example/criteria", "Recognition office")];
        if (DueOn is { } due) events = events.AddRange(Complete(Application, due));
        if (Withdrawn) events = events.Add(new CaseEvent.Withdrawn(Actor.Node, Noon, "asked for"));
        return new CaseTransition { Events = events };
    }

    internal static Result<CaseTransition> Assign(string officer) =>
        new CaseTransition { Events = [new CaseEvent.Assigned(new Actor(ActorKind.Staff, "anna"), Noon.AddHours(1), officer)] };

    /// <summary>Decides a case, or decides it anew, with one ledger entry and one statement to each of <paramref name="audience"/>.</summary>
    internal static Result<CaseTransition> Decide(RecognitionCase c, params OrganisationId[] audience)
    {
        var version = c.Decisions.Length + 1;
        var line = FullValue.Of<DecisionLine>() with { Credential = c.Application.Credentials[0], GrantedCredits = EctsCredits.FromHundredths(300), Unit = c.Application.TargetUnit };
        var decision = FullValue.Of<Decision>() with { Version = version, Supersedes = c.EffectiveVersion, Outcome = DecisionOutcome.Full, Lines = [line], ApprovedByName = null };
        var decided = new CaseEvent.Decided(Actor.Node, Noon.AddDays(1), decision);
        var entry = new LedgerEntry(c.Application.Case, c.Application.Programme, decision.Track, c.Application.Credentials[0], "urn:credential:1", c.Application.TargetUnit, line.GrantedCredits);
        return new CaseTransition
        {
            Events = version > 1 ? [decided] :
            [
                .. c.State == CaseState.Received ? Complete(c.Application, new DateOnly(2026, 7, 2)) : [],
                new CaseEvent.Assessed(Actor.Node, Noon, FullValue.Of<Assessment>()), new CaseEvent.Referred(Actor.Node, Noon, [ReferralReason.RuleNotAutomatic]), decided,
            ],
            Ledger = [entry],
            Statements = [.. audience.Select(to => new StatementDraft(to, StatementKind.Decided, c.Application.Case, version, c.EffectiveVersion, "{}"u8.ToArray(), [], Noon))],
        };
    }

    /// <summary>An acknowledged case whose file was verified and whose clock runs.</summary>
    private static ImmutableArray<CaseEvent> Complete(Application application, DateOnly due) =>
    [
        new CaseEvent.Verified(Actor.Node, Noon, new CredentialReport
        {
            Format = CredentialFormat.EuropeanDigitalCredential, Digest = application.Credentials[0], CheckedAt = Noon, Checks = [], Verdict = Verdict.Accept,
        }),
        new CaseEvent.BecameComplete(Actor.Node, Noon, new DateOnly(2026, 3, 2), due),
    ];

    /// <summary>Stands for a signed statement: it names its place, and as with ECDSA no two signatures are alike.</summary>
    internal static SignedStatement Signed(OrganisationId audience, StreamPosition position) =>
        new($"{audience}.{position.Epoch}.{position.Sequence}.{position.Previous}.{RandomNumberGenerator.GetHexString(16)}", ["disclosure"]);

    internal static ReceivedStatement Received(StreamHead head, CaseId? about = null)
    {
        var position = new StreamPosition(head.Epoch, head.Sequence + 1, head.Head);
        var statement = Signed(OrganisationId.Parse("uni-a.example"), position);
        return new ReceivedStatement(position, statement.Digest, about ?? CaseId.New(), StatementKind.Decided, statement);
    }

    /// <summary>Statements that follow each other, from the beginning of a stream.</summary>
    internal static ImmutableArray<ReceivedStatement> Stream(int length)
    {
        var statements = ImmutableArray.CreateBuilder<ReceivedStatement>();
        for (var head = StreamHead.Empty; statements.Count < length; head = new StreamHead(1, head.Sequence + 1, statements[^1].Digest)) statements.Add(Received(head));
        return statements.ToImmutable();
    }
}
