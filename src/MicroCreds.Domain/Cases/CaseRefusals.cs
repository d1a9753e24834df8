using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Cases;

/// <summary>The refusals that every verb shares.</summary>
internal static class CaseRefusals
{
    /// <summary>The problem when the case's state does not allow the verb, else null.</summary>
    public static Problem? StateOf(RecognitionCase c, CaseVerb verb) =>
        CaseVerbs.Allows(c, verb) ? null : Conflict(c, verb, $"is in state {Word(c.State)}");

    /// <summary>A conflict with what stands; <paramref name="because"/> follows the words "The case".</summary>
    public static Problem Conflict(RecognitionCase c, CaseVerb verb, string because, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        var allowed = string.Join(',', CaseVerbs.AllowedIn(verb).Select(Word));
        return Problem.Of(
            ProblemCode.CaseStateConflict, $"The case {because}, which does not allow {Word(verb)}; read it again.",
            [("case_id", c.Application.Case.Value), ("state", Word(c.State)), ("allowed_states", allowed), ("verb", Word(verb)), .. facts]);
    }

    /// <summary>The machine may grant; only people refuse, revoke and judge appeals (GDPR, Article 22; Lisbon Recognition Convention, III.3).</summary>
    public static Problem? PersonNeeded(Actor actor, CaseVerb verb) =>
        actor.Kind == ActorKind.Staff ? null
        : Problem.Of(ProblemCode.PermissionDenied, $"Only a member of staff may {Word(verb)}.", ("role_needed", "officer"), ("verb", Word(verb)));

    /// <summary>The problem when a text that must say something is blank, else null.</summary>
    public static Problem? Required(params ReadOnlySpan<(string Field, string Text)> texts)
    {
        var missing = new List<FieldViolation>();
        foreach (var (field, text) in texts)
            if (string.IsNullOrWhiteSpace(text)) missing.Add(new FieldViolation(field, "must not be empty"));
        return missing.Count == 0 ? null : Problem.InvalidRequest([.. missing]);
    }

    /// <summary>One field is wrong.</summary>
    public static Problem Invalid(string field, string description) => Problem.InvalidRequest([new FieldViolation(field, description)]);

    /// <summary>The time for the act has passed.</summary>
    public static Problem TooLate(CaseVerb verb, DateOnly deadline) =>
        Problem.Of(ProblemCode.DeadlinePassed, $"The time to {Word(verb)} ended on {Day(deadline)}.", ("deadline", Day(deadline)), ("verb", Word(verb)));

    /// <summary>A day as <c>YYYY-MM-DD</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A name of an enumeration in snake_case.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
