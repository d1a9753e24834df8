using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>Quality assurance as claimed. No register is asked here, so a claim is shown and never counted as confirmed.</summary>
internal static class AccreditationCheck
{
    private const string Model = "European Learning Model v3, Accreditation";

    public static VerificationCheck Make(ElmCredential credential, DateTimeOffset at)
    {
        var claims = credential.Achievements
            .SelectMany(a => a.Achievement.Accreditations.Concat(a.AwardingBodies.SelectMany(b => b.Described.Accreditations))).Distinct().ToList();
        if (claims.Count == 0) return new(CheckKind.Accreditation, CheckResult.Skipped, ReasonClass.None, "No accreditation is claimed.", Model);
        var today = DateOnly.FromDateTime(at.UtcDateTime);
        var expired = claims.Where(c => c.ExpiresOn < today).ToList();
        var described = string.Join("; ", claims.Select(c => $"{c.Type}{(c.Agent.Length > 0 ? $" by {c.Agent}" : "")}{(c.Id.Length > 0 ? $" ({c.Id})" : "")}"));
        return expired.Count > 0
            ? new(CheckKind.Accreditation, CheckResult.Error, ReasonClass.Expired, $"{expired.Count} of the claims have expired: {described}.", Model) { Holds = true }
            : new(CheckKind.Accreditation, CheckResult.Skipped, ReasonClass.None, $"Claimed, and not compared with a register: {described}.", Model);
    }
}
