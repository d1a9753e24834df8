using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Privacy;

/// <summary>A learner's name, birth date and identifier stay where they are needed: not in a log, not in clear in a statement, not in a list.</summary>
public sealed class PersonalDataTests
{
    [Fact]
    public async Task the_learner_is_in_no_log_no_list_no_metric_and_in_clear_in_no_statement()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma, PilotInstitution.Voluntariado);
        var (roma, sender) = (federation[PilotInstitution.Roma], federation[PilotInstitution.Voluntariado]);
        var holder = JsonNode.Parse(PilotFiles.Shipped("volunteering.claims.json"))!["holder"]!;
        string[] personal = [(string)holder["given_name"]!, (string)holder["family_name"]!, (string)holder["born_on"]!, "esi:uni-roma.example:canary"];

        var submitted = await federation.SubmitAsync(PilotInstitution.Voluntariado, federation.VolunteeringOf("canary"), CancellationToken.None, "ALTRE-3");
        var atOffice = (await roma.Client.Recognition.GetCaseAsync(new() { CaseId = submitted.CaseId }, roma.Client.Call(CancellationToken.None))).RecognitionCase;
        Assert.Contains(personal[1], atOffice.Holder.FullName, StringComparison.Ordinal);
        Assert.Null(submitted.Holder);
        await roma.Client.Assessment.DecideCaseAsync(
            new() { Change = new() { RequestId = RequestId.New().Value, CaseId = submitted.CaseId }, Decision = new() { Outcome = DecisionOutcome.Full } }, roma.Client.Call(CancellationToken.None));

        StatementEvidence? received = null;
        await TestFederation.UntilAsync("the decision is at the organisation", TimeSpan.FromSeconds(30), async () =>
        {
            try
            {
                var evidence = await sender.Client.Recognition.GetEvidenceAsync(new() { CaseId = submitted.CaseId }, sender.Client.Call(CancellationToken.None));
                return (received = evidence.Statements.FirstOrDefault()) is not null;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
                // Nothing about the case has arrived yet.
                return false;
            }
        });
        Assert.NotNull(received);
        var payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(received.Statement.Jws.ToStringUtf8().Split('.')[1]));
        var list = (await roma.Client.Recognition.ListCasesAsync(new(), roma.Client.Call(CancellationToken.None))).ToString();
        using var scraper = new HttpClient();
        var metrics = await scraper.GetStringAsync(new Uri(new Uri(roma.Web), "/metrics"));
        Assert.Contains("microcreds_decisions_total{outcome=\"full\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(submitted.CaseId, metrics, StringComparison.Ordinal);
        await federation.StopAsync(PilotInstitution.Roma);
        await federation.StopAsync(PilotInstitution.Voluntariado);
        var (romaLog, senderLog) = (await File.ReadAllTextAsync(roma.LogFile), await File.ReadAllTextAsync(sender.LogFile));
        Assert.Contains("DecideCase", romaLog, StringComparison.Ordinal);
        Assert.Contains("SubmitCredential", senderLog, StringComparison.Ordinal);
        foreach (var (where, text) in new[] { ("the log of the office", romaLog), ("the log of the organisation", senderLog), ("the list", list), ("the statement", payload), ("the metrics", metrics) })
            foreach (var value in personal)
                Assert.False(text.Contains(value, StringComparison.OrdinalIgnoreCase), $"{where} holds '{value}'");
    }
}
