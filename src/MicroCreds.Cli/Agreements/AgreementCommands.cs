using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Agreements;

/// <summary><c>mcf agreement record|list|show|end</c>.</summary>
internal static class AgreementCommands
{
    private const string Example =
        """{"agreementId":"LA-17","learnerIdentifier":"urn:schac:personalUniqueCode:int:esi:uni-b.example:123","programme":"L-33","hostOrganisation":"uni-b.example","signatures":[{"party":"PARTY_LEARNER","signedDate":"2026-06-01"},{"party":"PARTY_INSTITUTION","signedDate":"2026-06-03"},{"party":"PARTY_HOST","signedDate":"2026-06-08"}],"validFromDate":"2026-09-01","validUntilDate":"2027-02-28","components":[{"code":"EST101","title":"Estadística","unit":"STAT","ectsCreditsHundredths":600,"automatic":true}]}""";

    /// <summary>Records a version.</summary>
    public static Command Record(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = $"Agreement as JSON: the message LearningAgreement of the contract, for example {Example}." };
        var etag = new Option<string>("--etag") { Description = "Etag of the agreement that this version supersedes, as `mcf agreement show` tells it. Without it: a first version.", HelpName = "ETAG" };
        var signed = new Option<string>("--signed-file") { Description = "The signed file: its SHA-256 is kept with the version, the file is not sent.", HelpName = "FILE" };
        return new Command("record", "Record a signed learning agreement, or a later version of one.") { file, etag, signed, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var agreement = MessageFiles.Read<LearningAgreement>(call.Required(file), "learning agreement", "`mcf agreement record --help` shows an example.");
            if (call.Text(signed) is { Length: > 0 } path) agreement.SignedFileDigest = Sha256Digest.Of(CommandFiles.Read(path)).Value;
            var request = new RecordAgreementRequest { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, Agreement = agreement, Etag = call.Text(etag) };
            var answer = await call.Node.Agreements.RecordAgreementAsync(request, call.Node.Call(cancellationToken));
            var version = answer.RecordedAgreement.Versions[0];
            call.Output.Write(answer.RecordedAgreement, console => console.Say(
                $"Recorded {answer.RecordedAgreement.AgreementId}, version {version.Version}: {version.Agreement.Components.Count} components, {AgreementView.Credits(version)} credits, etag {answer.RecordedAgreement.Etag}."));
        });
    }

    /// <summary>The agreements by identifier.</summary>
    public static Command List(CommandHost host)
    {
        var learner = new Option<string>("--learner") { Description = "Only those of the learner with this identifier, as credentials name their holder.", HelpName = "IDENTIFIER" };
        var programme = new Option<string>("--programme") { Description = "Only those of this programme.", HelpName = "CODE" };
        var with = new Option<string>("--host") { Description = "Only those with this host.", HelpName = "ORGANISATION" };
        var limit = Paging.Limit();
        return new Command("list", "List learning agreements.") { learner, programme, with, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ListAgreementsRequest { Institution = call.Institution, LearnerIdentifier = call.Text(learner), Programme = call.Text(programme), HostOrganisation = call.Text(with) };
            var all = await Paging.AllAsync<RecordedAgreement>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await call.Node.Agreements.ListAgreementsAsync(request, call.Node.Call(cancellationToken));
                return (page.RecordedAgreements, page.NextPageToken);
            });
            call.Output.Write(all, console => AgreementView.Show(console, all));
        });
    }

    /// <summary>One agreement with all its versions.</summary>
    public static Command Show(CommandHost host)
    {
        var id = Id();
        return new Command("show", "Show a learning agreement with all its versions.") { id }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.Agreements.GetAgreementAsync(new() { Institution = call.Institution, AgreementId = call.Required(id) }, call.Node.Call(cancellationToken));
            call.Output.Write(answer.RecordedAgreement, console => AgreementView.Show(console, answer.RecordedAgreement));
        });
    }

    /// <summary>Ends an agreement.</summary>
    public static Command End(CommandHost host)
    {
        var id = Id();
        var last = new Option<string>("--last") { Description = "Last day of award that it covers.", HelpName = "YYYY-MM-DD", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, without personal data.", HelpName = "TEXT", Required = true };
        var etag = new Option<string>("--etag") { Description = "Etag of the agreement as it was read.", HelpName = "ETAG", Required = true };
        return new Command("end", "End a learning agreement for later awards; what was awarded until then stays covered.") { id, last, reason, etag, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new EndAgreementRequest
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, AgreementId = call.Required(id), Etag = call.Text(etag), LastDate = CaseTexts.Day(call.Text(last), "--last"), Reason = call.Text(reason),
            };
            var answer = await call.Node.Agreements.EndAgreementAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.RecordedAgreement, console => console.Say($"Ended {answer.RecordedAgreement.AgreementId} for awards after {answer.RecordedAgreement.LastDate}."));
        });
    }

    private static Argument<string> Id() => new("AGREEMENT") { Description = "Identifier of the agreement." };
}
