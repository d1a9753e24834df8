using System.Collections.Frozen;
using System.Security.Cryptography;

namespace MicroCreds.Console.Assets;

/// <summary>The console's static files, out of the assembly. Their addresses carry a hash of the content, so they may be cached for ever.</summary>
internal sealed class EmbeddedAssets
{
    private const string Prefix = "asset/";

    private readonly FrozenDictionary<string, EmbeddedAsset> _byName = Read().ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>The file, or null.</summary>
    public EmbeddedAsset? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Address of the file.</summary>
    public string AddressOf(string name) => $"/assets/{_byName[name].Hash}/{name}";

    private static IEnumerable<EmbeddedAsset> Read()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidDataException($"Resource {resource} is missing.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var name = resource[Prefix.Length..];
            yield return new EmbeddedAsset(name, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16], TypeOf(name), bytes);
        }
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}

/// <summary>One static file.</summary>
internal sealed record EmbeddedAsset(string Name, string Hash, string ContentType, byte[] Bytes);
