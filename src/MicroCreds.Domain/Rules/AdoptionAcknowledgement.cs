using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>That somebody looked at a change of an adopted rule's source and leaves the copy as it is.</summary>
/// <param name="Table">Table of the institution.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="SourceVersion">Version of the partner's table that was looked at.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record AdoptionAcknowledgement(TableId Table, RuleId Rule, int SourceVersion, string By, DateTimeOffset At);
