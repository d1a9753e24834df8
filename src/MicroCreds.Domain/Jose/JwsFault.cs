using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Jose;

/// <summary>What is wrong with a signed text.</summary>
public enum JwsFault
{
    /// <summary>Not in the serialisation expected, not base64url, or too large.</summary>
    Malformed,
    /// <summary>The protected header misses a member or carries one that is not allowed.</summary>
    Header,
    /// <summary>The algorithm is not ES256.</summary>
    Algorithm,
    /// <summary>The <c>typ</c> is not the one expected: a text signed for another purpose.</summary>
    Type,
    /// <summary>The key named is not a key of the signer.</summary>
    KeyUnknown,
    /// <summary>The signature does not verify under the key named.</summary>
    Signature,
    /// <summary>Fewer different keys signed than are asked for.</summary>
    Threshold,
}

/// <summary>Turns a fault into a refusal.</summary>
internal static class JwsFaults
{
    /// <summary>A refusal with the fact <c>fault</c>, and <c>kid</c> where a key was named.</summary>
    public static Problem ToProblem(this JwsFault fault, string typ, string? keyId = null)
    {
        var (word, message) = fault switch
        {
            JwsFault.Malformed => ("malformed", "The signed text cannot be read"),
            JwsFault.Header => ("header", "The protected header is not exactly alg, kid and typ"),
            JwsFault.Algorithm => ("algorithm", "The signature algorithm is not ES256"),
            JwsFault.Type => ("type", "The text was signed for another purpose"),
            JwsFault.KeyUnknown => ("key_unknown", "The text is signed by a key that the signer does not have"),
            JwsFault.Signature => ("signature", "The signature does not verify"),
            JwsFault.Threshold => ("threshold", "Too few different keys signed"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return keyId is null
            ? Problem.Of(ProblemCode.StatementInvalid, $"{message} (expected type {typ}).", ("fault", word), ("type", typ))
            : Problem.Of(ProblemCode.StatementInvalid, $"{message} (expected type {typ}, key {keyId}).", ("fault", word), ("type", typ), ("kid", keyId));
    }
}
