using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Equivalence;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Explore;

/// <summary>What of a credential may be told to partners before anybody applies: what was learnt, and nothing of who learnt it.</summary>
internal static class CredentialDescription
{
    /// <summary>Shortest part of a name that is looked for in texts; shorter ones stand in ordinary words.</summary>
    private const int MinNamePart = 3;

    /// <summary>Describes a credential that claims an achievement of a member. Texts that repeat the learner's identifier or a part of the name are left out.</summary>
    internal static Wire.AchievementDescription Of(CredentialReport report, Domain.Achievements.Achievement achievement, OrganisationId awardingBody)
    {
        var description = new Wire.AchievementDescription
        {
            AwardingBody = awardingBody.Value,
            Code = achievement.Codes.FirstOrDefault(c => c.Length <= 200 && !Tells(c, report.Holder)) ?? "",
            Title = achievement.Title.In("en") is { Length: <= 500 } title && !Tells(title, report.Holder) ? title : "",
            EqfLevel = achievement.EqfLevel ?? 0,
            AwardedDate = EquivalenceMapping.Day(achievement.AwardedOn),
        };
        if (achievement.Credits is { } credits) description.EctsCreditsHundredths = credits.Hundredths;
        description.IscedFields.AddRange(achievement.IscedFields.Where(EquivalenceMapping.IsIscedField).Take(10));
        return description;
    }

    private static bool Tells(string text, Holder? holder) =>
        holder is not null && holder.FullName.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(part => part.Length >= MinNamePart).Append(holder.Identifier)
            .Any(part => part.Length > 0 && text.Contains(part, StringComparison.OrdinalIgnoreCase));
}
