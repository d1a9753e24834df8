using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Credits;
using MicroCreds.Federation.V1;
using CreditGrant = MicroCreds.Domain.Rules.CreditGrant;
using EquivalenceRule = MicroCreds.Domain.Rules.EquivalenceRule;
using RuleCondition = MicroCreds.Domain.Rules.RuleCondition;
using RuleSource = MicroCreds.Domain.Rules.RuleSource;
using SourceGroup = MicroCreds.Domain.Rules.SourceGroup;

namespace MicroCreds.Tests.Services.Recognition;

/// <summary>Cases with several credentials, through the contract.</summary>
public sealed class SubmitSeveralTests : IAsyncLifetime
{
    /// <summary>Scenario 9: two micro-credentials of 3 credits make a unit of 6; the first alone counts as other activities.</summary>
    internal static readonly EquivalenceRule Both = TestTables.Rule("BOTH", TestTables.Stat) with
    {
        Sources = [new SourceGroup(2, [Source("MC-A"), Source("MC-B")])], Grant = new CreditGrant.Fixed(EctsCredits.FromHundredths(600)), Automatic = true,
    };

    internal static readonly EquivalenceRule Alone = TestTables.Rule("ALONE", TestTables.Activities, Body, new RuleCondition.AchievementCode("MC-A")) with { Automatic = true };

    private CaseDesk _desk = null!;

