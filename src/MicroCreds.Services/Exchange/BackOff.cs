using System.Security.Cryptography;

namespace MicroCreds.Services.Exchange;

/// <summary>Waiting times between tries: doubling from one second to a quarter of an hour, each shortened by up to a fifth so that partners do not come back in step.</summary>
public static class BackOff
{
    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Wait before the try after <paramref name="failures"/> failures in a row, from 1.</summary>
    public static TimeSpan After(int failures)
    {
        var full = failures >= 11 ? Longest : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Max(0, failures - 1))));
        return full * (1 - (RandomNumberGenerator.GetInt32(0, 200) / 1000.0));
    }
}
