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
/// <param name="Partner">Partner asked; it may be hosted on this node, and is called like any other.</param>
internal sealed record PartnerRoute(HostedInstitution Acting, OrganisationId Partner)
{
    /// <summary>Metadata key by which staff of several institutions says for which one it asks.</summary>
    internal const string OnBehalfOf = "mcf-on-behalf-of";

    /// <summary>
    /// The institution that answers a call at this node; null when the call is to be passed on. Staff that does not belong to a hosted institution, or
    /// asks it on behalf of another, is a stranger to it and takes the road of a partner: the two share a process and nothing else.
    /// </summary>
    internal static HostedInstitution? Here(OrganisationId asked, Hosting hosting, ServerCallContext context)
    {
        if (hosting.Find(asked) is not { } hosted) return null;
        if (Caller.From(context) is not Caller.Staff staff) return hosted;
        return staff.BelongsTo(asked) && Named(context) is var named && (named is null || named == asked.Value) ? hosted : null;
    }

    /// <summary>
    /// The route of a call of this node's staff about a partner; null when the call is for this node, or when there is no such partner. Only staff is
    /// passed on: a partner must not speak through this node. Ends the call when the staff does not say for which of several institutions it asks.
    /// </summary>
    internal static PartnerRoute? Find(string institution, Hosting hosting, TrustRegistry registry, ServerCallContext context)
    {
        if (Caller.From(context) is not Caller.Staff staff || !OrganisationId.TryParse(institution, out var asked) || Here(asked, hosting, context) is not null) return null;
        if (registry.Current.Find(asked) is not { Status: MemberStatus.Active }) return null;

        var named = Named(context);
        var own = hosting.All.Where(i => i.Organisation != asked && staff.BelongsTo(i.Organisation)).ToArray();
        var acting = named is null ? own : [.. own.Where(i => i.Organisation.Value == named)];
        return acting switch
        {
            [var only] => new(only, asked),
            [] when own.Length == 0 => throw Hosting.Unknown(institution).ToRpcException(),
            [] => throw Wrong("must be an institution hosted here to which the caller belongs"),
            _ => throw Wrong($"is required as metadata: this node hosts {acting.Length} institutions in whose name you may ask"),
        };
    }

    private static string? Named(ServerCallContext context) => context.GetHttpContext().Request.Headers[OnBehalfOf] is [{ } named, ..] ? named : null;

    private static RpcException Wrong(string why) => Problem.InvalidRequest([new FieldViolation(OnBehalfOf, why)]).ToRpcException();
}
