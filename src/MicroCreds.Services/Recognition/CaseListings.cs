using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Pages of cases by due day. A token belongs to the reader's filter and to nobody else's.</summary>
internal static class CaseListings
{
    /// <summary>One page as <paramref name="caller"/> sees it.</summary>
    public static async Task<Wire.ListCasesResponse> PageAsync(HostedInstitution institution, Caller caller, CaseListing listing, DateOnly today, CancellationToken cancellationToken)
    {
        var submitter = (caller as Caller.Partner)?.Organisation;
        if (submitter is not null && listing.Filter.Assignee is not null)
            throw Problem.Of(ProblemCode.PermissionDenied, "Only staff of the institution may ask who is in charge of a case.", ("role_needed", "staff")).ToRpcException();

        var filter = listing.Filter with { SubmittedBy = submitter };
        var name = NameOf(institution, filter);
        var after = PageToken.Read(listing.Token, name) is { } position ? PositionOf(position) : null;
        var found = await institution.Cases.ListAsync(filter, after, listing.Size + 1, cancellationToken);

        var response = new Wire.ListCasesResponse();
        response.Cases.AddRange(found.Take(listing.Size).Select(s => CaseMapping.ToWire(s, institution.Organisation, caller, today)));
        if (found.Length > listing.Size) response.NextPageToken = PageToken.Make(name, TextOf(found[listing.Size - 1]));
        return response;
    }

    // A separator that no code, account or day can hold keeps two filters from having one name.
    private static string NameOf(HostedInstitution institution, CaseFilter filter) => string.Join('\u001F',
        "RecognitionService/ListCases", institution.Organisation, string.Join(',', filter.States), filter.SubmittedBy, filter.Assignee,
        CredentialMapping.Day(filter.DueUntil), filter.Programme);

    private static string TextOf(CaseSummary last) => $"{CredentialMapping.Day(last.DueOn)}|{last.Case}";

    private static CaseListPosition PositionOf(string text) => text.Split('|') is [var day, var id]
        ? new(day.Length == 0 ? null : DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), CaseId.Parse(id))
        : throw new FormatException("A page token of this method holds no place.");
}
