using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Rules;

/// <summary>Takes a partner's rule into a draft as a rule of the institution's own. Source: field reference scenario 30.</summary>
public sealed record RuleAdoption
{
    /// <summary>The partner's rule as it handed it over.</summary>
    public required EquivalenceRule Source { get; init; }
    /// <summary>Whose rule it is, and where it stood.</summary>
    public required RuleProvenance Provenance { get; init; }
    /// <summary>Unit of the institution that it grants here.</summary>
    public required UnitCode Target { get; init; }
    /// <summary>Identifier it gets here.</summary>
    public required RuleId Rule { get; init; }
    /// <summary>Whether it may grant here without an officer.</summary>
    public required bool Automatic { get; init; }

    /// <summary>
    /// The draft with the rule. Adopting the same rule again replaces the copy. Fails with <see cref="ProblemCode.TableNotFound"/> when there is neither
    /// draft nor version, and with <see cref="ProblemCode.InvalidRequest"/> when the identifier is another rule's or the rule cannot be taken as it is.
    /// </summary>
    public Result<EquivalenceDraft> Into(TableId id, EquivalenceDraft? draft, EquivalenceTable? published, string by, DateTimeOffset at)
    {
        if (draft is null && published is null) return Problem.Of(ProblemCode.TableNotFound, $"There is no table or draft {id}.", ("table_id", id.Value));
        // What else it grants are units of the partner; which of ours they are nobody has said.
        if (!Source.FurtherUnits.IsDefaultOrEmpty) return Problem.InvalidRequest([new("source_rule_id", "grants several units; write a rule of your own")]);
        var rules = draft?.Rules ?? published?.Rules ?? [];
        var place = rules.ToList().FindIndex(r => r.Id == Rule);
        if (place >= 0 && !IsCopy(rules[place])) return Problem.InvalidRequest([new("rule_id", $"is taken by another rule of the table: {Rule}")]);

        var adopted = Source with
        {
            Id = Rule, Target = Target, Automatic = Automatic, AdoptedFrom = Provenance,
            // A partner's agreement and order among its rules are no business of ours.
            Agreement = false, Priority = place >= 0 ? rules[place].Priority : 0, PrivateNote = place >= 0 ? rules[place].PrivateNote : "",
        };
        return new EquivalenceDraft(id, (draft?.Revision ?? 0) + 1, draft?.Units ?? published?.Units ?? [], place >= 0 ? rules.SetItem(place, adopted) : rules.Add(adopted), by, at);
    }

    private bool IsCopy(EquivalenceRule rule) => rule.AdoptedFrom is { } from && from.Organisation == Provenance.Organisation && from.Rule == Provenance.Rule;
}
