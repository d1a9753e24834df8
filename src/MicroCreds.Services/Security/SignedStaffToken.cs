using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Services.Security;

/// <summary>The form that staff tokens had at first, compact JWS signed ES256. None is made any more; those that were handed out hold until they end.</summary>
internal sealed class SignedStaffToken(SigningKey key)
{
    private const string MediaType = "mcf-staff+jwt";
    private const string Issuer = "mcf-node";

    /// <summary>What a token says; null when it is none of this node.</summary>
    internal SignedIn? Read(string token)
    {
        if (CompactJws.Verify(token, MediaType, id => id == key.KeyId ? key.PublicKey : null).Failed(out _, out var payload)) return null;
        var claims = JsonSerializer.Deserialize(payload.Payload.Span, StaffClaimsJson.Default.StaffClaims);
        if (claims is null || claims.Iss != Issuer) return null;
        var roles = claims.Roles.Select(r => Enum.TryParse<StaffRole>(r, ignoreCase: true, out var role) ? role : (StaffRole?)null).OfType<StaffRole>();
        return new(new(claims.Sub, [.. roles], [.. claims.Institutions.Select(OrganisationId.Parse)]), DateTimeOffset.FromUnixTimeSeconds(claims.Exp));
    }
}

internal sealed record StaffClaims(string Iss, string Sub, ImmutableArray<string> Roles, ImmutableArray<string> Institutions, long Iat, long Exp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StaffClaims))]
internal sealed partial class StaffClaimsJson : JsonSerializerContext;
