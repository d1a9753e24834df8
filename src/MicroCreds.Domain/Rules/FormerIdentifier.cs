using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// An identifier that an awarding body has given up, by which a credential still names it. Institutions merge and change their names (EWP Registry API,
/// <c>previous-schac</c>): until then it is the same body, after it a person looks.
/// </summary>
/// <param name="Used">Identifier used.</param>
/// <param name="Present">Present identifier.</param>
/// <param name="Since">Day since which the present one holds. The trust list does not date a change; it is the day the member joined under the present one.</param>
public sealed record FormerIdentifier(OrganisationId Used, OrganisationId Present, DateOnly Since)
{
    private const string Scheme = "schac:";

    /// <summary>What follows from the identifier somebody used for a member; null when it is the present one, or no member's.</summary>
    public static FormerIdentifier? Of(Member? member, OrganisationId used) =>
        member is not null && member.Organisation != used && member.FormerIds.Contains(used) ? new(used, member.Organisation, member.Since) : null;

    /// <summary>What follows from the identifiers by which a credential names the member that awards it.</summary>
    public static FormerIdentifier? Of(Member? member, Achievement achievement) => member is null ? null : achievement.AwardingBodies.SelectMany(b => b.Identifiers)
        .Where(i => i.StartsWith(Scheme, StringComparison.Ordinal)).Select(i => OrganisationId.TryParse(i[Scheme.Length..], out var id) ? Of(member, id) : null)
        .FirstOrDefault(former => former is not null);

    /// <summary>Whether an award of this day was made when the identifier had been given up.</summary>
    public bool GivenUpBefore(DateOnly awardedOn) => awardedOn >= Since;

    /// <summary>What to know about an award of this day.</summary>
    public string Sentence(DateOnly awardedOn) => GivenUpBefore(awardedOn)
        ? $"{Used} is a former identifier of {Present}, a member under that one since {Day(Since)}: an award of {Day(awardedOn)} under the former one should be looked at."
        : $"{Used} is a former identifier of {Present}; the award of {Day(awardedOn)} was made under it before {Day(Since)}.";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
