using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using ChangeRequest = MicroCreds.Domain.Cases.ChangeRequest;
using Client = MicroCreds.Federation.V1.AgreementService.AgreementServiceClient;
using Draft = MicroCreds.Domain.Rules.EquivalenceDraft;
using EquivalenceTableBuilder = MicroCreds.Domain.Rules.EquivalenceTableBuilder;
using Outcome = MicroCreds.Federation.V1.DecisionOutcome;
using Party = MicroCreds.Federation.V1.AgreementSignature.Types.Party;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Services.Agreements;

/// <summary>Learning agreements through the contract, and scenario 8 from the recording to the decision of the same day.</summary>
public sealed class AgreementServiceTests : IAsyncLifetime
{
    private const string Learner = "urn:schac:personalUniqueCode:int:esi:uni-madrid.example:ana";
    private static readonly string[] Codes = ["EST101", "ECO2", "DER3", "INF4"];

    private CaseDesk _desk = null!;
    private Client _office = null!;

    public async Task InitializeAsync()
    {
        _desk = await CaseDesk.OpenAsync();
        _office = new(_desk.Node.Staff("olga", StaffRole.Officer));
        var institution = _desk.Node.Institution;
        var (table, at, none) = (TableId.Parse("MOBILITY"), TestNode.Start.AddMonths(-6), CancellationToken.None);
        var units = Codes.Select(code => TestTables.Units[1] with { Code = UnitCode.Parse($"U-{code}"), Graded = false });
        Assert.False((await institution.Tables.EditDraftAsync(table, Change(), null, _ => new Draft(table, 1, [.. units], [], "registrar", at), none)).Failed(out _, out _));
        Assert.False((await institution.Tables.PublishAsync(table, Change(), null, (draft, version) => EquivalenceTableBuilder.Build(table, version, draft.Units, draft.Rules, at, "registrar"), none)).Failed(out _, out _));
        await institution.Published.ReloadAsync(none);
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task a_transcript_under_an_agreement_is_decided_on_the_day_18_of_24()
    {
        var recorded = (await _office.RecordAgreementAsync(Record())).RecordedAgreement;

        var c = (await _desk.Madrid.SubmitCredentialAsync(Submission("", "", "", "failed"))).RecognitionCase;

        var decision = Assert.Single(c.Decisions);
        Assert.Equal((State.Decided, Outcome.Partial, Decision.Types.DecidedBy.Rule, "agreement:LA-17/v1"), (c.State, decision.Outcome, decision.DecidedBy, decision.DecidedByName));
        Assert.Equal(DateOnly.FromDateTime(TestNode.Start.UtcDateTime), DateOnly.FromDateTime(decision.DecideTime.ToDateTime()));
        Assert.Equal(1800, decision.Lines.Sum(l => l.GrantedEctsCreditsHundredths));
        Assert.Equal(
            ["DER3 Full 600 U-DER3", "ECO2 Full 600 U-ECO2", "EST101 Full 600 U-EST101", "INF4 NothingEarned 0 "],
            decision.Lines.Select(l => $"{l.AchievementTitle} {l.Outcome} {l.GrantedEctsCreditsHundredths} {l.Unit}").Order(StringComparer.Ordinal));
        Assert.Equal(ReasonCode.NotPassed, Assert.Single(decision.Reasons).Code);
        Assert.Equal(new AppliedAgreement { AgreementId = "LA-17", Version = 1, Digest = recorded.Versions[0].Digest, AskedEctsCreditsHundredths = 2400 }, decision.Agreement);
        Assert.Equal(decision.Agreement, c.Assessment.Agreement);
        // The ledger counts what was granted, so the three do not count a second time and the fourth still can.
        var again = (await _desk.Madrid.SubmitCredentialAsync(_desk.Request(Result(3, ""), "U-INF4"))).RecognitionCase;
        Assert.Equal((Outcome.Full, 600), (again.Decisions[0].Outcome, again.Decisions[0].Lines[0].GrantedEctsCreditsHundredths));
        Assert.Equal(600, again.Decisions[0].Agreement.AskedEctsCreditsHundredths);
    }

    [Fact]
    public async Task another_learner_has_nothing_of_it()
    {
        await _office.RecordAgreementAsync(Record(a => a.LearnerIdentifier = Learner + "-other"));
        var c = (await _desk.Madrid.SubmitCredentialAsync(_desk.Request(Result(0, ""), "U-EST101"))).RecognitionCase;
        Assert.Equal((State.Referred, null), (c.State, c.Assessment.Agreement));
    }

    [Fact]
    public async Task a_condition_goes_to_the_officer_whose_decision_names_the_agreement()
    {
        await _office.RecordAgreementAsync(Record(a => (a.Components[3].Automatic, a.Components[3].Condition) = (false, "After the safety briefing.")));
        var c = (await _desk.Madrid.SubmitCredentialAsync(Submission("", "", "", ""))).RecognitionCase;
        Assert.Equal((State.Referred, "conditional", 2400), (c.State, c.Assessment.ProposedOutcome, c.Assessment.GrantedEctsCreditsHundredths));

        var input = new DecisionInput
        {
            Outcome = Outcome.Conditional, Condition = "After the safety briefing.", Reasons = { new DecisionReason { Code = ReasonCode.Profile, Text = "The agreement says so." } },
            Alternatives = { new ConsideredAlternative { Outcome = Outcome.Partial, Text = "Three of the four." } },
        };
        var decided = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = input })).RecognitionCase;
        Assert.Equal((Outcome.Conditional, "LA-17", 2400), (decided.Decisions[0].Outcome, decided.Decisions[0].Agreement.AgreementId, decided.Decisions[0].Lines.Sum(l => l.GrantedEctsCreditsHundredths)));
    }

    [Fact]
    public async Task a_later_version_supersedes_and_an_end_leaves_what_was_awarded()
    {
        var first = Record();
        var one = (await _office.RecordAgreementAsync(first)).RecordedAgreement;
        var change = Record(a =>
        {
            a.Changes = "INF4 is not offered.";
            a.Components.RemoveAt(3);
            foreach (var signature in a.Signatures) signature.SignedDate = "2025-10-01";
        });
        await RpcRefusal.Expect(StatusCode.Aborted, "CONCURRENT_CHANGE", ["agreement_id", "current_etag", "etag"], async () => await _office.RecordAgreementAsync(change));
        change = new(change) { Etag = one.Etag, RequestId = CaseDesk.Id() };
        var two = (await _office.RecordAgreementAsync(change)).RecordedAgreement;
        Assert.Equal(["2 INF4 is not offered. 3", "1  4"], two.Versions.Select(v => $"{v.Version} {v.Agreement.Changes} {v.Agreement.Components.Count}"));
        Assert.Equal(one.Versions[0], two.Versions[1]);
        Assert.Equal(one, (await _office.RecordAgreementAsync(first)).RecordedAgreement);

        var c = (await _desk.Madrid.SubmitCredentialAsync(Submission("", "", ""))).RecognitionCase;
        Assert.Equal((Outcome.Full, 2, 1800), (c.Decisions[0].Outcome, c.Decisions[0].Agreement.Version, c.Decisions[0].Agreement.AskedEctsCreditsHundredths));

        var ended = (await _office.EndAgreementAsync(new() { RequestId = CaseDesk.Id(), AgreementId = "LA-17", Etag = two.Etag, LastDate = "2026-01-19", Reason = "Went home." })).RecordedAgreement;
        Assert.Equal(("2026-01-19", "Went home.", "olga", 2), (ended.LastDate, ended.EndReason, ended.EndedBy, ended.Versions.Count));
        await RpcRefusal.Expect(
            StatusCode.FailedPrecondition, "AGREEMENT_ENDED", ["agreement_id", "last_date"],
            async () => await _office.EndAgreementAsync(new() { RequestId = CaseDesk.Id(), AgreementId = "LA-17", Etag = ended.Etag, LastDate = "2026-01-18", Reason = "Again." }));
        // Awarded on 20 January, after the end.
        var late = (await _desk.Madrid.SubmitCredentialAsync(_desk.Request(Result(3, ""), "U-INF4"))).RecognitionCase;
        Assert.Null(late.Assessment.Agreement);
        // The case that it decided still stands and can be read.
        Assert.Equal(c.Decisions[0], (await _desk.ReadAsync(c)).Decisions[0]);
    }

    [Fact]
    public async Task names_every_wrong_field_at_once()
    {
        var request = Record(a =>
        {
            a.AgreementId = "LA 17";
            a.LearnerIdentifier = "";
            a.HostOrganisation = "Madrid";
            a.Signatures[2].Party = Party.Learner;
            a.Signatures[1].SignedDate = "2099-01-01";
            a.ValidUntilDate = "2025-08-01";
            a.SignedFileDigest = "abc";
            (a.Components[0].Code, a.Components[0].Title) = ("", "");
            a.Components[1].EctsCreditsHundredths = 0;
            a.Components[2].Condition = "With a condition.";
            a.Components[3].Unit = "";
        });
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _office.RecordAgreementAsync(request));
        Assert.Equal(
            [
                "agreement.learner_identifier", "agreement.agreement_id", "agreement.host_organisation", "agreement.signatures[1].signed_date", "agreement.signatures", "agreement.valid_until_date",
                "agreement.signed_file_digest", "agreement.components[0].code", "agreement.components[1].ects_credits_hundredths", "agreement.components[2].automatic", "agreement.components[3].unit",
            ],
            refusal.Fields);
    }

    [Fact]
    public async Task refuses_units_that_are_not_published_and_agreements_that_are_not_there()
    {
        await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["programme", "target_unit"], async () => await _office.RecordAgreementAsync(Record(a => a.Components[0].Unit = "U-NONE")));
        await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["programme", "target_unit"], async () => await _office.RecordAgreementAsync(Record(a => a.Components[0].Unit = TestTables.Thesis)));
        await RpcRefusal.Expect(StatusCode.NotFound, "AGREEMENT_NOT_FOUND", ["agreement_id"], async () => await _office.GetAgreementAsync(new() { AgreementId = "LA-99" }));
        await RpcRefusal.Expect(StatusCode.NotFound, "AGREEMENT_NOT_FOUND", ["agreement_id"], async () => await _office.RecordAgreementAsync(new(Record()) { Etag = "1" }));
    }

    [Fact]
    public async Task lists_by_identifier_in_pages_and_by_learner()
    {
        foreach (var id in new[] { "C", "A", "B" })
            await _office.RecordAgreementAsync(Record(a => (a.AgreementId, a.LearnerIdentifier) = (id, id == "B" ? Learner + "-other" : Learner)));

        var first = await _office.ListAgreementsAsync(new() { PageSize = 2 });
        var second = await _office.ListAgreementsAsync(new() { PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["A", "B"], Ids(first));
        Assert.Equal(["C"], Ids(second));
        Assert.Equal("", second.NextPageToken);
        Assert.Equal(["A", "C"], Ids(await _office.ListAgreementsAsync(new() { LearnerIdentifier = Learner, Programme = TestTables.Bachelor, HostOrganisation = TestConsortium.Madrid.Value })));
        // The learner is known by the pseudonym alone.
        Assert.All(first.RecordedAgreements, a => Assert.Equal((43, ""), (a.LearnerKey.Length, a.Versions[0].Agreement.LearnerIdentifier)));
        await RpcRefusal.Expect(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", [], async () => await _office.ListAgreementsAsync(new() { PageToken = first.NextPageToken, Programme = "L-1" }));

        static string[] Ids(ListAgreementsResponse page) => [.. page.RecordedAgreements.Select(a => a.AgreementId)];
    }

    [Theory]
    [InlineData(StaffRole.Officer, true, true)]
    [InlineData(StaffRole.Integrator, true, true)]
    [InlineData(StaffRole.Administrator, true, true)]
    [InlineData(StaffRole.Reviewer, false, true)]
    [InlineData(StaffRole.Auditor, false, true)]
    [InlineData(StaffRole.Coordinator, false, false)]
    public async Task staff_records_and_reads_by_role(StaffRole role, bool records, bool reads)
    {
        var client = new Client(_desk.Node.Staff("someone", role));
        await Try(records, "officer|integrator|administrator", async () => await client.RecordAgreementAsync(Record()));
        await Try(records, "officer|integrator|administrator", async () => await client.EndAgreementAsync(new() { RequestId = CaseDesk.Id(), AgreementId = "LA-17", Etag = "1", LastDate = "2026-01-01", Reason = "Ended." }));
        await Try(reads, "officer|reviewer|integrator|administrator|auditor", async () => await client.ListAgreementsAsync(new()));

        static async Task Try(bool may, string roles, Func<Task> call)
        {
            if (may) await call();
            else Assert.Equal(roles, (await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], call))["role_needed"]);
        }
    }

    [Fact]
    public async Task no_partner_sees_one_and_a_guess_tells_it_nothing()
    {
        await _office.RecordAgreementAsync(Record());
        var partner = new Client(_desk.Node.Partner(TestConsortium.Madrid));
        foreach (var id in new[] { "LA-17", "LA-99" })
            await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await partner.GetAgreementAsync(new() { AgreementId = id }));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await partner.ListAgreementsAsync(new()));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await partner.RecordAgreementAsync(Record()));
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], async () => await new Client(_desk.Node.Anonymous()).ListAgreementsAsync(new()));
    }

    private static RecordAgreementRequest Record(Action<LearningAgreement>? with = null)
    {
        var agreement = new LearningAgreement
        {
            AgreementId = "LA-17", LearnerIdentifier = Learner, Programme = TestTables.Bachelor, HostOrganisation = TestConsortium.Madrid.Value, ValidFromDate = "2025-09-01", ValidUntilDate = "2026-07-31",
            SignedFileDigest = Sha256Digest.Of("file"u8.ToArray()).Value,
            Signatures = { new[] { Party.Learner, Party.Institution, Party.Host }.Select(p => new AgreementSignature { Party = p, SignedDate = "2025-08-20" }) },
            Components = { Codes.Select(code => new AgreementComponent { Code = code, Title = code, Unit = $"U-{code}", EctsCreditsHundredths = 600, Automatic = true }) },
        };
        with?.Invoke(agreement);
        return new() { RequestId = CaseDesk.Id(), Agreement = agreement };
    }

    private MicroCreds.Credentials.Issuing.EdcClaims Result(int number, string status) => TestCredentials.Statistics(_desk.Node.Consortium) with
    {
        Title = Codes[number], Codes = [Codes[number]], Status = status == "failed" ? ResultStatus.Failed : ResultStatus.Passed,
    };

    private SubmitCredentialRequest Submission(params string[] statuses)
    {
        var files = statuses.Select((status, i) => ByteString.CopyFrom(_desk.Node.Consortium.Issue(Result(i, status)))).ToArray();
        return new()
        {
            RequestId = CaseDesk.Id(), Credential = files[0], FurtherCredentials = { files.Skip(1) }, Target = new RecognitionTarget { Programme = TestTables.Bachelor, Unit = "U-EST101" },
        };
    }

    private static ChangeRequest Change()
    {
        var id = RequestId.New();
        return new("staff:registrar", id, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(id.Value)));
    }
}
