namespace MicroCreds.Domain.Achievements;

/// <summary>The grade as the awarding body wrote it (O3 of Annex I).</summary>
/// <param name="Label">The grade's text, e.g. <c>NT (8.0)</c>, <c>Apto</c>.</param>
/// <param name="Scheme">Identifier or title of the grading scheme; empty when none is stated.</param>
public sealed record AchievedGrade(string Label, string Scheme);
