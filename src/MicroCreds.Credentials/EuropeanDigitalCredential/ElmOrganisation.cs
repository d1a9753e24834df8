using System.Collections.Immutable;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>An organisation of an ELM document: what is handed on, and what binds it.</summary>
/// <param name="Described">The organisation as described.</param>
/// <param name="LegalIdentifiers">Legal identifiers that a seal may carry.</param>
/// <param name="Domains">SCHAC domains it claims.</param>
internal sealed record ElmOrganisation(CredentialOrganisation Described, ImmutableArray<LegalIdentifier> LegalIdentifiers, ImmutableArray<string> Domains)
{
    /// <summary>Reads an Organisation. One that is named by id only, and described nowhere, has that id and nothing else.</summary>
    public static ElmOrganisation Read(ElmNode node)
    {
        var country = node.Along("location", "address", "countryCode").Select(c => ElmVocabulary.CountryAlpha3(c)).FirstOrDefault(c => c.Length > 0) ?? "";
        var identifiers = ImmutableArray.CreateBuilder<string>();
        var legal = ImmutableArray.CreateBuilder<LegalIdentifier>();
        foreach (var (property, scheme) in LegalProperties)
        {
            foreach (var identifier in node.Many(property))
            {
                var spatial = ElmVocabulary.CountryAlpha2(ElmVocabulary.CountryAlpha3(identifier.One("spatial")));
                // Some producers write the identifier into "id" and leave the notation out.
                foreach (var text in new[] { identifier.One("notation")?.Text ?? identifier.Text, identifier.Id })
                {
                    if (string.IsNullOrEmpty(text) || text.StartsWith("urn:epass:", StringComparison.Ordinal) || LegalIdentifier.TryParse(text, spatial) is not { } parsed) continue;
                    var written = $"{scheme}:{text}";
                    if (identifiers.Contains(written)) continue;
                    identifiers.Add(written);
                    legal.Add(parsed);
                }
            }
        }
        var domains = ImmutableArray.CreateBuilder<string>();
        foreach (var identifier in node.Many("identifier"))
        {
            if (identifier.One("notation")?.Text is not { Length: > 0 } notation) continue;
            var scheme = (identifier.One("schemeName")?.Text ?? identifier.Localised("schemeName")?.ToString() ?? "").ToUpperInvariant();
            var isDomain = scheme.Contains("SCHAC", StringComparison.Ordinal);
            identifiers.Add($"{(isDomain ? "schac" : scheme.Length == 0 ? "other" : string.Concat(scheme.Select(char.ToLowerInvariant)))}:{notation}");
            if (isDomain) domains.Add(notation);
        }
        var name = node.Localised("legalName") ?? node.Localised("prefLabel") ?? node.Localised("altLabel") ?? Nameless;
        var described = new CredentialOrganisation(
            node.Id, name, identifiers.ToImmutable(), country,
            [.. node.Many("homepage").Select(h => h.One("contentURL")?.Text ?? h.One("contentUrl")?.Text ?? h.Text).OfType<string>()],
            [.. node.Many("accreditation").Select(ReadAccreditation)]);
        return new(described, legal.ToImmutable(), domains.ToImmutable());
    }

    /// <summary>Reads an Accreditation.</summary>
    public static AccreditationClaim ReadAccreditation(ElmNode node) => new(
        node.Id,
        node.One("dcType")?.Label ?? node.Localised("title")?.ToString() ?? "",
        node.One("decision")?.Label ?? "",
        // The name only: an agent may be accredited by itself, or in a circle.
        node.One("accreditingAgent")?.Localised("legalName")?.ToString() ?? "",
        ElmValues.TryParseTime(node.One("expiryDate")?.Text, out var expiry) ? expiry.Day : null)
    {
        ValidFrom = ElmValues.TryParseTime(node.One("valid")?.Text, out var valid) ? valid.Day : null,
        Scope = ScopeOf([.. node.Many("limitEQFLevel").Select(ElmVocabulary.EqfLevel).OfType<int>()], [.. node.Many("limitField").Select(ElmVocabulary.IscedField).OfType<string>()]),
    };

    private static AccreditationScope? ScopeOf(ImmutableArray<int> levels, ImmutableArray<string> fields) => levels.Length + fields.Length == 0 ? null : new(levels, fields);

    /// <summary>
    /// Whether both descriptions are of one legal person: a shared legal identifier, or the same object of the document where one of them
    /// states no legal identifier. An equal id with different legal identifiers is not the same person.
    /// </summary>
    public bool IsSameAs(ElmOrganisation other) =>
        LegalIdentifiers.IsEmpty || other.LegalIdentifiers.IsEmpty
            ? Described.Id.Length > 0 && Described.Id == other.Described.Id
            : LegalIdentifiers.Any(mine => other.LegalIdentifiers.Any(mine.Names));

    private static readonly LocalisedText Nameless = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private static readonly ImmutableArray<(string Property, string Scheme)> LegalProperties =
        [("eIDASIdentifier", "eidas"), ("registration", "registration"), ("vatIdentifier", "vat"), ("taxIdentifier", "tax")];
}
