using System.Collections.Concurrent;
using System.Security.Cryptography;
using MicroCreds.Services.Security;

namespace MicroCreds.Node.Composition;

/// <summary>Codes of one-time sign-in links. Held in memory only: a restart makes new ones.</summary>
internal sealed class SignInCodes(TimeProvider clock)
{
    /// <summary>Time in which a code may be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, (Caller.Staff Staff, DateTimeOffset Until)> _codes = new();

    /// <summary>A code that signs <paramref name="staff"/> in, once.</summary>
    public string Make(Caller.Staff staff)
    {
        var code = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _codes[code] = (staff, clock.GetUtcNow() + Lifetime);
        return code;
    }

    /// <summary>Who the code signs in; null when it is unknown, used or too old.</summary>
    public Caller.Staff? Redeem(string code) => _codes.TryRemove(code, out var entry) && entry.Until > clock.GetUtcNow() ? entry.Staff : null;
}
