using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Exchange;

/// <summary>Where a call about a partner goes: which hosted institution asks, and whom.</summary>
/// <param name="Acting">Institution the staff belongs to.</param>
/// <param name="Partner">Partner asked.</param>
internal sealed record PartnerRoute(HostedInstitution Acting, OrganisationId Partner)
{
    /// <summary>Metadata key by which staff of several institutions says for which one it asks.</summary>
    internal const string OnBehalfOf = "mcf-on-behalf-of";

    /// <summary>
    /// The route of a call of this node's staff about a partner; null when the call is for this node. Only staff is passed on: a partner must not
    /// speak through this node. Ends the call when the staff does not say for which of several institutions it asks.
    /// </summary>
    internal static PartnerRoute? Find(string institution, Hosting hosting, TrustRegistry registry, ServerCallContext context)
    {
        if (Caller.From(context) is not Caller.Staff staff || !OrganisationId.TryParse(institution, out var asked) || hosting.Find(asked) is not null) return null;
        if (registry.Current.Find(asked) is not { Status: MemberStatus.Active }) return null;

        var named = context.RequestHeaders.GetValue(OnBehalfOf);
        var acting = hosting.All.Where(i => staff.BelongsTo(i.Organisation) && (named is null || i.Organisation.Value == named)).ToArray();
        return acting switch
        {
            [var only] => new(only, asked),
            [] => throw Hosting.Unknown(named ?? institution).ToRpcException(),
            _ => throw Problem.InvalidRequest([new FieldViolation(OnBehalfOf, $"is required as metadata: this node hosts {acting.Length} institutions in whose name you may ask")]).ToRpcException(),
        };
    }
}
