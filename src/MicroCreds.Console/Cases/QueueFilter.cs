using System.Text.Json;
using MicroCreds.Console.Language;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Cases;

/// <summary>What the queue shows; all of it stands in the address, so that a view can be kept as a bookmark and sent to a colleague.</summary>
/// <param name="Tab">View.</param>
/// <param name="State">One stage in snake_case, or empty for all of the view.</param>
/// <param name="Programme">Programme, or empty.</param>
/// <param name="DueUntil">Last due day, <c>YYYY-MM-DD</c>, or empty.</param>
/// <param name="PageToken">Where the page begins; empty for the first.</param>
public sealed record QueueFilter(QueueTab Tab, string State, string Programme, string DueUntil, string PageToken)
{
    /// <summary>Cases on one page.</summary>
    public const int PageSize = 50;

    /// <summary>Whether anything narrows the view.</summary>
    public bool Narrowed => State.Length + Programme.Length + DueUntil.Length > 0;

    /// <summary>Reads the address. What it does not understand is left out rather than refused.</summary>
    internal static QueueFilter From(IQueryCollection query) => new(
        Enum.TryParse<QueueTab>(query["tab"], ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : QueueTab.Mine,
        Enum.GetValues<RecognitionCase.Types.State>().Select(Name).FirstOrDefault(n => n == query["state"].ToString() && n != "unspecified") ?? "",
        Short(query["programme"].ToString()),
        Words.TryDay(query["due"].ToString()) is null ? "" : query["due"].ToString(),
        query["page"].ToString());

    /// <summary>The call that fills the page.</summary>
    internal ListCasesRequest ToRequest(ConsoleContext page)
    {
        var request = new ListCasesRequest
        {
            Institution = page.Organisation, PageSize = PageSize, PageToken = PageToken, DueUntilDate = DueUntil, Programme = Programme,
            Assignee = Tab switch { QueueTab.Mine => page.Session?.Account ?? "", QueueTab.Unassigned => "-", _ => "" },
        };
        var stages = QueueStages.Of(Tab);
        request.States.AddRange(State.Length == 0 ? stages : stages.Where(s => Name(s) == State));
        if (request.States.Count == 0) request.States.AddRange(stages);
        return request;
    }

    /// <summary>The address of this view.</summary>
    internal string Address(ConsoleContext page) => page.To(
        "/", ("tab", Tab == QueueTab.Mine ? "" : Tab.ToString().ToLowerInvariant()), ("state", State), ("programme", Programme), ("due", DueUntil), ("page", PageToken));

    internal static string Name(RecognitionCase.Types.State state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    private static string Short(string text) => text.Trim() is { Length: <= 64 } kept ? kept : "";
}
