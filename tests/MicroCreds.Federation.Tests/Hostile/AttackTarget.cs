using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>What attackers know of a node: where it listens, a member's certificate that got into wrong hands, and how long it waits for callers.</summary>
/// <param name="Staff">Address of the door of staff.</param>
/// <param name="Web">Address of the web door.</param>
/// <param name="Partner">Address of the partners' door.</param>
/// <param name="Keys">Directory with <c>tls.crt</c> and <c>tls.key</c> of the member.</param>
/// <param name="PatiencePercent">Share of the usual times that the node waits, in percent.</param>
internal sealed record AttackTarget(IPEndPoint Staff, IPEndPoint Web, IPEndPoint Partner, string Keys, int PatiencePercent) : IDisposable
{
    /// <summary>The member's certificate.</summary>
    public X509Certificate2 Member { get; } = X509Certificate2.CreateFromPemFile(Path.Combine(Keys, "tls.crt"), Path.Combine(Keys, "tls.key"));

    /// <summary>The target as words of a command line.</summary>
    public string[] Arguments => [$"{Staff}", $"{Web}", $"{Partner}", Keys, PatiencePercent.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Reads <see cref="Arguments"/>.</summary>
    public static AttackTarget Of(string[] words) =>
        new(IPEndPoint.Parse(words[0]), IPEndPoint.Parse(words[1]), IPEndPoint.Parse(words[2]), words[3], int.Parse(words[4], CultureInfo.InvariantCulture));

    /// <summary>A time that the node waits, so much shorter as it is told to.</summary>
    public TimeSpan Waiting(double seconds) => TimeSpan.FromSeconds(seconds) * (PatiencePercent / 100.0);

    /// <inheritdoc/>
    public void Dispose() => Member.Dispose();
}
