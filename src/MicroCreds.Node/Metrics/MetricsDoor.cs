using System.Net;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Metrics;

/// <summary>
/// Who may read the page: a program on this machine that asks directly, and whoever shows the configured token. For all others there is no such page: it names the
/// partners and how much is decided.
/// </summary>
internal sealed class MetricsDoor
{
    /// <summary>Where the page is, at the web door.</summary>
    public const string Path = "/metrics";

    // A proxy on this machine that passes on what comes from elsewhere says so in one of these.
    private static readonly string[] Forwarding = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    private readonly byte[]? _token;

    /// <summary>Reads the token.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or its first line is no token.</exception>
    public MetricsDoor(MetricsOptions options)
    {
        if (options.TokenFile.Length == 0) return;
        try
        {
            _token = File.ReadLines(options.TokenFile).FirstOrDefault()?.Trim() is { Length: >= 16 } token ? Encoding.UTF8.GetBytes(token)
                : throw new ConfigurationException($"The first line of {options.TokenFile}, which Node:Metrics:TokenFile names, is no token of at least 16 characters.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The file {options.TokenFile}, which Node:Metrics:TokenFile names, cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether a request is answered.</summary>
    public bool Opens(HttpContext context)
    {
        const string Bearer = "Bearer ";
        if (_token is not null && context.Request.Headers.Authorization.ToString() is var shown && shown.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown[Bearer.Length..].Trim()), _token);
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !Forwarding.Any(context.Request.Headers.ContainsKey);
    }
}
