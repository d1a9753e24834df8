using System.Globalization;
using System.Xml.Linq;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.Formats;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Elmo;

/// <summary>
/// The pipeline of transcripts in ELMO, alone, packed by EMREX, or inside an answer of EWP. In those networks the channel carries the trust; a file
/// that a learner sends has no channel, so only a signature by a key that is registered for the issuer counts. SHA-1, which the networks still use,
/// shows a person that the file is whole, and no more.
/// </summary>
internal sealed class ElmoVerifier(ElmoSigners signers)
{
    private const string Model = "ELMO 1.7; EMREX; EWP";
    private const int MaxTranscripts = 100;
    private const int MaxReports = 100;

    /// <summary>Verifies a file.</summary>
    public CredentialReport Verify(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        var text = CompactToken.Trim(StrictJson.SkipByteOrderMark(file));
        var fault = "";
        var xml = text.Span.StartsWith("<"u8) ? file : PackedElmo.Unpack(text.Span, out fault);
        if (fault.Length > 0) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The packed transcript cannot be read: {fault}.");
        if (!BoundedXml.TryParse(xml, CredentialVerifier.MaxFileBytes, out var document, out fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The XML cannot be read: {fault}.");
        var transcripts = Transcripts(document);
        if (transcripts.Count > MaxTranscripts || transcripts.Exists(t => t.Root is { } elmo && elmo.Many("report").Take(MaxReports + 1).Count() > MaxReports)) return report.End(CheckKind.Format, ReasonClass.Malformed, "The file holds more transcripts, or more reports, than a learner has.");
        if (transcripts.Count == 0) return report.End(CheckKind.Format, ReasonClass.Malformed, "The answer holds no transcript.");
        XmlSeal? seal = null;
        var reason = ReasonClass.None;
        foreach (var transcript in transcripts)
            if (!XmlSeal.TryRead(transcript, allowLegacy: true, out seal, out reason, out fault)) break;
        if (seal is null && reason != ReasonClass.NoProof) return Refuse(report, reason, $"The signature cannot be used: {fault}.");
        if (transcripts.Count > 1)
            return report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, string.Create(CultureInfo.InvariantCulture, $"The answer holds {transcripts.Count} transcripts, which may be of several learners; submit each on its own."));
        return transcripts[0].Root is { } elmo ? Judge(elmo, seal, report) : report.End(CheckKind.Format, ReasonClass.Malformed, "The answer holds no transcript.");
    }

    // Each transcript of an answer was signed as a document of its own.
    private static List<XDocument> Transcripts(XDocument document)
    {
        if (document.Root is not { } root || root.Name.LocalName == "elmo") return [document];
        var inside = root.Descendants().Where(e => e.Name.LocalName == "elmo" && e.Name.Namespace == ElmoSchema.Current).ToList();
        inside.ForEach(elmo => elmo.Remove());
        return inside.ConvertAll(elmo => new XDocument(elmo));
    }

    private CredentialReport Judge(XElement elmo, XmlSeal? seal, ReportDraft report)
    {
        var credential = ElmoTranslation.Read(elmo);
        report.Take(credential);
        report.Add(Format(elmo));
        OrganisationId? member = null;
        if (seal is null) report.Add(new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "The transcript carries no signature, and a file has no channel that could vouch for it.", XmlSeal.Standard));
        else
        {
            var found = signers.Find(elmo, seal, report.At);
            foreach (var check in found.Checks) report.Add(check);
            // Nothing is shown of a file that no registered key vouches for.
            if (!found.Known)
            {
                report.Take(null);
                return report.End();
            }
            member = found.Member;
            report.Sealer = found.Sealer;
        }
        report.Add(new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "Each report names its issuer, which is the awarding body.", Model));
        report.Add(ValidityCheck.Make(credential.Node, report.At, null, null, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(new(CheckKind.Status, CheckResult.Skipped, ReasonClass.None, "Transcripts in ELMO cannot be revoked; a newer one replaces them.", Model));
        report.Add(ElmoSchema.Make(elmo, credential));
        report.Add(CompletenessCheck.OfTranscript(credential, out var missing));
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
        return report.End() with { IssuerId = member, AwardingBodyId = member };
    }

    // Which of several results is meant only a person can say: then nothing is granted by rule.
    private static VerificationCheck Format(XElement elmo)
    {
        var reports = elmo.Many("report").ToList();
        var results = reports.Sum(r => ElmoTranslation.Results(r).Count());
        var attachments = elmo.DescendantsAndSelf().SelectMany(e => e.Many("attachment")).Select(a => a.Text("type") ?? a.Text("title") ?? "without a name").ToList();
        var words = string.Create(CultureInfo.InvariantCulture, $"Transcript in ELMO with {results} results{(results > ElmoTranslation.MaxResults ? $", of which the first {ElmoTranslation.MaxResults} are shown" : "")}{(reports.Count > 1 ? $", in {reports.Count} reports" : "")}.{(attachments.Count > 0 ? $" Attachments, not opened: {string.Join(", ", attachments.Take(10))}." : "")}");
        return results == 1
            ? new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, words, Model)
            : new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None, $"{words} Which of them is to be recognised a person decides.", Model);
    }

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence)
    {
        report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "Transcript in ELMO.", Model));
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, XmlSeal.Standard));
        return report.End();
    }
}
