using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.TrustedLists;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Cli.Verification;

/// <summary>Trusted lists of authorities that lie in a trust folder: <c>trusted-lists/*.xml</c>, signed with one of the certificates beside them.</summary>
internal static class TrustedListFiles
{
    private const string Folder = "trusted-lists";

    /// <summary>Whether a file of the trust folder belongs to trusted lists; a certificate there is a scheme operator's, and no anchor.</summary>
    public static bool Holds(string folder, string file) => Path.GetRelativePath(folder, file).StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The authorities of all lists among <paramref name="files"/>, as the lists stood at <paramref name="at"/>.</summary>
    /// <exception cref="CommandFailure">A list cannot be used, or was stale.</exception>
    public static ImmutableArray<TrustedIssuer> Read(string folder, IReadOnlyList<string> files, DateTimeOffset at)
    {
        var own = files.Where(file => Holds(folder, file)).ToList();
        X509Certificate2[] signers = [.. own.Where(TrustMaterial.IsCertificate).SelectMany(TrustMaterial.Certificates)];
        return [.. own.Where(file => Path.GetExtension(file) == ".xml").SelectMany(file => Authorities(file, signers, at))];
    }

    private static ImmutableArray<TrustedIssuer> Authorities(string file, X509Certificate2[] signers, DateTimeOffset at)
    {
        if (TrustedList.Read(CommandFiles.Read(file), signers, out var fault) is not { } list)
            throw CommandFailure.Of($"This trusted list cannot be used: {fault}.", $"Put the scheme operator's certificate (*.pem) beside it, into {Folder}.", file);
        return at <= list.NextUpdate ? list.Authorities
            : throw CommandFailure.Of($"This trusted list is stale: the next one was due on {list.NextUpdate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.", "Get the current one from its scheme operator, or give the time it was valid at with --at.", file);
    }
}
