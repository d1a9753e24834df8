using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>Reads the claims of a signed object; the first one at fault is named.</summary>
internal sealed class ClaimReader(JsonElement claims, string type)
{
    /// <summary>The claim at fault; null while all were good.</summary>
    public string? Fault { get; private set; }

    /// <summary>The refusal that names the claim at fault.</summary>
    public Problem Problem => Refuse(type, "claims", $"its claim '{Fault}' is missing, malformed or not the one expected", ("claim", Fault ?? ""));

    /// <summary>A refusal of a signed object of type <paramref name="type"/>; <paramref name="because"/> is a clause.</summary>
    public static Problem Refuse(string type, string fault, string because, params ReadOnlySpan<(string Name, string Value)> facts) =>
        Problem.Of(ProblemCode.StatementInvalid, $"The signed {type} is not accepted: {because}.", [("fault", fault), ("type", type), .. facts]);

    /// <summary>A text; empty and a fault when there is none.</summary>
    public string Text(string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : Failed(name, "");

    /// <summary>A text that must be exactly <paramref name="expected"/>.</summary>
    public void Exactly(string name, string expected)
    {
        if (Text(name) != expected) Failed(name, 0);
    }

    /// <summary>A list with exactly one text.</summary>
    public void ExactlyOne(string name, string expected)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 1
            || value[0].ValueKind != JsonValueKind.String || value[0].GetString() != expected) Failed(name, 0);
    }

    /// <summary>A whole number of at least <paramref name="least"/>, and at most what every JSON reader holds exactly (RFC 7493, 2.2).</summary>
    public long Number(string name, long least) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
        && number >= least && number <= 9007199254740991 && value.GetRawText() == number.ToString(CultureInfo.InvariantCulture) ? number : Failed(name, least);

    /// <summary>A whole number in the range of a version.</summary>
    public int SmallNumber(string name, int least) => Number(name, least) is var number && number <= int.MaxValue ? (int)number : Failed(name, least);

    /// <summary>A digest; null where the claim is the literal null.</summary>
    public Sha256Digest? DigestOrNull(string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null ? null
        : Sha256Digest.TryParse(Text(name), out var digest) ? digest : Failed<Sha256Digest?>(name, null);

    /// <summary>An instant in whole seconds since 1970 (RFC 7519, 2, NumericDate).</summary>
    public DateTimeOffset Instant(string name) =>
        Number(name, 0) is var seconds && seconds <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : Failed(name, DateTimeOffset.UnixEpoch);

    /// <summary>Records a fault and answers a value to go on with.</summary>
    public T Failed<T>(string name, T value)
    {
        Fault ??= name;
        return value;
    }
}
