using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Services.Security;

/// <summary>Makes and reads the bearer tokens of staff: compact JWS, ES256, signed by the node's own staff key.</summary>
public sealed class StaffTokens(SigningKey key, TimeProvider clock)
{
    /// <summary><c>typ</c> of a staff token.</summary>
    public const string MediaType = "mcf-staff+jwt";

    private const string Issuer = "mcf-node";
    private const int MaxKnown = 10_000;

    private readonly ConcurrentDictionary<string, (Caller.Staff Staff, DateTimeOffset EndsAt)> _known = new();

    /// <summary>A token for an account.</summary>
    /// <param name="account">Account name, 1 to 100 characters.</param>
    /// <param name="roles">Roles.</param>
    /// <param name="institutions">Institutions; empty for every one hosted here.</param>
    /// <param name="lifetime">Time until it ends.</param>
    public string Issue(string account, IEnumerable<StaffRole> roles, IEnumerable<OrganisationId> institutions, TimeSpan lifetime)
    {
        var now = clock.GetUtcNow();
        var claims = new StaffClaims(Issuer, account, [.. roles.Select(r => r.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal)],
            [.. institutions.Select(i => i.Value).Order(StringComparer.Ordinal)], now.ToUnixTimeSeconds(), (now + lifetime).ToUnixTimeSeconds());
        return CompactJws.Sign(JsonSerializer.SerializeToUtf8Bytes(claims, StaffClaimsJson.Default.StaffClaims), MediaType, key);
    }

    /// <summary>The member of staff a token stands for; null when it is not a good token of this node or has ended. A token is verified once and then known, until it ends.</summary>
    public Caller.Staff? Read(ReadOnlySpan<char> token)
    {
        if (!_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var known))
        {
            var text = token.ToString();
            if (Verify(text) is not { } verified) return null;
            // Tokens are few: more than this many mean that they end sooner than they are forgotten.
            if (_known.Count >= MaxKnown) _known.Clear();
            known = _known[text] = verified;
        }

        return known.EndsAt > clock.GetUtcNow() ? known.Staff : null;
    }

    private (Caller.Staff Staff, DateTimeOffset EndsAt)? Verify(string token)
    {
        if (CompactJws.Verify(token, MediaType, id => id == key.KeyId ? key.PublicKey : null).Failed(out _, out var payload)) return null;
        var claims = JsonSerializer.Deserialize(payload.Payload.Span, StaffClaimsJson.Default.StaffClaims);
        if (claims is null || claims.Iss != Issuer) return null;
        var roles = claims.Roles.Select(r => Enum.TryParse<StaffRole>(r, ignoreCase: true, out var role) ? role : (StaffRole?)null).OfType<StaffRole>();
        return (new Caller.Staff(claims.Sub, [.. roles], [.. claims.Institutions.Select(OrganisationId.Parse)]), DateTimeOffset.FromUnixTimeSeconds(claims.Exp));
    }
}

internal sealed record StaffClaims(string Iss, string Sub, ImmutableArray<string> Roles, ImmutableArray<string> Institutions, long Iat, long Exp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StaffClaims))]
internal sealed partial class StaffClaimsJson : JsonSerializerContext;
