using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>What a term of a JSON-LD context means. Source: JSON-LD 1.1 Processing Algorithms, 4.2.</summary>
internal sealed record TermDefinition
{
    /// <summary>The IRI or keyword it stands for; null for a term that is made to mean nothing.</summary>
    public required string? Iri { get; init; }

    /// <summary>Whether it may begin a compact IRI.</summary>
    public bool Prefix { get; init; }

    /// <summary>Whether another context may not give it another meaning.</summary>
    public bool Protected { get; init; }

    /// <summary>How texts are read: <c>@id</c>, <c>@vocab</c>, <c>@json</c>, <c>@none</c> or the IRI of a type; null when as they stand.</summary>
    public string? Type { get; init; }

    /// <summary>Whether values are an ordered list.</summary>
    public bool List { get; init; }

    /// <summary>Whether each value is a graph of its own.</summary>
    public bool Graph { get; init; }

    /// <summary>Whether it uses a feature that no pinned context needs; such a term may be defined, and its use is refused.</summary>
    public bool Unsupported { get; init; }

    /// <summary>Context for what stands under the term, or for objects of the type; undefined when none.</summary>
    public JsonElement Context { get; init; }

    /// <summary>Whether the other means the same, protection aside.</summary>
    public bool MeansTheSameAs(TermDefinition other) =>
        Iri == other.Iri && Prefix == other.Prefix && Type == other.Type && List == other.List && Graph == other.Graph && Unsupported == other.Unsupported
        && Context.ValueKind == other.Context.ValueKind && (Context.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(Context, other.Context));
}
