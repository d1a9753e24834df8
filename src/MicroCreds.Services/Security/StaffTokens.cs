using System.Collections.Concurrent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Services.Security;

/// <summary>
/// Makes and reads the bearer tokens of staff: who somebody is and until when, sealed by the node's own staff key, so that every node that shares the key
/// reads them.
/// </summary>
/// <param name="key">The staff key.</param>
/// <param name="clock">Says when a token ends.</param>
public sealed class StaffTokens(SigningKey key, TimeProvider clock)
{
    private const int MaxKnown = 10_000;

    private readonly SealedStaffToken _sealed = new(key);
    private readonly SignedStaffToken _signed = new(key);
    private readonly ConcurrentDictionary<string, SignedIn>.AlternateLookup<ReadOnlySpan<char>> _known = new ConcurrentDictionary<string, SignedIn>().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A token for an account.</summary>
    /// <param name="account">Account name, 1 to 100 characters, none of them a control character.</param>
    /// <param name="roles">Roles.</param>
    /// <param name="institutions">Institutions; empty for every one hosted here.</param>
    /// <param name="lifetime">Time until it ends.</param>
    public string Issue(string account, IEnumerable<StaffRole> roles, IEnumerable<OrganisationId> institutions, TimeSpan lifetime) =>
        _sealed.Write(new(new(account, [.. roles], [.. institutions]), clock.GetUtcNow() + lifetime));

    /// <summary>The member of staff a token stands for; null when it is not a good token of this node or has ended. A token is verified once and then known, until it ends.</summary>
    public Caller.Staff? Read(ReadOnlySpan<char> token) => Known(token)?.Staff;

    /// <summary>When a token ends, exclusive; null when it is not a good token of this node or has ended.</summary>
    public DateTimeOffset? EndOf(ReadOnlySpan<char> token) => Known(token)?.EndsAt;

    private SignedIn? Known(ReadOnlySpan<char> token)
    {
        if (!_known.TryGetValue(token, out var known))
        {
            var text = token.ToString();
            if ((_sealed.Read(text) ?? _signed.Read(text)) is not { } verified) return null;
            // Tokens are few: more than this many mean that they end sooner than they are forgotten.
            if (_known.Dictionary.Count >= MaxKnown) _known.Dictionary.Clear();
            known = _known.Dictionary[text] = verified;
        }

        return known.EndsAt > clock.GetUtcNow() ? known : null;
    }
}

/// <summary>What a token says.</summary>
/// <param name="Staff">Who.</param>
/// <param name="EndsAt">Until when, exclusive.</param>
internal sealed record SignedIn(Caller.Staff Staff, DateTimeOffset EndsAt);
