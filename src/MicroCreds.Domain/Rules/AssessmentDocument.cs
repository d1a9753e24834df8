using System.Text.Json;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Domain.Rules;

/// <summary>An assessment as kept bytes: UTF-8 JSON in a fixed order. Assessing the same input again gives the same bytes.</summary>
public static class AssessmentDocument
{
    /// <summary>The assessment's document.</summary>
    public static byte[] Write(Assessment assessment) => DomainJson.Write(assessment);

    /// <summary>Reads a document back.</summary>
    /// <exception cref="JsonException">The bytes are not such a document: the store is corrupt or of a newer version.</exception>
    public static Assessment Read(ReadOnlySpan<byte> document) => DomainJson.Read<Assessment>(document);
}
