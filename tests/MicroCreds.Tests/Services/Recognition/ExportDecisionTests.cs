using System.Text;
using System.Xml.Linq;
using Grpc.Core;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Exporting;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Domain.Cases;
using Format = MicroCreds.Federation.V1.ExportDecisionRequest.Types.Format;
using ReasonCode = MicroCreds.Federation.V1.ReasonCode;
using RecognitionCase = MicroCreds.Federation.V1.RecognitionCase;

namespace MicroCreds.Tests.Services.Recognition;

/// <summary>Decisions as files for systems that do not speak the contract.</summary>
public sealed class ExportDecisionTests : IAsyncLifetime
{
    private static readonly XNamespace Elmo = "https://github.com/emrex-eu/elmo-schemas/tree/v1";

    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task a_grant_is_a_credential_of_the_institution_that_verifies()
    {
        var granted = await _desk.GrantedAsync();
        var answer = await ExportAsync(granted, Format.Elm);
        Assert.Equal(("application/json", $"{granted.CaseId}-v1.elm.json", 1), (answer.MediaType, answer.FileName, answer.Version));

        var report = Verify(answer);
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks.Select(c => $"{c.Kind} {c.Result} {c.Reason} {c.Evidence}")));
        Assert.Empty(report.MissingElements);
        Assert.Equal((TestConsortium.Roma, TestConsortium.Roma), (report.IssuerId, report.AwardingBodyId));
        var line = granted.Decisions[0].Lines[0];
        var achievement = report.Achievement!;
        Assert.Equal(granted.TargetUnit.Title.ByLanguage.Values.First(), achievement.Title.ByLanguage.Values.First());
        Assert.Equal([line.Unit], achievement.Codes.AsEnumerable());
        Assert.Equal(line.GrantedEctsCreditsHundredths, achievement.Credits!.Value.Hundredths);
        Assert.Equal(line.GrantedEctsCreditsHundredths / 100 * 25 * 60, achievement.Volume!.Minutes);
        Assert.Equal(line.GrantedGrade.Length > 0 ? line.GrantedGrade : "Recognised without grade", achievement.Grade!.Label);
        Assert.Equal(DateOnly.FromDateTime(TestNode.Start.UtcDateTime), achievement.AwardedOn);
        Assert.Equal("urn:credential:uni-roma.example:" + granted.CaseId + ":1", report.CredentialId);
        Assert.Equal("ana García", report.Holder!.FullName);
        Assert.Contains(granted.CaseId, Encoding.UTF8.GetString(answer.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task it_says_the_same_whenever_it_is_exported_and_names_no_officer()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var first = Payload(await ExportAsync(decided, Format.Elm));
        _desk.Node.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(first, Payload(await ExportAsync(decided, Format.Elm)));
        foreach (var text in new[] { first, Encoding.UTF8.GetString((await ExportAsync(decided, Format.Elmo)).Content.Span) })
            foreach (var secret in new[] { "olga", "All outcomes are shown." }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_grant_is_a_positive_result_of_recognition_in_elmo()
    {
        var granted = await _desk.GrantedAsync();
        var answer = await ExportAsync(granted, Format.Elmo);
        Assert.Equal(("application/xml", $"{granted.CaseId}-v1.elmo.xml"), (answer.MediaType, answer.FileName));
        var root = XDocument.Parse(Encoding.UTF8.GetString(answer.Content.Span)).Root!;
        Assert.Equal(Elmo + "elmo", root.Name);
        // The order that the schema v2.0.0 demands.
        Assert.Equal(["generatedDate", "learner", "report", "extension"], Names(root));
        Assert.Equal(["identifier", "givenNames", "familyName", "alternativeName", "dateOfBirth"], Names(root.Element(Elmo + "learner")!));
        var report = root.Element(Elmo + "report")!;
        Assert.Equal(["issuer", "resultOfRecognition", "issueDate"], Names(report));
        Assert.Equal(["country", "identifier", "title", "url"], Names(report.Element(Elmo + "issuer")!));
        Assert.Equal("IT", report.Element(Elmo + "issuer")!.Element(Elmo + "country")!.Value);
        var result = report.Element(Elmo + "resultOfRecognition")!;
        Assert.Equal(["title", "description", "status", "decisionDate", "recognitionBasis", "recognitionResult", "recognitionMapping"], Names(result));
        Assert.Equal(("Positive", "2026-03-02"), (result.Element(Elmo + "status")!.Value, result.Element(Elmo + "decisionDate")!.Value));
        var basis = result.Element(Elmo + "recognitionBasis")!.Element(Elmo + "recognitionReport")!;
        Assert.Equal(["issuer", "learningOpportunitySpecification", "issueDate"], Names(basis));
        Assert.Contains(basis.Element(Elmo + "issuer")!.Elements(Elmo + "identifier"), i => i.Value == "uni-madrid.example" && i.Attribute("type")!.Value == "schac");
        var unit = result.Element(Elmo + "recognitionResult")!.Element(Elmo + "learningOpportunitySpecification")!;
        var instance = unit.Element(Elmo + "specifies")!.Element(Elmo + "learningOpportunityInstance")!;
        var line = granted.Decisions[0].Lines[0];
        Assert.Equal(("ects", line.GrantedEctsCreditsHundredths / 100m), (instance.Element(Elmo + "credit")!.Element(Elmo + "scheme")!.Value, (decimal)instance.Element(Elmo + "credit")!.Element(Elmo + "value")!));
        Assert.Equal(line.GrantedGrade, instance.Element(Elmo + "resultLabel")?.Value ?? "");
        var mapping = result.Element(Elmo + "recognitionMapping")!.Element(Elmo + "mapping")!;
        Assert.Equal(
            (basis.Element(Elmo + "learningOpportunitySpecification")!.Element(Elmo + "identifier")!.Value, unit.Element(Elmo + "identifier")!.Value),
            (mapping.Element(Elmo + "fromMapping")!.Value, mapping.Element(Elmo + "toMapping")!.Value));
        var own = root.Element(Elmo + "extension")!.Elements().Single();
        Assert.Equal((granted.CaseId, "1", "full"), (own.Attribute("case")!.Value, own.Attribute("version")!.Value, own.Attribute("outcome")!.Value));
    }

    [Fact]
    public async Task a_refusal_is_negative_in_elmo_and_no_credential()
    {
        var referred = await _desk.ReferredAsync();
        var refused = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(referred), Decision = CaseDesk.Refused(ReasonCode.InsufficientEvidence) })).RecognitionCase;
        var result = XDocument.Parse(Encoding.UTF8.GetString((await ExportAsync(refused, Format.Elmo)).Content.Span)).Root!.Element(Elmo + "report")!.Element(Elmo + "resultOfRecognition")!;
        Assert.Equal("Negative", result.Element(Elmo + "status")!.Value);
        Assert.Empty(result.Elements(Elmo + "recognitionResult"));
        Assert.Contains("insufficient_evidence", result.Element(Elmo + "description")!.Value, StringComparison.Ordinal);
        var refusal = await RpcRefusal.Of(() => ExportAsync(refused, Format.Elm));
        Assert.Equal((StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", "decided"), (refusal.Status, refusal.Reason, refusal["allowed_states"]));
    }

    [Fact]
    public async Task without_a_decision_there_is_nothing_to_export()
    {
        var referred = await _desk.ReferredAsync();
        foreach (var format in new[] { Format.Elm, Format.Elmo })
        {
            var refusal = await RpcRefusal.Of(() => ExportAsync(referred, format));
            Assert.Equal(("CASE_STATE_CONFLICT", "export_decision"), (refusal.Reason, refusal["verb"]));
        }
    }

    [Fact]
    public async Task the_submitter_may_have_it_and_others_cannot_tell_that_there_is_one()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var request = new ExportDecisionRequest { CaseId = decided.CaseId, Format = Format.Elm };
        Assert.Equal(Verdict.Accept, Verify(await _desk.Volunteers.ExportDecisionAsync(request)).Verdict);
        var there = await RpcRefusal.Of(() => _desk.Outsider.ExportDecisionAsync(request).ResponseAsync);
        var nowhere = await RpcRefusal.Of(() => _desk.Outsider.ExportDecisionAsync(new() { CaseId = "00000000000000000000000000000000", Format = Format.Elm }).ResponseAsync);
        Assert.Equal(("CASE_NOT_FOUND", StatusCode.NotFound), (there.Reason, there.Status));
        Assert.Equal((there.Reason, there.Status), (nowhere.Reason, nowhere.Status));
    }

    [Fact]
    public async Task a_form_must_be_named()
    {
        var refusal = await RpcRefusal.Of(() => _desk.Officer.ExportDecisionAsync(new() { CaseId = "00000000000000000000000000000000" }).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refusal.Status);
        Assert.Equal(["format"], refusal.Fields);
    }

    [Fact]
    public void without_a_seal_nothing_is_sealed_and_elmo_still_goes()
    {
        var writer = new DecisionWriter(new(CaseSamples.Institution, "Institution", "https://uni.example/", [], 25), null);
        var decided = CaseSamples.Decided(CaseSamples.Full);
        Assert.True(writer.Write(DecisionForm.Elm, decided, CaseSamples.Book, null, CaseSamples.Start).Failed(out var problem, out _));
        Assert.Equal((ProblemCode.SealMissing, CaseSamples.Institution.Value), (problem.Code, problem.Facts["institution"]));
        Assert.False(writer.Write(DecisionForm.Elmo, decided, CaseSamples.Book, null, CaseSamples.Start).Failed(out _, out _));
    }

    [Fact]
    public void what_is_granted_in_part_or_on_a_condition_is_partially_positive()
    {
        var writer = new DecisionWriter(new(CaseSamples.Institution, "Institution", "https://uni.example/", [], 25), null);
        foreach (var (decision, results) in new[] { (CaseSamples.Partly(3), 1), (CaseSamples.Conditional, 0) })
        {
            Assert.False(writer.Write(DecisionForm.Elmo, CaseSamples.Decided(decision), CaseSamples.Book, null, CaseSamples.Start).Failed(out _, out var document));
            var result = XDocument.Parse(Encoding.UTF8.GetString(document!.Content.Span)).Descendants(Elmo + "resultOfRecognition").Single();
            Assert.Equal(("Partially Positive", results), (result.Element(Elmo + "status")!.Value, result.Elements(Elmo + "recognitionResult").Count()));
        }
    }

    [Fact]
    public void texts_that_xml_cannot_hold_do_not_stop_it()
    {
        var writer = new DecisionWriter(new(CaseSamples.Institution, "Institution", "", [], 25), null);
        var decided = CaseSamples.Decided(CaseSamples.Partly(3) with { Reasons = [new(MicroCreds.Domain.Rules.ReasonCode.Workload, [], "odd \u0001 \uD800 <b>&amp; 😀")] });
        Assert.False(writer.Write(DecisionForm.Elmo, decided, CaseSamples.Book, null, CaseSamples.Start).Failed(out _, out var document));
        Assert.Contains("odd \uFFFD \uFFFD <b>&amp; 😀", XDocument.Parse(Encoding.UTF8.GetString(document!.Content.Span)).Descendants(Elmo + "resultOfRecognition").Single().Element(Elmo + "description")!.Value, StringComparison.Ordinal);
    }

    private async Task<ExportDecisionResponse> ExportAsync(RecognitionCase c, Format format) => await _desk.Officer.ExportDecisionAsync(new() { CaseId = c.CaseId, Format = format });

    private CredentialReport Verify(ExportDecisionResponse answer) =>
        new CredentialVerifier([.. _desk.Node.Registry.Current.TrustedIssuers()]).Verify(answer.Content.Memory, _desk.Node.Clock.GetUtcNow());

    private static string Payload(ExportDecisionResponse answer) => System.Text.Json.Nodes.JsonNode.Parse(answer.Content.Span)!["payload"]!.GetValue<string>();

    private static IEnumerable<string> Names(XElement element) => element.Elements().Select(e => e.Name.LocalName).Distinct();
}
