using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// A statement with its receipt as one file that anybody can verify without a node: <c>{"statement": …, "disclosures": […], "receipt": …}</c>,
/// the two signed texts exactly as they were signed.
/// </summary>
/// <param name="Statement">Statement.</param>
/// <param name="Receipt">Receipt that covers it, compact JWS; empty while there is none.</param>
public sealed record DecisionExport(SignedStatement Statement, string Receipt)
{
    /// <summary>Media type of the file.</summary>
    public const string MediaType = "application/vnd.microcreds.evidence+json";

    /// <summary>Largest file that is read: a statement, its disclosures and a receipt.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    /// <summary>The file, UTF-8. The same statement and receipt give the same bytes.</summary>
    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("statement", Statement.Jws);
            json.WriteStartArray("disclosures");
            foreach (var disclosure in Statement.Disclosures) json.WriteStringValue(disclosure);
            json.WriteEndArray();
            json.WriteString("receipt", Receipt);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.ToArray();
    }

    /// <summary>Reads a file. Nothing is verified yet.</summary>
    /// <returns>The export, or <see cref="ProblemCode.StatementInvalid"/> with the fact <c>fault</c> <c>malformed</c>.</returns>
    public static Result<DecisionExport> Read(ReadOnlyMemory<byte> file)
    {
        if (!StrictJson.TryParse(file, MaxBytes, out var document, out var fault)) return ClaimReader.Refuse(MediaType, "malformed", fault);
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(m => m.Name is not ("statement" or "disclosures" or "receipt"))
                || Text(root, "statement") is not { Length: > 0 and <= SignedStatement.MaxBytes } jws || Text(root, "receipt") is not { Length: <= ReceiptCodec.MaxBytes } receipt
                || !root.TryGetProperty("disclosures", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > Disclosures.MaxCount
                || list.EnumerateArray().Any(d => d.ValueKind != JsonValueKind.String) || !Ascii.IsValid(jws) || !Ascii.IsValid(receipt))
                return ClaimReader.Refuse(MediaType, "malformed", "the file does not hold a statement, its disclosures and a receipt");
            ImmutableArray<string> disclosures = [.. list.EnumerateArray().Select(d => d.GetString() ?? "")];
            return new DecisionExport(new SignedStatement(jws, disclosures), receipt);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
