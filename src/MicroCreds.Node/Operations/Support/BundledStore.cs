using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MicroCreds.Storage;

namespace MicroCreds.Node.Operations.Support;

/// <summary>How a store stands, for those who help.</summary>
/// <param name="Institution">Whose it is.</param>
/// <param name="Unusable">Why it cannot be read; empty when it can.</param>
/// <param name="Open">Whether a process has it open.</param>
/// <param name="Condition">Engine, version, size, cases by state, streams.</param>
/// <param name="Found">What a check found, without the subjects.</param>
internal sealed record BundledStore(string Institution, string Unusable, bool Open, StoreCondition? Condition, ImmutableArray<BundledFinding> Found);

/// <summary>Findings of one kind. A finding names cases, requests and accounts, and may repeat what a row held: its kind and its number are enough to help.</summary>
/// <param name="Kind">First word of the subject: <c>case</c>, <c>stream</c>, <c>file</c>.</param>
/// <param name="Count">How many.</param>
internal sealed partial record BundledFinding(string Kind, int Count)
{
    private static readonly ImmutableArray<string> Kinds = ["file", "statement", "stream", "case", "changes", "request", "table", "publications", "learning"];

    /// <summary>The findings of a check, by kind; <c>unproven</c> for signatures under keys that the trust list no longer holds.</summary>
    public static ImmutableArray<BundledFinding> Of(StoreVerdict verdict) =>
    [
        .. verdict.Findings.GroupBy(f => f.Subject.Split(' ')[0] is var word && Kinds.Contains(word) ? word : "other").OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new BundledFinding(g.Key, g.Count())),
        .. verdict.Unproven.IsEmpty ? Array.Empty<BundledFinding>() : [new BundledFinding("unproven", verdict.Unproven.Length)],
    ];

    /// <summary>What a refusal says, up to where it would repeat what it met, and without the place.</summary>
    public static string Harmless(string message, string directory) =>
        Server().Replace(message.Replace(directory, "DATA", StringComparison.Ordinal), "the server").Split([": ", " (", "\n"], 2, StringSplitOptions.None)[0];

    [GeneratedRegex("PostgreSQL at [^,]+, database [^ ]+")]
    private static partial Regex Server();
}
