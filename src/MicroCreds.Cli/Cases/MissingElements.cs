using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary>What the credentials of a case lack by Annex I, as questions to their issuer.</summary>
internal static class MissingElements
{
    /// <summary>One question for each element that a credential lacks, each once.</summary>
    public static IEnumerable<InformationItem> Of(RecognitionCase one) => one.Verifications.SelectMany(verification => verification.Findings)
        .Where(finding => finding is { Kind: CredentialFinding.Types.Kind.Mandatory, Standing: CredentialFinding.Types.Standing.Missing })
        .DistinctBy(finding => finding.Code)
        .Select(finding => new InformationItem { Code = finding.Code, Text = $"Please {finding.Missing} ({finding.Place}). {finding.Source}, {finding.Code}." });
}
