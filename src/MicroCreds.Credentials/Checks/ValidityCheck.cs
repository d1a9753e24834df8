using System.Globalization;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>The narrowest period of all dates stated: producers fill several fields, and they disagree.</summary>
internal static class ValidityCheck
{
    private const string Model = "W3C Verifiable Credentials Data Model 1.1, 4.6; European Learning Model v3 (validFrom, validUntil, expirationDate)";

    /// <summary>Judges the credential's own dates together with those of the envelope around it (<c>nbf</c> and <c>exp</c> of a token), if it has any.</summary>
    public static VerificationCheck Make(ElmNode credential, DateTimeOffset at, DateTimeOffset? from, DateTimeOffset? until, out DateTimeOffset? validUntil)
    {
        validUntil = until;
        foreach (var (property, begins) in Properties)
        {
            foreach (var node in credential.Many(property))
            {
                if (!ElmValues.TryParseTime(node.Text, out var time))
                    return new(CheckKind.Validity, CheckResult.Error, ReasonClass.SchemaInvalid, $"{node.Path} is not a time of XML Schema.", Model);
                if (begins) from = from is { } later && later > time.Instant ? later : time.Instant;
                else validUntil = validUntil is { } earlier && earlier < time.Instant ? earlier : time.Instant;
            }
        }
        var period = string.Create(CultureInfo.InvariantCulture, $"from {from?.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture) ?? "the beginning"} to {validUntil?.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture) ?? "no end"}");
        return validUntil < at ? new(CheckKind.Validity, CheckResult.Error, ReasonClass.Expired, $"Valid {period}.", Model)
            : from > at ? new(CheckKind.Validity, CheckResult.Error, ReasonClass.NotYetValid, $"Valid {period}.", Model)
            : new(CheckKind.Validity, CheckResult.Ok, ReasonClass.None, $"Valid {period}.", Model);
    }

    private static readonly (string Property, bool Begins)[] Properties =
        [("issued", true), ("issuanceDate", true), ("validFrom", true), ("validUntil", false), ("expirationDate", false)];
}
