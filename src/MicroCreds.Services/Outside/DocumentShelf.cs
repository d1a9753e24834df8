using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Services.Outside;

/// <summary>
/// Documents from outside as files of one folder, so that a restart forgets nothing: neither a revocation nor how old a list may not be. Two
/// files each, named by the digest of kind and address, written whole or not at all; the content first, and it counts only when its digest is the one stated.
/// </summary>
/// <param name="folder">Where; made when absent.</param>
public sealed class DocumentShelf(string folder)
{
    private static readonly JsonSerializerOptions Spelling = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter<OutsideKind>(), new DigestSpelling() }, WriteIndented = true };

    /// <summary>Everything kept. A file that cannot be read is left out: its document is fetched again.</summary>
    public IReadOnlyList<(KeptDocument Kept, ReadOnlyMemory<byte> Content)> Load()
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<(KeptDocument, ReadOnlyMemory<byte>)>()];
    }

    /// <summary>Keeps what is known of a document, and its content when there is a new one.</summary>
    public void Save(KeptDocument kept, byte[]? content)
    {
        Directory.CreateDirectory(folder);
        if (content is not null) Write(NameOf(kept.Document) + ".content", content);
        Write(NameOf(kept.Document) + ".json", JsonSerializer.SerializeToUtf8Bytes(kept, Spelling));
    }

    /// <summary>The content kept of a document; empty when none is.</summary>
    public ReadOnlyMemory<byte> ContentOf(OutsideDocument document) => File.Exists(NameOf(document) + ".content") ? File.ReadAllBytes(NameOf(document) + ".content") : ReadOnlyMemory<byte>.Empty;

    /// <summary>Forgets a document.</summary>
    public void Remove(OutsideDocument document)
    {
        File.Delete(NameOf(document) + ".json");
        File.Delete(NameOf(document) + ".content");
    }

    private string NameOf(OutsideDocument document) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{document.Kind} {document.Address}"))));

    private (KeptDocument, ReadOnlyMemory<byte>)? Read(string file)
    {
        try
        {
            if (JsonSerializer.Deserialize<KeptDocument>(File.ReadAllBytes(file), Spelling) is not { Document: { Address: not null } } kept || Path.ChangeExtension(file, null) != NameOf(kept.Document)) return null;
            var path = Path.ChangeExtension(file, ".content");
            var content = kept.Digest is not null && File.Exists(path) ? File.ReadAllBytes(path) : [];
            if (kept.Digest is null || Sha256Digest.Of(content) == kept.Digest) return (kept, content);
            // Without its content nothing is held: it is asked for anew, without saying which one was held.
            return (new KeptDocument { Document = kept.Document, NextAt = kept.NextAt, Failures = kept.Failures, Failure = "the copy kept here was damaged" }, ReadOnlyMemory<byte>.Empty);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string path, byte[] content)
    {
        using (var stream = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    private sealed class DigestSpelling : JsonConverter<Sha256Digest>
    {
        public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Sha256Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("This is no digest.");

        public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
