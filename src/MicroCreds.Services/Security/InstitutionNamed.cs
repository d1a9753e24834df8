using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Security;

/// <summary>Which institution a request is for, by the field <c>institution</c> that the contract gives every request about one.</summary>
internal static class InstitutionNamed<TRequest>
{
    private static readonly FieldDescriptor? Field =
        (typeof(TRequest).GetProperty("Descriptor")?.GetValue(null) as MessageDescriptor)?.FindFieldByName("institution") is { FieldType: FieldType.String } field ? field : null;

    /// <summary>The hosted institution that answers the call; null when the request names none, or one to which it is passed on: there it is counted, and nowhere twice.</summary>
    internal static HostedInstitution? In(TRequest request, Hosting hosting, ServerCallContext context)
    {
        if (Field is null || request is not IMessage message || Field.Accessor.GetValue(message) is not string named) return null;
        if (named.Length == 0) return hosting.All is [var only] ? only : null;
        return OrganisationId.TryParse(named, out var id) ? PartnerRoute.Here(id, hosting, context) : null;
    }
}
