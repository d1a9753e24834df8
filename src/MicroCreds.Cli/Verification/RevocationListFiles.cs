using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Certificates;

namespace MicroCreds.Cli.Verification;

/// <summary>Lists of revoked certificates that lie in a trust folder: <c>revocation-lists/*.crl</c>, signed by one of the authorities whose certificates lie beside them.</summary>
internal static class RevocationListFiles
{
    private const string Folder = "revocation-lists";

    /// <summary>Whether a file of the trust folder belongs to revocation lists; a certificate there is no anchor.</summary>
    public static bool Holds(string folder, string file) => Path.GetRelativePath(folder, file).StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The lists among <paramref name="files"/>. An authority without a list lets nothing pass.</summary>
    /// <exception cref="CommandFailure">A list cannot be used.</exception>
    public static RevocationBook Read(string folder, IReadOnlyList<string> files)
    {
        var own = files.Where(file => Holds(folder, file)).ToList();
        var authorities = own.Where(TrustMaterial.IsCertificate).SelectMany(TrustMaterial.Certificates).ToList();
        var lists = own.Where(file => Path.GetExtension(file) == ".crl").Select(file =>
        {
            var content = CommandFiles.Read(file);
            var fault = "no authority's certificate lies beside it";
            foreach (var authority in authorities)
                if (RevocationList.Read(content, authority, out fault) is { } list) return (authority, (RevocationList?)list, list.NextUpdate);
            throw CommandFailure.Of($"This revocation list cannot be used: {fault}.", $"Put the certificate (*.pem) of the authority that signed it beside it, into {Folder}.", file);
        }).ToList();
        return new([.. lists.OrderByDescending(l => l.Item2?.IssuedAt), .. authorities.Select(a => (a, (RevocationList?)null, default(DateTimeOffset)))]);
    }
}
