using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Agreements;

/// <summary>The learning agreements of the institution's learners, and one with all its versions.</summary>
internal static class AgreementEndpoints
{
    private const int RowsOnPage = 50;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/agreements", ListAsync);
        console.MapGet("/agreements/one", ShowAsync);
    }

    private static async Task<IResult> ListAsync(string? programme, string? host, string? page, ConsoleContext here, NodeClient node, CancellationToken cancellationToken)
    {
        if (here.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var request = new ListAgreementsRequest { Institution = here.Organisation, PageSize = RowsOnPage, PageToken = page ?? "", Programme = programme?.Trim() ?? "", HostOrganisation = host?.Trim() ?? "" };
        var listed = await node.Agreements.ListAgreementsAsync(request, node.Call(cancellationToken));
        return Page.Of<AgreementsPage>(StatusCodes.Status200OK, ("Asked", request), ("Listed", listed));
    }

    private static async Task<IResult> ShowAsync(string? id, ConsoleContext here, NodeClient node, CancellationToken cancellationToken)
    {
        if (here.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var answer = await node.Agreements.GetAgreementAsync(new GetAgreementRequest { Institution = here.Organisation, AgreementId = id ?? "" }, node.Call(cancellationToken));
        return Page.Of<AgreementPage>(StatusCodes.Status200OK, ("Agreement", answer.RecordedAgreement));
    }
}
