using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Credentials.EdciXml;
using MicroCreds.Tests.Credentials.Elmo;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class SubmitTranscriptTests : IAsyncLifetime
{
    private const string Statistics = """
        <learningOpportunitySpecification><identifier type="local">CR/EST101</identifier><title xml:lang="es">Estadística I</title><specifies><learningOpportunityInstance><date>2026-01-20</date><status>passed</status><resultLabel>NT (8.0)</resultLabel>
          <credit><scheme>ects</scheme><value>6.0</value></credit><level><type>EQF</type><value>6</value></level></learningOpportunityInstance></specifies></learningOpportunitySpecification>
        """;

    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task a_transcript_with_one_result_is_granted_by_the_rule_that_speaks_of_it()
    {
        var granted = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(Transcript(Statistics), TestTables.Stat))).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Decided, granted.State);
        var decision = granted.Decisions.Single();
        Assert.Equal((DecisionOutcome.Full, Decision.Types.DecidedBy.Rule, "MAD-STAT"), (decision.Outcome, decision.DecidedBy, decision.DecidedByName));
        Assert.Equal((600, "28", "NT (8.0)"), (decision.Lines.Single().GrantedEctsCreditsHundredths, decision.Lines.Single().GrantedGrade, decision.Lines.Single().ClaimedGrade));
        Assert.Equal("elmo", granted.Verifications.Single().Format);
    }

    [Fact]
    public async Task of_several_results_an_officer_chooses()
    {
        var referred = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(Transcript(Statistics + Transcripts.Course("Álgebra", "6")), TestTables.Stat))).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Referred, referred.State);
        Assert.Equal(RecognitionCase.Types.State.Decided, (await _desk.DecideAsync(referred)).State);
    }

    [Fact]
    public async Task of_several_results_the_case_is_about_the_one_that_a_rule_names()
    {
        var course = Transcripts.Course("Álgebra", "6");
        var referred = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(Transcript(course + Transcripts.Course("Física", "9") + Statistics), TestTables.Stat))).RecognitionCase;
        // The rule speaks of the third; nothing is granted without a person.
        Assert.Equal((RecognitionCase.Types.State.Referred, "MAD-STAT", 600), (referred.State, referred.Assessment.RuleId, referred.Assessment.GrantedEctsCreditsHundredths));
        Assert.Contains("The file holds 3 results; this is about \"Estadística I\". A person decides which is meant. The others: \"Álgebra\" (6 ECTS credits), \"Física\" (9 ECTS credits).", referred.Assessment.Explanation);
        var office = (await _desk.Office.VerifyCaseAsync(new() { Change = CaseDesk.Change(referred) })).RecognitionCase;
        Assert.Equal("Estadística I", office.Achievements.Single().Title.ByLanguage.Values.Single());
        var decision = (await _desk.DecideAsync(office)).Decisions.Single();
        Assert.Equal(("Estadística I", "NT (8.0)", 600), (decision.Lines.Single().AchievementTitle, decision.Lines.Single().ClaimedGrade, decision.Lines.Single().GrantedEctsCreditsHundredths));
    }

    [Fact]
    public async Task without_a_rule_of_its_own_the_first_result_that_was_passed_stands()
    {
        var referred = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(Transcript(Transcripts.Course("Álgebra", "6", "failed") + Transcripts.Course("Física", "9") + Transcripts.Course("Química", "3")), TestTables.Stat))).RecognitionCase;
        Assert.Contains(referred.Assessment.Explanation, said => said.StartsWith("The file holds 3 results; this is about \"Física\".", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_failed_result_is_granted_to_nobody()
    {
        var referred = (await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(Transcript(Statistics.Replace("passed", "failed", StringComparison.Ordinal)), TestTables.Stat))).RecognitionCase;
        Assert.NotEqual(RecognitionCase.Types.State.Decided, referred.State);
    }

    [Fact]
    public async Task an_edition_that_is_only_read_waits_for_people()
    {
        var member = _desk.Node.Consortium[TestConsortium.Voluntariado];
        var file = (XmlSigner.Sealing(member.Seal, member.ToMember(null).SealAnchors[0]) with { LeaveOut = XmlSigner.XPath }).Sign(EdciTests.Credential);
        // It states no quality assurance, which the submitter is asked for first.
        var waiting = (await _desk.Volunteers.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Activities))).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.Incomplete, "edci-xml-xades"), (waiting.State, waiting.Verifications.Single().Format));
    }

    [Fact]
    public async Task an_unsigned_transcript_is_turned_away()
    {
        var unsigned = Transcripts.Of(Statistics, Issuer, "2026-01-31T10:00:00Z");
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "CREDENTIAL_UNSUPPORTED", ["check", "reason_class", "evidence"],
            async () => await _desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(System.Text.Encoding.UTF8.GetBytes(unsigned), TestTables.Stat)));
        Assert.Equal(("seal", "no_proof"), (refusal["check"], refusal["reason_class"]));
    }

    private static string Issuer => $"<identifier type=\"schac\">{TestConsortium.Madrid}</identifier>";

    private byte[] Transcript(string opportunities)
    {
        var member = _desk.Node.Consortium[TestConsortium.Madrid];
        return Transcripts.Sign(Transcripts.Of(opportunities, Issuer, "2026-01-31T10:00:00Z"), XmlSigner.Sealing(member.Seal, member.ToMember(null).SealAnchors[0]));
    }
}
