using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Verification;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Members;

namespace MicroCreds.Node.Composition;

/// <summary>
/// Verifies by the trust list in force, the operator's pinned anchors, and what was fetched from outside. A new list, or new keys, make a new verifier;
/// calls under way finish with the old one.
/// </summary>
internal sealed class RegistryCredentialVerifier : ICredentialVerifier
{
    private readonly ImmutableArray<TrustedIssuer> _pinned;
    private readonly Lock _change = new();
    private volatile CredentialVerifier _verifier;

    public RegistryCredentialVerifier(TrustRegistry registry, IEnumerable<string> pinnedAnchors, OutsideTrust outside)
    {
        _pinned = [.. pinnedAnchors.SelectMany(Files).SelectMany(file => Pinned(file))];
        _verifier = Make();
        registry.Changed += Renew;
        outside.Changed += Renew;

        // One after the other, so that the newest of two changes is the one that stays.
        void Renew()
        {
            lock (_change) _verifier = Make();
        }

        CredentialVerifier Make() => outside.MakeVerifier([.. registry.Current.TrustedIssuers(), .. _pinned]);
    }

    public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at) => _verifier.Verify(file, at);

    private static string[] Files(string pattern)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(pattern)) ?? ".";
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, Path.GetFileName(pattern)) : [];
        return files.Length > 0 ? files : throw new ConfigurationException($"Node:PinnedAnchors names '{pattern}', which matches no file.");
    }

    private static ImmutableArray<TrustedIssuer> Pinned(string file)
    {
        if (Path.GetExtension(file) == ".json")
        {
            var issuers = IssuerDocuments.Read(File.ReadAllBytes(file), $"registered in {Path.GetFileName(file)}");
            return issuers.IsEmpty ? throw new ConfigurationException($"{file} registers no issuer.") : issuers;
        }
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0
                ? [new TrustedIssuer(null, [], [.. certificates.Select(c => new ReadOnlyMemory<byte>(c.RawData))], $"pinned file {Path.GetFileName(file)}")]
                : throw new ConfigurationException($"{file} holds no certificate in PEM.");
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new ConfigurationException($"{file} holds no certificate in PEM: {e.Message}", e);
        }
    }
}
