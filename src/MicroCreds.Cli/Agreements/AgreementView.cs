using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Agreements;

/// <summary>Learning agreements as they are read in a terminal.</summary>
internal static class AgreementView
{
    /// <summary>One line per agreement.</summary>
    public static void Show(IAnsiConsole console, IReadOnlyCollection<RecordedAgreement> agreements)
    {
        if (agreements.Count == 0)
        {
            console.Say("No learning agreements.");
            return;
        }

        var table = Tables.Of("agreement", "version", "signed", "programme", "host", "components", "ECTS", "awards");
        foreach (var one in agreements)
        {
            var version = one.Versions[0];
            table.Row(one.AgreementId, $"{version.Version}", version.SignedDate, version.Agreement.Programme, version.Agreement.HostOrganisation, $"{version.Agreement.Components.Count}", Credits(version), Awards(one, version));
        }

        console.Write(table);
    }

    /// <summary>Everything about one agreement.</summary>
    public static void Show(IAnsiConsole console, RecordedAgreement agreement)
    {
        console.Write(Tables.Facts(
            ("agreement", agreement.AgreementId), ("etag", agreement.Etag), ("learner", agreement.LearnerKey),
            ("ended", agreement.LastDate.Length == 0 ? "" : $"for awards after {agreement.LastDate}, by {agreement.EndedBy}: {agreement.EndReason}")));
        foreach (var version in agreement.Versions)
        {
            var agreed = version.Agreement;
            console.Heading($"Version {version.Version}, signed {version.SignedDate}");
            console.Write(Tables.Facts(
                ("programme", agreed.Programme), ("host", agreed.HostOrganisation), ("awards", Awards(agreement, version)), ("digest", version.Digest), ("signed file", agreed.SignedFileDigest), ("changes", agreed.Changes),
                ("signatures", string.Join(", ", agreed.Signatures.Select(s => $"{PlainText.Of(s.Party)} {s.SignedDate}"))), ("recorded", $"{PlainText.Of(version.RecordTime)} by {version.RecordedBy}")));
            var table = Tables.Of("no.", "awarding body", "code", "title", "unit", "ECTS", "automatic", "condition");
            foreach (var (component, at) in agreed.Components.Select((c, i) => (c, i + 1)))
                table.Row($"{at}", component.AwardingBody, component.Code, component.Title, component.Unit, PlainText.Credits(component.EctsCreditsHundredths), component.Automatic ? "yes" : "no", component.Condition);
            console.Write(table);
        }
    }

    /// <summary>Credits of all components of a version.</summary>
    public static string Credits(AgreementVersion version) => PlainText.Credits(version.Agreement.Components.Sum(c => c.EctsCreditsHundredths));

    private static string Awards(RecordedAgreement agreement, AgreementVersion version) =>
        $"{PlainText.OrDash(version.Agreement.ValidFromDate)} to {PlainText.OrDash(agreement.LastDate.Length > 0 ? agreement.LastDate : version.Agreement.ValidUntilDate)}";
}
