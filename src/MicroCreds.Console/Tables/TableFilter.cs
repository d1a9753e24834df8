using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Tables;

/// <summary>What the tables page shows; all of it stands in the address.</summary>
/// <param name="Search">Words or a code to find units by; empty for all.</param>
/// <param name="Table">Table, or empty.</param>
/// <param name="Unit">Unit that the rules grant, or empty.</param>
/// <param name="AwardingBody">Awarding body that the rules name, SCHAC, or empty.</param>
/// <param name="PageToken">Where the page of rules begins.</param>
public sealed record TableFilter(string Search, string Table, string Unit, string AwardingBody, string PageToken)
{
    /// <summary>Tables shown; an institution publishes a few.</summary>
    public const int MostTables = 200;

    /// <summary>Rules on one page.</summary>
    public const int RulesOnPage = 50;

    internal static TableFilter From(IQueryCollection query) => new(
        query["q"].ToString().Trim(), query["table"].ToString().Trim(), query["unit"].ToString().Trim(),
        query["body"].ToString().Trim().ToLowerInvariant(), query["page"].ToString());

    internal string Address(ConsoleContext page) =>
        page.To("/tables", ("q", Search), ("table", Table), ("unit", Unit), ("body", AwardingBody), ("page", PageToken));

    /// <summary>Whether a unit is looked for. <c>BIOL101</c> finds <c>BIOL 101</c> and <c>BIOL-101</c>.</summary>
    internal bool Finds(TargetUnit unit)
    {
        if (Search.Length == 0) return true;
        var wanted = Letters(Search);
        return Letters(unit.Code).Contains(wanted, StringComparison.OrdinalIgnoreCase)
            || Letters(unit.Programme).Contains(wanted, StringComparison.OrdinalIgnoreCase)
            || unit.Title.ByLanguage.Values.Any(t => t.Contains(Search, StringComparison.CurrentCultureIgnoreCase));
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)) is { Length: > 0 } letters ? letters : text;
}
