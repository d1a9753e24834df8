using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// Waiting times between tries: doubling from one second to a quarter of an hour, each shortened by up to a fifth. By how much follows from
/// who waits and how often it failed: pairs do not come back in step, and the same history gives the same times again.
/// </summary>
public static class BackOff
{
    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Wait before the try after <paramref name="failures"/> failures in a row, from 1; more than half a second and at most <see cref="Longest"/>.</summary>
    /// <param name="failures">Failures in a row.</param>
    /// <param name="who">Who waits.</param>
    public static TimeSpan After(int failures, string who)
    {
        var full = failures >= 11 ? Longest : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Max(0, failures - 1))));
        return Spread(full, string.Create(CultureInfo.InvariantCulture, $"{who} {failures}"));
    }

    /// <summary><paramref name="full"/>, shortened by up to a fifth.</summary>
    internal static TimeSpan Spread(TimeSpan full, string who) =>
        full * (1 - (BinaryPrimitives.ReadUInt16BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(who))) / 65536.0 / 5));
}
