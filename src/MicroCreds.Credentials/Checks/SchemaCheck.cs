using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>What the application profile EDC-generic demands of every credential, and that typed values keep their type.</summary>
internal static class SchemaCheck
{
    private const string Profile = "European Learning Model v3, application profile EDC-generic";

    public static VerificationCheck Make(ElmCredential credential)
    {
        var faults = new List<string>();
        var types = credential.Node.Types.ToList();
        foreach (var type in (string[])["VerifiableCredential", "EuropeanDigitalCredential"])
        {
            if (!types.Contains(type)) faults.Add($"$.type does not contain {type}");
        }
        foreach (var property in (string[])["@context", "credentialProfiles", "credentialSchema", "credentialSubject", "displayParameter", "issuer", "validFrom"])
        {
            if (!credential.Node.Has(property)) faults.Add($"$.{property} is missing");
        }
        if (!credential.Node.Has("issued") && !credential.Node.Has("issuanceDate")) faults.Add("$.issued is missing");
        if (credential.Node.One("issuer") is { } issuer && issuer.Localised("legalName") is null) faults.Add("$.issuer.legalName is missing");
        faults.AddRange(credential.Achievements.SelectMany(a => a.Faults));
        return faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "All parts that the profile demands are there.", Profile)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Profile);
    }
}
