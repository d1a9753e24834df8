using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Cli.Verification;

/// <summary>
/// By what an offline verification goes: anchors for seals and, when a trust list is there, the members with their keys. Nothing comes from
/// the file that is verified, and nothing is fetched.
/// </summary>
/// <param name="Issuers">Whose seals are accepted.</param>
/// <param name="Members">Members; null without a trust list.</param>
/// <param name="Source">What was read, for the result.</param>
/// <param name="StatusLists">Status lists that were fetched beforehand.</param>
internal sealed record TrustMaterial(ImmutableArray<TrustedIssuer> Issuers, MemberDirectory? Members, string Source, IStatusListSource StatusLists)
{
    /// <summary>Certificates that their authorities revoked, as far as their lists were fetched beforehand.</summary>
    public RevocationBook Revocations { get; private init; } = RevocationBook.Empty;

    private static readonly string[] CertificateEndings = [".pem", ".crt", ".cer", ".der"];

    /// <summary>Nothing is trusted: what a file says can be shown, and never accepted.</summary>
    public static TrustMaterial None { get; } = new([], null, "nothing: no --trust is given", NoStatusLists.Instance);

    /// <summary>
    /// Reads a folder (<c>trust-list.json</c> or any <c>*.jws.json</c>, coordinator keys <c>*.jwk</c>, anchors <c>*.pem</c>, <c>*.crt</c>, <c>*.cer</c>, <c>*.der</c>,
    /// trusted lists of authorities <c>trusted-lists/*.xml</c> with the certificates of their scheme operators beside them, and revocation lists <c>revocation-lists/*.crl</c> with those of their authorities) or a single trust list. Other <c>*.json</c> of the folder and its subfolders register issuers that sign with keys (<see cref="IssuerDocuments"/>), or are status lists. A trust list counts only when <paramref name="threshold"/> coordinators signed it and it was valid at <paramref name="at"/>.
    /// </summary>
    /// <exception cref="CommandFailure">The trust list or a key cannot be used.</exception>
    public static TrustMaterial Read(string path, IReadOnlyList<string> coordinatorFiles, int threshold, DateTimeOffset at)
    {
        var isFolder = Directory.Exists(path);
        var files = isFolder ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [path];
        var revocations = isFolder ? RevocationListFiles.Read(path, files) : RevocationBook.Empty;
        return Read(path, isFolder, files, coordinatorFiles, threshold, revocations, at) with { Revocations = revocations };
    }

    private static TrustMaterial Read(string path, bool isFolder, string[] files, IReadOnlyList<string> coordinatorFiles, int threshold, RevocationBook revocations, DateTimeOffset at)
    {
        var coordinators = coordinatorFiles.Concat(files.Where(file => Path.GetExtension(file) == ".jwk")).Select(CoordinatorKey).ToList();
        var anchors = files.Where(file => !TrustedListFiles.Holds(path, file) && !RevocationListFiles.Holds(path, file) && IsCertificate(file)).Select(Pinned).ToList();
        var listFile = isFolder ? files.FirstOrDefault(file => Path.GetFileName(file) == "trust-list.json") : Path.GetExtension(path) == ".json" ? path : null;
        var issuers = files.Where(file => isFolder && file != listFile && Path.GetExtension(file) == ".json" && new FileInfo(file).Length <= IssuerDocuments.MaxBytes)
            .SelectMany(file => IssuerDocuments.Read(CommandFiles.Read(file), $"registered in {Path.GetFileName(file)}")).ToList();
        var authorities = isFolder ? TrustedListFiles.Read(path, files, at) : [];
        List<TrustedIssuer> pinned = [.. anchors, .. issuers, .. authorities];
        var counted = $"{anchors.Count} pinned anchors and {issuers.Count} registered issuers{(authorities.IsEmpty ? "" : $" and {authorities.Length} authorities of trusted lists")}";
        if (listFile is null)
        {
            return pinned.Count > 0 ? new([.. pinned], null, $"{counted} of {path}", Lists([.. pinned]))
                : throw CommandFailure.Of("There is neither a trust list nor an anchor nor a registered issuer.", "Name a folder with trust-list.json and the coordinators' *.jwk, or with certificates (*.pem, *.crt) or registered issuers (*.json).", path);
        }

        if (coordinators.Count == 0) throw CommandFailure.Of("The trust list is worth nothing without a coordinator's key.", "Put the coordinators' public keys (*.jwk) into the folder, or name them with --coordinator.", listFile);
        var keys = coordinators.DistinctBy(key => key.KeyId).ToDictionary(key => key.KeyId);
        if (TrustListCodec.Read(CommandFiles.Read(listFile), threshold, keys.GetValueOrDefault, at).Failed(out var problem, out var list))
            throw CommandFailure.Of(problem.Message, "Get the current trust list, or give the time it was valid at with --at.", listFile);
        var members = new MemberDirectory(list);
        return new([.. members.TrustedIssuers(), .. pinned], members, $"trust list serial {list.Serial} of {list.Consortium}{(pinned.Count > 0 ? $", {counted}" : "")}", Lists([.. members.TrustedIssuers(), .. pinned]));

        IStatusListSource Lists(IReadOnlyList<TrustedIssuer> by) => isFolder ? StatusListFiles.Read(path, files.Where(file => file != listFile), by, revocations) : NoStatusLists.Instance;
    }

    private static VerificationKey CoordinatorKey(string path) =>
        VerificationKey.TryFromJwk(CommandFiles.ReadText(path), out var key) ? key
        : throw CommandFailure.Of("This is no public key of a coordinator.", "It must be a JWK of an EC P-256 public key, without its private part.", path);

    /// <summary>Whether a file is a certificate by its ending.</summary>
    public static bool IsCertificate(string path) => CertificateEndings.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static TrustedIssuer Pinned(string path)
    {
        var certificates = Certificates(path);
        ImmutableArray<ReadOnlyMemory<byte>> anchors = [.. certificates.Select(certificate => new ReadOnlyMemory<byte>(certificate.RawData))];
        foreach (var certificate in certificates) certificate.Dispose();
        return new TrustedIssuer(null, [], anchors, $"pinned file {Path.GetFileName(path)}");
    }

    /// <summary>The certificates of a file in PEM or DER.</summary>
    /// <exception cref="CommandFailure">It holds none.</exception>
    public static X509Certificate2Collection Certificates(string path)
    {
        var content = CommandFiles.Read(path);
        try
        {
            var certificates = new X509Certificate2Collection();
            if (content.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) >= 0) certificates.ImportFromPem(Encoding.ASCII.GetString(content));
            else certificates.Add(X509CertificateLoader.LoadCertificate(content));
            return certificates;
        }
        catch (CryptographicException e)
        {
            throw CommandFailure.Of($"This is no certificate: {e.Message}", "Anchors are X.509 certificates in PEM or DER.", path, e);
        }
    }
}
