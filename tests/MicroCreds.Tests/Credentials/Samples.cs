using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Status;
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

    /// <summary>
    /// The anchors, and the issuers whose keys the manifest means by "if trusted": those it calls registered, the DID documents, the key of the
    /// SD-JWT standard, and the keys that 1EdTech's samples only carry in themselves, pinned for the issuer that the name of the key begins with.
    /// </summary>
    public static IReadOnlyList<TrustedIssuer> Trusted() =>
    [
        .. Anchors(),
        new TrustedIssuer(null, [], [], "test register")
        {
            CredentialIssuers =
            [
                .. Registered.Select(key => new CredentialIssuer($"did:key:{key}", [])),
                .. new[] { "https://issuer.example.com", "https://example.com/issuer", "https://pid-issuer.bund.de.example" }.Select(issuer =>
                    new CredentialIssuer(issuer, [new("", System.Text.Encoding.UTF8.GetString(Read("trust/keys/sd-jwt-spec-issuer.jwk")))])),
                .. Directory.GetFiles(Root, "*.json", SearchOption.AllDirectories).Where(f => f.Contains("/1edtech/", StringComparison.Ordinal) || f.Contains("/clr2/", StringComparison.Ordinal)).SelectMany(Methods).GroupBy(m => m.Split('#')[0])
                    .Select(g => new CredentialIssuer(g.Key, [.. g.Distinct().Select(m => new CredentialKey(m, m.Split('#')[1])), .. g.Key == "https://1edtech.edu/issuers/565049" ? Baked() : []])),
            ],
        },
        .. Legacy(),
        // Those that lie under the name that their own address ends with; others contradict them.
        .. Directory.GetFiles(Path.Combine(Root, "ob2", "assets"), "*.json").Order().Where(file => File.ReadAllText(file).Contains($"/{Path.GetFileName(file)}\",\n", StringComparison.Ordinal)).SelectMany(file => IssuerDocuments.Read(File.ReadAllBytes(file), Path.GetFileName(file))),
        .. Directory.GetFiles(Path.Combine(Root, "trust", "did"), "*.json").Order().SelectMany(file => IssuerDocuments.Read(File.ReadAllBytes(file), Path.GetFileName(file))),
    ];

    /// <summary>The status lists, under the addresses that the sample credentials point to.</summary>
    public static StatusListBook StatusLists() => StatusListBook.Read(
        Directory.GetFiles(Path.Combine(Root, "status", "dcc"), "*.json").Order().SelectMany(file => new[]
        {
            "https://digitalcredentials.github.io/vc-test-fixtures/statusLists/didkey-ed25519Signature2020/",
            "https://raw.githubusercontent.com/digitalcredentials/verifier-core/refs/heads/main/src/test-fixtures/status/",
        }.Select(address => (address + Path.GetFileNameWithoutExtension(file), new ReadOnlyMemory<byte>(File.ReadAllBytes(file))))),
        Trusted());

    private static readonly string[] Registered =
    [
        "z6Mkp7AVwvWxnsNDuSSbf19sgKzrx223WY95AqZyAGifFVyV", "z6MkuL7x2mTEoBmUuuaQ2hvEUd2YsEtmsHeX9JzqJZ8VYaVH", "z6MkjoriXdbyWD25YXTed114F8hdJrLXQ567xxPHAUKxpKkS",
        "z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q", "z6Mki7DqKQswPsjqMVhP4W3n2ABFb5wBegZC5erEVg5qcgEw", "z6MktL8XGbuYv5f7hwf6hVyJkJWynNtNhcsXFYe9NJzjKHkW", "z6Mks4vZNz8Jwyb85odUeZrissHSY7JeJcXkNTDCcXLhYAZ4",
    ];

    // The baked samples carry their key in the header of their token; here it is pinned.
    private static IEnumerable<CredentialKey> Baked() => new[] { "simple-jwt.png", "simple-jwt.svg" }.Select(file =>
    {
        var header = System.Text.RegularExpressions.Regex.Match(System.Text.Encoding.Latin1.GetString(Read($"ob3-baked/{file}")), "eyJ[A-Za-z0-9_-]+").Value;
        return new CredentialKey("", System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(header))!["jwk"]!.ToJsonString());
    });

    // The two transcripts that the manifest would take under a policy for old ones: their key, for what stands where an issuer would.
    private static IEnumerable<TrustedIssuer> Legacy() => new[] { "elmo/dk-wl.txt", "elmo/elmo-tomcat-signed-zipped-base64.txt" }.Select(path =>
    {
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(Read(path)))), System.IO.Compression.CompressionMode.Decompress);
        var elmo = System.Xml.Linq.XDocument.Load(gzip).Root!;
        var issuer = elmo.Descendants(elmo.Name.Namespace + "issuer").First().Element(elmo.Name.Namespace + "identifier")!;
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(elmo.Descendants().Single(e => e.Name.LocalName == "X509Certificate").Value));
        return new TrustedIssuer(null, [], [], "test register") { CredentialIssuers = [new($"{(string?)issuer.Attribute("type")}:{issuer.Value}", [new("", certificate.ExportCertificatePem())])] };
    });

    private static IEnumerable<string> Methods(string file) =>
        System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "\"verificationMethod\":\\s*\"((?:https://|did:web:dc|urn:uuid:)[^\"]+#z6Mk[^\"]+)\"").Select(m => m.Groups[1].Value);

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
