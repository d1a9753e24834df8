using System.Text.Json;

namespace MicroCreds.Domain.Rules;

/// <summary>Codes as findings and explanations write them: in snake_case, as the contract does everywhere else.</summary>
internal static class CodeWord
{
    /// <summary>The word for a code, e.g. <c>written_examination</c>.</summary>
    internal static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
