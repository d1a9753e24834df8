namespace MicroCreds.Credentials.SelectiveDisclosure;

/// <summary>An SD-JWT taken apart at its tildes. Source: RFC 9901, 4.</summary>
/// <param name="Token">The issuer's token.</param>
/// <param name="Disclosures">The disclosures, in the order received.</param>
/// <param name="KeyBinding">The holder's token; empty when there is none.</param>
/// <param name="Presented">What the holder's token signs the digest of: everything up to the last tilde, with it.</param>
internal sealed record SdJwt(ReadOnlyMemory<byte> Token, IReadOnlyList<ReadOnlyMemory<byte>> Disclosures, ReadOnlyMemory<byte> KeyBinding, ReadOnlyMemory<byte> Presented)
{
    /// <summary>Takes a text apart; null when it has no tilde or too many parts.</summary>
    public static SdJwt? Split(ReadOnlyMemory<byte> text)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var rest = text;
        while (rest.Span.IndexOf((byte)'~') is var at and >= 0)
        {
            if (parts.Count > DisclosedToken.MaxDisclosures) return null;
            parts.Add(rest[..at]);
            rest = rest[(at + 1)..];
        }
        if (parts.Count == 0) return null;
        // Drafts of old ended without a tilde. What is no token can only be a disclosure; it must then fit a digest like all others.
        if (!rest.IsEmpty && !rest.Span.Contains((byte)'.')) return new(parts[0], [.. parts[1..], rest], default, text);
        return new(parts[0], parts[1..], rest, text[..^rest.Length]);
    }
}
