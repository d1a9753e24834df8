using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Rules;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Rules as documents: what one node hands over and another applies.</summary>
internal static class RuleDocuments
{
    private const int MaxCharacters = 65_536;

    /// <summary>The rule's document. The private note stays here.</summary>
    internal static Wire.RuleDocument Write(EquivalenceRule rule, EquivalenceTable table) => new()
    {
        Json = Json(rule), TableId = table.Id.Value, TableVersion = table.Version, TableDigest = table.Digest.Value,
    };

    /// <summary>The rule in its JSON form, without the private note.</summary>
    internal static string Json(EquivalenceRule rule) => Encoding.UTF8.GetString(DomainJson.Write(rule with { PrivateNote = "" }));

    // A list that a document leaves out, or that holds nothing where a member should be, is read as such; no rule of a partner may say nothing.
    private static bool IsWhole(EquivalenceRule rule) =>
        AreWhole(rule.Conditions) && !rule.FurtherUnits.IsDefault && rule.FurtherUnits.All(u => u is { Unit: not null })
        && !rule.Sources.IsDefault && rule.Sources.All(g => g is { Sources.IsDefault: false } && g.Sources.All(s => s is not null && AreWhole(s.Conditions)));

    private static bool AreWhole(ImmutableArray<RuleCondition> conditions) => !conditions.IsDefault && conditions.All(c => c is not null);

    /// <summary>A partner's rule; null when it says something that this node does not know, or is not the rule it is listed as.</summary>
    internal static EquivalenceRule? Read(Wire.EquivalenceRule listed)
    {
        if (listed.Document is not { Json.Length: > 0 and <= MaxCharacters } document) return null;
        try
        {
            var rule = DomainJson.Read<EquivalenceRule>(Encoding.UTF8.GetBytes(document.Json));
            return rule.Id.Value == listed.RuleId && rule.Target.Value == listed.TargetUnit && IsWhole(rule) ? rule with { PrivateNote = "" } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
