using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

/// <summary>Other people's sample credentials, which lie beside the repository and are not part of it.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset At = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public static string Root { get; } = Environment.GetEnvironmentVariable("MICROCREDS_SAMPLES") is { Length: > 0 } configured
        ? configured
        : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "samples"));

    public static string? SkipReason { get; } = File.Exists(Path.Combine(Root, "MANIFEST.tsv"))
        ? null
        : $"The sample credentials are not at {Root}; set MICROCREDS_SAMPLES to the folder that holds MANIFEST.tsv.";

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    public static IEnumerable<(string Path, string Format, string Expected, string Why)> Manifest() =>
        File.ReadLines(Path.Combine(Root, "MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t')).Select(row => (row[0], row[1], row[10], row[11]));

    public static IReadOnlyList<TrustedIssuer> Anchors() =>
        [.. Directory.GetFiles(Path.Combine(Root, "trust", "anchors"), "*.pem").Order().Select(file =>
            new TrustedIssuer(null, [], [X509CertificateLoader.LoadCertificateFromFile(file).RawData], $"pinned file {Path.GetFileName(file)}"))];

    /// <summary>The anchors, and the issuers whose keys the manifest means by "if trusted".</summary>
    public static IReadOnlyList<TrustedIssuer> Trusted() => [.. Anchors(), new TrustedIssuer(null, [], [], "test register")
    {
        CredentialIssuers =
        [
            .. Registered.Select(key => new CredentialIssuer($"did:key:{key}", [])),
            .. new[] { "https://issuer.example.com", "https://example.com/issuer", "https://pid-issuer.bund.de.example" }.Select(issuer =>
                new CredentialIssuer(issuer, [new("", System.Text.Encoding.UTF8.GetString(Read("trust/keys/sd-jwt-spec-issuer.jwk")))])),
        ],
    }];

    private static readonly string[] Registered = ["z6Mkp7AVwvWxnsNDuSSbf19sgKzrx223WY95AqZyAGifFVyV"];

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}

/// <summary>A test that reads the samples, and says that it skips where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SamplesFactAttribute : FactAttribute
{
    public SamplesFactAttribute() => Skip = Samples.SkipReason;
}

/// <summary>A theory over the samples, skipped as a whole where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SamplesTheoryAttribute : TheoryAttribute
{
    public SamplesTheoryAttribute() => Skip = Samples.SkipReason;
}
