using System.Globalization;
using MicroCreds.Console.Language;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Trials;

/// <summary>Which rules an achievement is tried by, for what, and on which day.</summary>
public sealed record TrialForm
{
    /// <summary>Unit asked for; empty for the best of the programme.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Programme.</summary>
    public string Programme { get; init; } = "";

    /// <summary>Day of application, <c>YYYY-MM-DD</c>; empty for today.</summary>
    public string AppliedOn { get; init; } = "";

    /// <summary>Rules to use: empty for those published, else a version and a table as <c>2@office</c>; version 0 is the draft.</summary>
    public string Rules { get; init; } = "";

    /// <summary>Value of the choice of a version of a table.</summary>
    public static string Choice(string table, int version) => $"{version.ToString(CultureInfo.InvariantCulture)}@{table}";

    /// <summary>Reads the address. What it does not understand is left out rather than refused.</summary>
    public static TrialForm From(IQueryCollection query) => new()
    {
        Unit = query["unit"].ToString().Trim(), Programme = query["programme"].ToString().Trim(), Rules = query["rules"].ToString(),
        AppliedOn = Words.TryDay(query["applied_on"].ToString()) is null ? "" : query["applied_on"].ToString(),
    };

    /// <summary>The question to the node.</summary>
    internal TryRulesRequest ToRequest(AchievementForm achievement, ConsoleContext page)
    {
        var request = new TryRulesRequest
        {
            Institution = page.Organisation, Achievement = achievement.ToAchievement(), AwardingBody = achievement.AwardingBody, Programme = Programme, Unit = Unit, AppliedDate = AppliedOn,
        };
        if (Rules.Split('@', 2) is [var version, var table] && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            (request.TableId, request.TableVersion) = (table, number);
        return request;
    }
}
