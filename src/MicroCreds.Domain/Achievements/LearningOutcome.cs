using System.Collections.Immutable;

namespace MicroCreds.Domain.Achievements;

/// <summary>What the learner knows, understands and can do (ELM LearningOutcome; M6 of Annex I).</summary>
/// <param name="Id">Identifier in the credential, unique within it; empty when the source gives none.</param>
/// <param name="Title">The outcome's text.</param>
/// <param name="Skills">Related skills as absolute IRIs (ESCO: <c>http://data.europa.eu/esco/…</c>). Local identifiers are left out.</param>
public sealed record LearningOutcome(string Id, LocalisedText Title, ImmutableArray<string> Skills);
