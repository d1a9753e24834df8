using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Outside;

namespace MicroCreds.Node.Composition;

/// <summary>Makes what fetches from outside, and what reads it, of the configuration.</summary>
internal static class OutsideComposition
{
    /// <summary>Adds the fetcher; <paramref name="trust"/> reads what it brings.</summary>
    public static IServiceCollection AddOutside(this IServiceCollection services, OutsideOptions options, OutsideTrust trust, string dataDirectory)
    {
        var allowed = new AllowedAddresses(
            [.. Issuers(options).Select(i => new OutsideDocument(OutsideKind.IssuerKeys, i.Address)), .. options.TrustedLists.Select(l => new OutsideDocument(OutsideKind.TrustedList, AddressOf(l.Address, l.File))),
                .. options.RevocationLists.Select(l => new OutsideDocument(OutsideKind.RevocationList, AddressOf(l.Address, l.File)))], options.StatusLists, options.PrivateNetworks.Select(IPNetwork.Parse));
        var authorities = Certificates(options.Authorities, "Node:Trust:Authorities");
        return services.AddSingleton(allowed).AddSingleton<IOutsideTrust>(trust)
            .AddSingleton(new FetchTimes(TimeSpan.FromHours(options.StatusListHours), TimeSpan.FromHours(options.KeyHours)))
            .AddSingleton(new DocumentShelf(Path.Combine(dataDirectory, "outside")))
            .AddSingleton(provider => new OutsideClient(allowed, authorities, Dns.GetHostAddressesAsync, provider.GetRequiredService<TimeProvider>()))
            .AddOutsideServices();
    }

    /// <summary>What reads what is fetched.</summary>
    public static OutsideTrust Trust(OutsideOptions options) =>
        new(Issuers(options), options.TrustedLists.Select(l => new OutsideTrustedList(AddressOf(l.Address, l.File), [.. Certificates(l.Signers, "Node:Trust:TrustedLists")])),
            options.RevocationLists.Select(l => new OutsideRevocationList(AddressOf(l.Address, l.File), Certificates([l.Authority], "Node:Trust:RevocationLists")[0])));

    private static ImmutableArray<OutsideIssuer> Issuers(OutsideOptions options) =>
        [.. options.Issuers.Select(i => new OutsideIssuer(i.Id, OrganisationId.TryParse(i.Organisation, out var member) ? member : null, AddressOf(i)))];

    /// <summary>What is wrong with the configuration, each with its name.</summary>
    public static IEnumerable<string> Faults(OutsideOptions options)
    {
        foreach (var (issuer, i) in options.Issuers.Select((x, i) => (x, i)))
        {
            if (issuer.Organisation.Length > 0 && !OrganisationId.TryParse(issuer.Organisation, out _)) yield return $"Node:Trust:Issuers:{i}:Organisation '{issuer.Organisation}' is not a SCHAC home-organisation identifier such as uni-a.example.";
            if (!AllowedAddresses.IsPlain(AddressOf(issuer)))
                yield return $"Node:Trust:Issuers:{i} has no https address for its keys: write Id as did:web:uni-a.example, or Address as https://uni-a.example/jwks.json.";
        }
        foreach (var twice in options.Issuers.GroupBy(i => i.Id).Where(g => g.Count() > 1)) yield return $"Node:Trust:Issuers names {twice.Key} twice.";
        foreach (var (address, file, name) in options.TrustedLists.Select((l, i) => (l.Address, l.File, $"TrustedLists:{i}")).Concat(options.RevocationLists.Select((l, i) => (l.Address, l.File, $"RevocationLists:{i}"))))
            if ((address.Length > 0) == (file.Length > 0) || !(file.Length > 0 || AllowedAddresses.IsPlain(address)))
                yield return $"Node:Trust:{name} needs either an Address such as https://tl.example/tl.xml, or a File.";
        foreach (var (begin, i) in options.StatusLists.Select((x, i) => (x, i)))
            if (!AllowedAddresses.IsPlain(begin) || !begin.EndsWith('/')) yield return $"Node:Trust:StatusLists:{i} '{begin}' is not the beginning of an address such as https://uni-a.example/status/, with a slash at its end.";
        foreach (var (network, i) in options.PrivateNetworks.Select((x, i) => (x, i)))
            if (!IPNetwork.TryParse(network, out _)) yield return $"Node:Trust:PrivateNetworks:{i} '{network}' is not a network such as 10.20.0.0/16.";
    }

    private static string AddressOf(OutsideIssuerOptions issuer) => issuer.Address.Length > 0 ? issuer.Address : IssuerDocuments.AddressOf(issuer.Id)?.AbsoluteUri ?? "";

    private static string AddressOf(string address, string file) => file.Length > 0 ? new Uri(Path.GetFullPath(file)).AbsoluteUri : address;

    private static X509Certificate2Collection Certificates(IEnumerable<string> files, string setting)
    {
        var certificates = new X509Certificate2Collection();
        foreach (var file in files)
        {
            var before = certificates.Count;
            try
            {
                certificates.ImportFromPemFile(file);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"{setting}: {file} holds no certificate in PEM: {e.Message}", e);
            }
            if (certificates.Count == before) throw new ConfigurationException($"{setting}: {file} holds no certificate in PEM.");
        }
        return certificates;
    }
}
