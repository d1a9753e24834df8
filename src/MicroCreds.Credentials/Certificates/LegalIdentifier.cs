using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// Identifier of a legal person as seals and credentials write it: with the scheme and country of ETSI EN 319 412-1, 5.1.4
/// (<c>VATES-G12345678</c>, <c>NTREE-17207834</c>), or the bare number.
/// </summary>
/// <param name="Scheme"><c>VAT</c>, <c>NTR</c>, <c>PSD</c>, <c>LEI</c>, or empty.</param>
/// <param name="Country">ISO 3166-1 alpha-2, upper case, or empty. Greece is <c>GR</c> also where tax law writes <c>EL</c>.</param>
/// <param name="Number">The number, upper case.</param>
internal sealed partial record LegalIdentifier(string Scheme, string Country, string Number)
{
    private const string OrganizationIdentifierOid = "2.5.4.97";

    /// <summary>Reads an identifier as written. <paramref name="country"/> is the country stated beside it, if any.</summary>
    public static LegalIdentifier? TryParse(string? text, string country = "")
    {
        if (text is null) return null;
        var upper = text.Trim().ToUpperInvariant();
        if (upper.Length == 0) return null;
        var match = Prefixed().Match(upper);
        return match.Success
            ? new(match.Groups["scheme"].Value, match.Groups["country"].Value is "EL" ? "GR" : match.Groups["country"].Value, match.Groups["number"].Value)
            : new("", country, upper);
    }

    /// <summary>The organizationIdentifier of a certificate's subject, or null.</summary>
    public static LegalIdentifier? Of(X509Certificate2 certificate)
    {
        foreach (var name in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!name.HasMultipleElements && name.GetSingleElementType().Value == OrganizationIdentifierOid) return TryParse(name.GetSingleElementValue());
        }
        return null;
    }

    /// <summary>Whether two spellings name the same legal person: equal numbers, and nothing that both state differs.</summary>
    public bool Names(LegalIdentifier other) =>
        Number == other.Number
        && (Scheme.Length == 0 || other.Scheme.Length == 0 || Scheme == other.Scheme)
        && (Country.Length == 0 || other.Country.Length == 0 || Country == other.Country);

    /// <inheritdoc/>
    public override string ToString() => Scheme.Length == 0 ? Number : $"{Scheme}{Country}-{Number}";

    [GeneratedRegex(@"^(?<scheme>VAT|NTR|PSD|LEI)(?<country>[A-Z]{2})-(?<number>.+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixed();
}
