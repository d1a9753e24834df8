using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>A credential of the European Learning Model as read: the parts that the checks look at.</summary>
internal sealed record ElmCredential
{
    /// <summary>Most achievements that are read; a transcript of a whole degree has fewer than a hundred.</summary>
    public const int MaxAchievements = 200;

    /// <summary>The credential's object.</summary>
    public required ElmNode Node { get; init; }

    /// <summary>The issuer; null when none is named.</summary>
    public required ElmOrganisation? Issuer { get; init; }

    /// <summary>The person; null when there is no subject.</summary>
    public required Holder? Holder { get; init; }

    /// <summary>The achievements claimed, in the order of the file.</summary>
    public required ImmutableArray<ElmAchievement> Achievements { get; init; }

    /// <summary>When the credential says it was issued.</summary>
    public required ElmTime? Issued { get; init; }

    /// <summary>Whether a piece of evidence says that the sealer acts under a mandate.</summary>
    public required bool MandateShown { get; init; }

    /// <summary>Whether the birth date is written as what a local midnight becomes in UTC.</summary>
    public required bool BirthDateAmbiguous { get; init; }

    /// <summary>Reads a credential. Never fails: what is missing stays missing.</summary>
    public static ElmCredential Read(JsonElement root)
    {
        var node = new ElmDocument(root).Credential;
        var issued = FirstTime(node, "issued", "issuanceDate", "validFrom");
        var subject = node.One("credentialSubject");
        ImmutableArray<AccreditationClaim> accreditedBy =
            [.. node.Along("evidence", "accreditation").Select(ElmOrganisation.ReadAccreditation)];
        var holder = subject is { } person ? ReadHolder(person) : (Holder: null, Ambiguous: false);
        return new ElmCredential
        {
            Node = node,
            Issuer = node.One("issuer") is { } issuer ? ElmOrganisation.Read(issuer) : null,
            Holder = holder.Holder,
            BirthDateAmbiguous = holder.Ambiguous,
            Issued = issued,
            MandateShown = node.Along("evidence", "dcType").Any(t => t.Id == ElmVocabulary.MandateEvidence),
            Achievements = subject is not { } claimant ? []
                : [.. claimant.Many("hasClaim").Where(IsAchievement).Take(MaxAchievements).Select(claim => ElmAchievementReader.Read(claim, issued, accreditedBy))],
        };
    }

    // Claims may also be activities or entitlements; those are not achievements.
    private static bool IsAchievement(ElmNode claim) =>
        claim.Element.ValueKind == JsonValueKind.Object && (!claim.Types.Any() || claim.Types.Contains("LearningAchievement"));

    private static ElmTime? FirstTime(ElmNode node, params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
        {
            if (ElmValues.TryParseTime(node.One(property)?.Text, out var time)) return time;
        }
        return null;
    }

    private static (Holder? Holder, bool Ambiguous) ReadHolder(ElmNode person)
    {
        var name = person.Localised("fullName")?.ToString()
            ?? string.Join(' ', new[] { person.Localised("givenName")?.ToString(), person.Localised("familyName")?.ToString() }.OfType<string>());
        var born = ElmValues.TryParseTime(person.One("dateOfBirth")?.Text, out var birth) ? birth.Day : (DateOnly?)null;
        var holder = new Holder(IdentifierOf(person, name, born), name, born) { GivenName = person.Localised("givenName")?.ToString(), FamilyName = person.Localised("familyName")?.ToString() };
        return (holder, born is not null && birth.LocalMidnight);
    }

    // Ids such as urn:epass:person:1 are local to one file: two learners share them. Where nothing better is stated, name and birth date stand in.
    private static string IdentifierOf(ElmNode person, string name, DateOnly? born)
    {
        var identifiers = person.Along("identifier", "notation").Select(n => n.Text).OfType<string>().Where(t => t.Length > 0).ToList();
        if (identifiers.Find(i => i.StartsWith("urn:schac:personalUniqueCode:int:esi:", StringComparison.OrdinalIgnoreCase)) is { } studentIdentifier) return studentIdentifier;
        if (person.One("nationalID") is { } national && national.One("notation")?.Text is { Length: > 0 } notation)
            return $"national:{ElmVocabulary.CountryAlpha3(national.One("spatial"))}:{notation}";
        if (person.Id is { Length: > 0 } id && !id.StartsWith("urn:epass:", StringComparison.Ordinal)) return id;
        return name.Length == 0 ? "" : $"name:{name}:{born?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
