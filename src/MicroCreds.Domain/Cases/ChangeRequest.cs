using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Cases;

/// <summary>Identity of one change, kept as long as what it changed: the same id and content gives the first answer again.</summary>
/// <param name="Caller">Who asks, in the form <c>staff:name</c> or <c>partner:organisation</c>; ids of different callers never meet.</param>
/// <param name="Id">Identifier made by the client.</param>
/// <param name="Content">Digest of the method and the request's content without the id.</param>
public sealed record ChangeRequest(string Caller, RequestId Id, Sha256Digest Content);
