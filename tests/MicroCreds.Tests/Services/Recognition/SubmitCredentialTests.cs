using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class SubmitCredentialTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task scenario_1_a_volunteering_credential_goes_before_an_officer_who_grants_it_in_full()
    {
        var referred = await _desk.ReferredAsync();
        Assert.Equal(RecognitionCase.Types.State.Referred, referred.State);
        Assert.Equal(RecognitionTrack.Validation, referred.Track);
        Assert.Equal((MicroCreds.Federation.V1.Assessment.Types.Proposal.Refer, "full", 300), (referred.Assessment.Proposal, referred.Assessment.ProposedOutcome, referred.Assessment.GrantedEctsCreditsHundredths));
        Assert.Equal(5, referred.Assessment.Coverage.Covered.Count);
        Assert.Empty(referred.Verifications.Single().MissingElements);
        Assert.Equal("2026-07-02", referred.DueDate);

        var decided = await _desk.DecideAsync(referred);
        var decision = decided.Decisions.Single();
        Assert.Equal((RecognitionCase.Types.State.Decided, DecisionOutcome.Full, true), (decided.State, decision.Outcome, decision.InEffect));
        Assert.Equal((Decision.Types.DecidedBy.Officer, "olga", "2026-04-01"), (decision.DecidedBy, decision.DecidedByName, decision.AppealUntilDate));
        var line = decision.Lines.Single();
        Assert.Equal((300, 300, "PT75H", "Apto", ""), (line.ClaimedEctsCreditsHundredths, line.GrantedEctsCreditsHundredths, line.ClaimedVolumeOfLearning, line.ClaimedGrade, line.GrantedGrade));
        Assert.Equal("", decided.DueDate);
    }

    [Fact]
    public async Task scenario_6_a_published_automatic_rule_grants_at_once_with_a_converted_grade()
    {
        var granted = await _desk.GrantedAsync();
        Assert.Equal((RecognitionCase.Types.State.Decided, RecognitionTrack.Recognition), (granted.State, granted.Track));
        var decision = granted.Decisions.Single();
        Assert.Equal((DecisionOutcome.Full, Decision.Types.DecidedBy.Rule, "MAD-STAT"), (decision.Outcome, decision.DecidedBy, decision.DecidedByName));
        var line = decision.Lines.Single();
        Assert.Equal((600, "28", "NT (8.0)"), (line.GrantedEctsCreditsHundredths, line.GrantedGrade, line.ClaimedGrade));
        Assert.Equal(["30 1756", "29 139", "28 3420", "27 3281", "26 1404"], line.Conversion.Overlaps.Select(o => $"{o.Label} {o.ShareHundredthsPercent}"));
    }

    [Fact]
    public async Task scenario_22_the_same_request_three_times_is_one_application_and_other_content_is_refused()
    {
        var request = _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium), TestTables.Activities);
        var first = await _desk.Volunteers.SubmitCredentialAsync(request);
        await _desk.DecideAsync(first.RecognitionCase);
        for (var i = 0; i < 2; i++) Assert.Equal(first, await _desk.Volunteers.SubmitCredentialAsync(request));
        Assert.Equal(1, _desk.Node.Verifier.Count);

        var other = new SubmitCredentialRequest(request) { Purpose = "Another purpose" };
        var refusal = await RpcRefusal.Expect(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", ["request_id", "first_used_time"], async () => await _desk.Volunteers.SubmitCredentialAsync(other));
        Assert.Equal(request.RequestId, refusal["request_id"]);
        Assert.StartsWith("2026-03-02T09:00:00", refusal["first_used_time"], StringComparison.Ordinal);
        Assert.Single((await _desk.Officer.ListCasesAsync(new ListCasesRequest())).Cases);
    }

    [Fact]
    public async Task request_ids_of_two_callers_never_meet()
    {
        var request = _desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium), TestTables.Activities);
        var first = (await _desk.Volunteers.SubmitCredentialAsync(request)).RecognitionCase;
        var second = (await _desk.Officer.SubmitCredentialAsync(request)).RecognitionCase;
        Assert.NotEqual(first.CaseId, second.CaseId);
        Assert.Equal(("voluntariado.example", "uni-roma.example"), (first.SubmittedBy, second.SubmittedBy));
    }

    [Fact]
    public async Task names_every_wrong_field_at_once()
    {
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Officer.SubmitCredentialAsync(new SubmitCredentialRequest
        {
            RequestId = "1", Institution = "UNI", Target = new RecognitionTarget(), Purpose = new string('x', 2001), ContactLanguage = "!", ConsentReference = new string('x', 201),
        }));
        Assert.Equal(["request_id", "institution", "credential", "target.programme", "target.unit", "purpose", "contact_language", "consent_reference"], refusal.Fields);
        Assert.Equal(string.Join(',', refusal.Fields), refusal["fields"]);
    }

    [Fact]
    public async Task refuses_a_file_larger_than_the_limit_and_takes_one_of_the_limit_as_a_file()
    {
        var request = CaseDesk.Request(new byte[TransportLimits.MaxCredentialBytes + 1], TestTables.Stat);
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "CREDENTIAL_TOO_LARGE", ["size_bytes", "limit_bytes"], async () => await _desk.Officer.SubmitCredentialAsync(request));
        Assert.Equal(("2097153", "2097152"), (refusal["size_bytes"], refusal["limit_bytes"]));
        var atLimit = await RpcRefusal.Of(async () => await _desk.Officer.SubmitCredentialAsync(CaseDesk.Request(new byte[TransportLimits.MaxCredentialBytes], TestTables.Stat)));
        Assert.Equal("CREDENTIAL_UNSUPPORTED", atLimit.Reason);
    }

    [Theory]
    [InlineData("truncated", StatusCode.InvalidArgument, "CREDENTIAL_MALFORMED", "malformed")]
    [InlineData("twice", StatusCode.InvalidArgument, "CREDENTIAL_MALFORMED", "malformed")]
    [InlineData("pdf", StatusCode.InvalidArgument, "CREDENTIAL_UNSUPPORTED", "unsupported_format")]
    [InlineData("changed", StatusCode.FailedPrecondition, "CREDENTIAL_NOT_AUTHENTIC", "proof_invalid")]
    [InlineData("stranger", StatusCode.FailedPrecondition, "ISSUER_UNKNOWN", "untrusted_issuer")]
    public async Task turns_away_a_file_that_cannot_be_read_proven_or_trusted_and_keeps_nothing(string fault, StatusCode status, string reason, string reasonClass)
    {
        var consortium = _desk.Node.Consortium;
        var file = consortium.Issue(TestCredentials.Statistics(consortium));
        file = fault switch
        {
            "truncated" => file[..^10],
            "twice" => "{\"a\":1,\"a\":2}"u8.ToArray(),
            "pdf" => "%PDF-1.7"u8.ToArray(),
            "changed" => Changed(file),
            _ => new TestConsortium(TestNode.Start) is var other ? other.Issue(TestCredentials.Statistics(other)) : file,
        };
        var refusal = await RpcRefusal.Expect(status, reason, ["check", "reason_class", "evidence"], async () => await _desk.Officer.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Stat)));
        Assert.Equal(reasonClass, refusal["reason_class"]);
        Assert.Empty((await _desk.Officer.ListCasesAsync(new ListCasesRequest())).Cases);
    }

    [Theory]
    [InlineData(TestTables.Bachelor, "NOWHERE")]
    [InlineData("M-1", TestTables.Stat)]
    public async Task refuses_a_unit_that_is_not_published_for_the_programme(string programme, string unit)
    {
        var request = _desk.Request(TestCredentials.Statistics(_desk.Node.Consortium), unit);
        request.Target.Programme = programme;
        var refusal = await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["target_unit", "programme"], async () => await _desk.Officer.SubmitCredentialAsync(request));
        Assert.Equal((unit, programme), (refusal["target_unit"], refusal["programme"]));
    }

    [Fact]
    public async Task refuses_an_institution_that_is_neither_hosted_nor_a_partner()
    {
        var request = _desk.Request(TestCredentials.Statistics(_desk.Node.Consortium), TestTables.Stat);
        request.Institution = "nobody.example";
        foreach (var client in new[] { _desk.Officer, _desk.Madrid })
        {
            var refusal = await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], async () => await client.SubmitCredentialAsync(request));
            Assert.Equal("nobody.example", refusal["institution"]);
        }
    }

    [Theory]
    [InlineData(StaffRole.Integrator, true)]
    [InlineData(StaffRole.Reviewer, false)]
    [InlineData(StaffRole.Auditor, false)]
    [InlineData(StaffRole.Administrator, false)]
    [InlineData(StaffRole.Coordinator, false)]
    public async Task is_for_officers_integrators_and_partners(StaffRole role, bool allowed)
    {
        var client = new RecognitionService.RecognitionServiceClient(_desk.As(role));
        var request = _desk.Request(TestCredentials.Statistics(_desk.Node.Consortium), TestTables.Stat);
        if (allowed)
        {
            Assert.Equal("uni-roma.example", (await client.SubmitCredentialAsync(request)).RecognitionCase.SubmittedBy);
            return;
        }

        var refusal = await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await client.SubmitCredentialAsync(request));
        Assert.Equal("officer|integrator", refusal["role_needed"]);
    }

    [Fact]
    public async Task checks_win_in_the_order_of_the_contract()
    {
        var consortium = _desk.Node.Consortium;
        var used = _desk.Request(TestCredentials.Statistics(consortium), TestTables.Stat);
        await _desk.Madrid.SubmitCredentialAsync(used);
        // Every fault at once; the one that wins is taken away, and the next must show.
        var request = new SubmitCredentialRequest(used) { RequestId = "x", Credential = ByteString.CopyFrom(Changed(used.Credential.ToByteArray())), Target = new RecognitionTarget { Programme = "L-19", Unit = "NOWHERE" } };
        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(new(_desk.Node.Anonymous())));
        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(new(_desk.Node.WithToken("x.y.z"))));
        Assert.Equal("INVALID_REQUEST", await ReasonAsync(new(_desk.As(StaffRole.Auditor))));
        request.RequestId = used.RequestId;
        Assert.Equal("PERMISSION_DENIED", await ReasonAsync(new(_desk.As(StaffRole.Auditor))));
        Assert.Equal("REQUEST_ID_REUSED", await ReasonAsync(_desk.Madrid));
        request.RequestId = CaseDesk.Id();
        Assert.Equal("TARGET_UNIT_NOT_FOUND", await ReasonAsync(_desk.Madrid));
        request.Target.Unit = TestTables.Stat;
        Assert.Equal("CREDENTIAL_NOT_AUTHENTIC", await ReasonAsync(_desk.Madrid));

        async Task<string> ReasonAsync(RecognitionService.RecognitionServiceClient client) => (await RpcRefusal.Of(async () => await client.SubmitCredentialAsync(request))).Reason;
    }

    [Fact]
    public async Task a_credential_is_not_counted_twice_for_one_learner()
    {
        var file = _desk.Node.Consortium.Issue(TestCredentials.Statistics(_desk.Node.Consortium));
        await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Stat));
        var again = (await _desk.Officer.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Stat))).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Referred, again.State);
        Assert.Contains("already_counted", again.ReferralReasons);
    }

    [Fact]
    public async Task logs_no_name_birth_date_or_credential()
    {
        await _desk.GrantedAsync("zenobia");
        Assert.NotEmpty(_desk.Node.Log.Lines);
        Assert.DoesNotContain(_desk.Node.Log.Lines, line => line.Contains("zenobia", StringComparison.OrdinalIgnoreCase) || line.Contains("García", StringComparison.Ordinal) || line.Contains("2003-05-17", StringComparison.Ordinal));
    }

    /// <summary>The file with one character of the sealed payload changed.</summary>
    private static byte[] Changed(byte[] file)
    {
        var text = System.Text.Encoding.UTF8.GetString(file);
        var at = text.IndexOf("\"payload\":\"", StringComparison.Ordinal) + 60;
        var changed = text.ToCharArray();
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        return System.Text.Encoding.UTF8.GetBytes(changed);
    }
}
