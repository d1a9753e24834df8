using System.Collections.Frozen;
using System.Text.Json;
using MicroCreds.Credentials.Formats;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge2;

/// <summary>
/// Documents of Open Badges 2.0 that were fetched beforehand, over a channel the operator trusts: badge classes, issuers and revocation lists, by their
/// address. An assertion only names them; nothing is fetched while one is verified.
/// </summary>
internal sealed class BadgeDocuments
{
    private const int MaxDocuments = 10_000;
    private const int MaxBytes = 1024 * 1024;

    private readonly FrozenDictionary<string, JsonElement> _byId;

    private BadgeDocuments(FrozenDictionary<string, JsonElement> byId) => _byId = byId;

    /// <summary>Takes the documents of Open Badges 2.0 among <paramref name="documents"/>. Two that differ under one address cancel each other.</summary>
    public static BadgeDocuments Read(IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var byId = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var twice = new HashSet<string>(StringComparer.Ordinal);
        foreach (var content in documents.Take(MaxDocuments))
        {
            if (!StrictJson.TryParse(StrictJson.SkipByteOrderMark(content), MaxBytes, out var document, out _)) continue;
            using (document)
            {
                var root = document.RootElement;
                if (JsonFormat.Of(root) != CredentialFormat.OpenBadge2 || JsonFormat.HasType(root, "Assertion") || Text(root, "id") is not { Length: > 0 } id) continue;
                if (!byId.TryAdd(id, root.Clone()) && !JsonElement.DeepEquals(byId[id], root)) twice.Add(id);
            }
        }
        return new(byId.Where(d => !twice.Contains(d.Key)).ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The object that a member is, or that it names by its address; null when it is neither or the document is not at hand.</summary>
    public JsonElement? Follow(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var member)) return null;
        if (member.ValueKind == JsonValueKind.Object && member.EnumerateObject().Any(m => m.Name is not ("id" or "type"))) return member;
        return IdOf(parent, name) is { } id && _byId.TryGetValue(id, out var document) ? document : null;
    }

    /// <summary>The address that a member is or carries; null when none.</summary>
    public static string? IdOf(JsonElement parent, string name) => Text(parent, name) ?? (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? Text(member, "id") : null);

    /// <summary>A text member; null when there is none.</summary>
    public static string? Text(JsonElement element, string name) => Tokens.TokenHeader.Text(element, name);
}