    private static RuleCondition Body => new RuleCondition.AwardingBody(TestConsortium.Madrid);

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync(Both, Alone);

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task grants_a_unit_for_two_credentials_at_once()
    {
        var c = (await _desk.Madrid.SubmitCredentialAsync(Request(_desk, TestTables.Stat, "MC-A", "MC-B"))).RecognitionCase;

        Assert.Equal((RecognitionCase.Types.State.Decided, DecisionOutcome.Full), (c.State, c.Decisions[0].Outcome));
        Assert.Equal((2, 2), (c.Achievements.Count, c.Verifications.Count));
        // Each credential has its share, so each is counted.
        Assert.Equal(["STAT 300 BOTH", "STAT 300 BOTH"], c.Decisions[0].Lines.Select(l => $"{l.Unit} {l.GrantedEctsCreditsHundredths} {l.RuleId}"));
        Assert.Equal(c.Verifications.Select(v => v.CredentialDigest).Order(StringComparer.Ordinal), c.Decisions[0].Lines.Select(l => l.CredentialDigest).Order(StringComparer.Ordinal));
        var line = Assert.Single(c.Assessment.Lines);
        Assert.Equal((600, "full", true, 2), (line.GrantedEctsCreditsHundredths, line.Outcome, line.Automatic, line.CredentialDigests.Count));
        Assert.Equal(["Course MC-A", "Course MC-B"], c.Assessment.Rules[0].Sources.Select(s => s.AchievementTitle.Trim()).Order(StringComparer.Ordinal));
        // The partner that submitted them has the decision as evidence.
        Assert.Single((await _desk.Madrid.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        // Neither counts again.
        var again = (await _desk.Madrid.SubmitCredentialAsync(Together(TestTables.Activities, _files["MC-A"]))).RecognitionCase;
        Assert.Contains("already_counted", again.ReferralReasons);
    }

    [Fact]
    public async Task a_retry_is_the_same_case_and_the_other_order_is_another_request()
    {
        var request = Request(_desk, TestTables.Stat, "MC-A", "MC-B");
        var first = await _desk.Madrid.SubmitCredentialAsync(request);
        Assert.Equal(first, await _desk.Madrid.SubmitCredentialAsync(request));
        (request.Credential, request.FurtherCredentials[0]) = (request.FurtherCredentials[0], request.Credential);
        await RpcRefusal.Expect(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", ["request_id", "first_used_time"], async () => await _desk.Madrid.SubmitCredentialAsync(request));
    }

    [Fact]
    public async Task an_officer_decides_by_the_lines_proposed_or_by_lines_of_their_own()
    {
        // A third that no rule uses brings the case before a person.
        var c = (await _desk.Madrid.SubmitCredentialAsync(Request(_desk, TestTables.Stat, "MC-A", "MC-B", "MC-C"))).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.Referred, "partial", 2), (c.State, c.Assessment.ProposedOutcome, c.Assessment.Lines.Count));
        Assert.Equal("", c.Assessment.Lines[1].Outcome);

        var own = Partial();
        own.Lines.AddRange(c.Verifications.Select(v => new DecisionLineInput
        {
            CredentialDigest = v.CredentialDigest, Outcome = DecisionOutcome.Partial, Unit = TestTables.Stat, GrantedEctsCreditsHundredths = 150,
        }));
        var rehearsed = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c, validateOnly: true), Decision = own })).RecognitionCase;
        Assert.Equal([150, 150, 150], rehearsed.Decisions[0].Lines.Select(l => l.GrantedEctsCreditsHundredths));
        own.Lines[0].CredentialDigest = "nonsense";
        await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = own }));

        var decided = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = Partial() })).RecognitionCase;
        Assert.Equal(["STAT 300", "STAT 300", " 0"], decided.Decisions[0].Lines.Select(l => $"{l.Unit} {l.GrantedEctsCreditsHundredths}"));
    }

    [Fact]
    public async Task refuses_files_of_another_learner_the_same_file_twice_and_more_than_twenty()
    {
        var stranger = Request(_desk, TestTables.Stat, "MC-A");
        stranger.FurtherCredentials.Add(ByteString.CopyFrom(Issue(_desk, "MC-B", "berta")));
        Assert.Equal(["further_credentials[0]"], await WrongFieldsAsync(stranger));

        var twice = Request(_desk, TestTables.Stat, "MC-A");
        twice.FurtherCredentials.Add(twice.Credential);
        Assert.Equal(["further_credentials[0]"], await WrongFieldsAsync(twice));

        var many = Request(_desk, TestTables.Stat, "MC-A");
        many.FurtherCredentials.AddRange(Enumerable.Range(0, 20).Select(i => ByteString.CopyFromUtf8($"{i}")));
        Assert.Equal(["further_credentials"], await WrongFieldsAsync(many));

        var large = Request(_desk, TestTables.Stat, "MC-A");
        large.FurtherCredentials.AddRange(Enumerable.Range(0, 3).Select(i => ByteString.CopyFrom([.. Enumerable.Repeat((byte)i, 1_500_000)])));
        await RpcRefusal.Expect(StatusCode.InvalidArgument, "CREDENTIAL_TOO_LARGE", ["size_bytes", "limit_bytes"], async () => await _desk.Madrid.SubmitCredentialAsync(large));
        // What cannot be read is turned away for that, whoever it is of.
        var broken = Request(_desk, TestTables.Stat, "MC-A");
        broken.FurtherCredentials.Add(ByteString.CopyFromUtf8("no credential"));
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await _desk.Madrid.SubmitCredentialAsync(broken))).StatusCode);
    }

    private async Task<IEnumerable<string>> WrongFieldsAsync(SubmitCredentialRequest request) =>
        (await MicroCreds.Tests.Services.Equivalence.Refusals.Of(_desk.Madrid.SubmitCredentialAsync(request))).Fields;

    private static DecisionInput Partial() => new()
    {
        Outcome = DecisionOutcome.Partial, Statement = "Two of the three make the unit.",
        Reasons = { new DecisionReason { Code = ReasonCode.Profile, Text = "No rule speaks about the third." } },
        Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Alternative, Text = "An entry in the supplement." } },
    };

    private readonly Dictionary<string, byte[]> _files = [];

    private SubmitCredentialRequest Request(CaseDesk desk, string unit, params string[] codes) =>
        Together(unit, [.. codes.Select(code => _files.TryGetValue(code, out var file) ? file : _files[code] = Issue(desk, code))]);

    internal static SubmitCredentialRequest Together(string unit, params byte[][] files)
    {
        var request = CaseDesk.Request(files[0], unit);
        request.FurtherCredentials.AddRange(files[1..].Select(f => ByteString.CopyFrom(f)));
        return request;
    }

    /// <summary>A micro-credential of 3 credits of the university.</summary>
    internal static byte[] Issue(CaseDesk desk, string code, string learner = "ana") =>
        desk.Node.Consortium.Issue(TestCredentials.Statistics(desk.Node.Consortium, learner: learner) with
        {
            Title = $"Course {code}", Codes = [code], Credits = EctsCredits.FromHundredths(300), Volume = "PT75H",
        });

    private static RuleSource Source(string code) => new([Body, new RuleCondition.AchievementCode(code), new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(300))]);
}
