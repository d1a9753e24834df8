using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>One of the credentials that a rule about several asks for. Judged on one credential; no credential stands for two sources.</summary>
/// <param name="Conditions">Conditions, all of which must hold beside those of the rule; may be empty when the rule has some.</param>
public sealed record RuleSource(ImmutableArray<RuleCondition> Conditions);

/// <summary>Credentials of which some are needed: one of them (OR), some (k of n), all (AND). A rule asks for all of its groups. Source: field reference E.1, after ASSIST.</summary>
/// <param name="Needed">How many of the sources, from 1 to their number.</param>
/// <param name="Sources">Sources; at least one.</param>
public sealed record SourceGroup(int Needed, ImmutableArray<RuleSource> Sources);

/// <summary>A unit that a rule grants beside its target, for the same credentials.</summary>
/// <param name="Unit">Unit.</param>
/// <param name="Credits">Credits granted, whatever was claimed.</param>
public sealed record UnitGrant(UnitCode Unit, EctsCredits Credits);
