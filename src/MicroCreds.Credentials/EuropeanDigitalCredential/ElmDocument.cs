using System.Text.Json;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>
/// A credential in the JSON of the European Learning Model v3. Objects may stand whole in one place and be named by their id in another;
/// the first object with content under an id is the one meant.
/// </summary>
internal sealed class ElmDocument(JsonElement root)
{
    // A document of one credential has some hundreds of references. Arrays of references to arrays of references would multiply
    // a small file into endless work; beyond this number an id stays an id.
    private const int MaxLookups = 20_000;

    private Dictionary<string, JsonElement>? _byId;
    private int _lookups;

    /// <summary>The credential itself.</summary>
    public ElmNode Credential => new(this, root, new ElmPlace(null, "$", null));

    /// <summary>The object named by an id, or null when the document holds none with content.</summary>
    public JsonElement? Find(string id) => ++_lookups <= MaxLookups && (_byId ??= Index()).TryGetValue(id, out var element) ? element : null;

    /// <summary>Whether an object says anything beyond its id and type.</summary>
    public static bool HasContent(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!property.NameEquals("id"u8) && !property.NameEquals("type"u8)) return true;
        }
        return false;
    }

    private Dictionary<string, JsonElement> Index()
    {
        var index = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Add(root);
        return index;

        void Add(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var entry in element.EnumerateArray()) Add(entry);
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                if (HasContent(element) && element.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } name)
                    index.TryAdd(name, element);
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Add(property.Value);
                }
            }
        }
    }
}
