using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Statements;

/// <summary>The two ends of a stream and the consortium it runs in. All three stand inside every signature, so that nothing can be replayed elsewhere.</summary>
/// <param name="Issuer">Institution that speaks.</param>
/// <param name="Audience">Institution spoken to.</param>
/// <param name="Consortium">Identifier of the consortium, from its trust list.</param>
public sealed record StreamParties(OrganisationId Issuer, OrganisationId Audience, string Consortium)
{
    /// <summary>Name of the stream: <c>issuer&gt;audience</c>. No domain name holds the sign between them.</summary>
    public string Stream => $"{Issuer.Value}>{Audience.Value}";
}
