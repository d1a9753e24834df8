using System.Globalization;
using MicroCreds.Console.Language;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Tables;

/// <summary>Which rules are shown; all of it stands in the address, so that a view can be kept as a bookmark and sent to a colleague.</summary>
public sealed record TableFilter
{
    /// <summary>Tables shown; an institution publishes a few.</summary>
    public const int MostTables = 200;

    /// <summary>Rules on one page.</summary>
    public const int RulesOnPage = 50;

    /// <summary>Table, or empty for all.</summary>
    public string Table { get; init; } = "";

    /// <summary>Whether the table's draft is shown in place of what is published.</summary>
    public bool Draft { get; init; }

    /// <summary>Words that stand in a rule.</summary>
    public string Search { get; init; } = "";

    /// <summary>Unit that the rules grant.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Awarding body that the rules name, SCHAC.</summary>
    public string AwardingBody { get; init; } = "";

    /// <summary>Rank, 1 to 5; 0 for all.</summary>
    public int Rank { get; init; }

    /// <summary>Whether the rules need no officer; null for both.</summary>
    public bool? Automatic { get; init; }

    /// <summary>Day on which the rules are in force, <c>YYYY-MM-DD</c>, or empty.</summary>
    public string InForceOn { get; init; } = "";

    /// <summary>Where the page begins; empty for the first.</summary>
    public string PageToken { get; init; } = "";

    /// <summary>Whether anything narrows the rules.</summary>
    public bool Narrowed => this != new TableFilter { Table = Table, Draft = Draft, PageToken = PageToken };

    /// <summary>Reads the address. What it does not understand is left out rather than refused.</summary>
    internal static TableFilter From(IQueryCollection query) => new()
    {
        Table = Short(query["table"], 64),
        Draft = query["draft"] == "yes",
        Search = Short(query["q"], 200),
        Unit = Short(query["unit"], 64),
        AwardingBody = Short(query["awarding_body"], 253).ToLowerInvariant(),
        Rank = int.TryParse(query["rank"], NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank is >= 1 and <= 5 ? rank : 0,
        Automatic = query["automatic"].ToString() switch { "yes" => true, "no" => false, _ => null },
        InForceOn = Words.TryDay(query["in_force_on"].ToString()) is null ? "" : query["in_force_on"].ToString(),
        PageToken = query["page"].ToString(),
    };

    /// <summary>The call that fills the page.</summary>
    internal ListRulesRequest ToRequest(ConsoleContext page)
    {
        var request = new ListRulesRequest
        {
            Institution = page.Organisation, TableId = Table, Draft = Draft, Query = Search, TargetUnit = Unit, AwardingBody = AwardingBody, Rank = Rank, InForceDate = InForceOn,
            PageSize = RulesOnPage, PageToken = PageToken,
        };
        if (Automatic is { } automatic) request.Automatic = automatic;
        return request;
    }

    /// <summary>The address of this view.</summary>
    internal string Address(ConsoleContext page) => page.To(
        "/tables", ("table", Table), ("draft", Draft ? "yes" : ""), ("q", Search), ("unit", Unit), ("awarding_body", AwardingBody),
        ("rank", Rank == 0 ? "" : Rank.ToString(CultureInfo.InvariantCulture)), ("automatic", Automatic switch { true => "yes", false => "no", null => "" }), ("in_force_on", InForceOn),
        ("page", PageToken));

    private static string Short(string? text, int most) => text?.Trim() is { } kept && kept.Length <= most ? kept : "";
}
