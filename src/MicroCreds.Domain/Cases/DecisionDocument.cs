using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>Form in which a decision is handed to systems that do not speak the contract.</summary>
public enum DecisionForm
{
    /// <summary>A sealed credential of the European Learning Model v3 about what the learner now holds at this institution.</summary>
    Elm,
    /// <summary>ELMO 2.0 with <c>ResultOfRecognition</c>.</summary>
    Elmo,
}

/// <summary>A decision as a file.</summary>
/// <param name="Content">The file, byte for byte.</param>
/// <param name="MediaType">Media type.</param>
/// <param name="FileName">A name for it, of ASCII letters, digits, dots and hyphens.</param>
public sealed record DecisionDocument(ReadOnlyMemory<byte> Content, string MediaType, string FileName);

/// <summary>Writes decisions of one institution as files. Safe to use from many threads.</summary>
public interface IDecisionWriter
{
    /// <summary>
    /// The decision in effect as a file. Fails with <see cref="ProblemCode.CaseStateConflict"/> when none is in effect, or when it grants nothing and
    /// the form is about what was granted, and with <see cref="ProblemCode.SealMissing"/> when the form is sealed and the institution has no seal.
    /// </summary>
    /// <param name="form">Form.</param>
    /// <param name="c">The case.</param>
    /// <param name="rules">Where the units granted are looked up.</param>
    /// <param name="place">Where a sealed file says that its status is; null for none.</param>
    /// <param name="at">Time of writing.</param>
    Result<DecisionDocument> Write(DecisionForm form, RecognitionCase c, RuleBook rules, StatusPlace? place, DateTimeOffset at);

    /// <summary>Whether the institution has a seal and an address for status lists, so that sealed files may carry a <see cref="StatusPlace"/>.</summary>
    bool PublishesStatus { get; }

    /// <summary>One status list, sealed: a W3C Bitstring Status List as JSON Web Token, in ASCII. Only where <see cref="PublishesStatus"/>.</summary>
    /// <param name="list">Number of the list.</param>
    /// <param name="withdrawn">Positions of decisions that no longer count.</param>
    /// <param name="at">Time of writing.</param>
    ReadOnlyMemory<byte> WriteStatusList(int list, IReadOnlyCollection<int> withdrawn, DateTimeOffset at);
}

/// <summary>What of a decision a document is about.</summary>
public static class DecisionDocuments
{
    /// <summary>The decision in effect, or <see cref="ProblemCode.CaseStateConflict"/>.</summary>
    public static Result<Decision> InEffect(RecognitionCase c) => c.EffectiveDecision is { } decision ? decision : Conflict(c, "has no decision in effect");

    /// <summary>The lines by which the learner now holds something: not those refused, nor those whose condition is not met yet.</summary>
    public static IEnumerable<DecisionLine> Granted(RecognitionCase c, Decision decision)
    {
        var met = c.History.SkipWhile(e => e is not CaseEvent.Decided decided || decided.Decision.Version != decision.Version).Any(e => e is CaseEvent.ConditionReported { Met: true });
        return decision.Lines.Where(line => line.Unit is not null && line.Outcome != DecisionOutcome.Refused && (line.Outcome != DecisionOutcome.Conditional || met));
    }

    /// <summary>A document cannot be made of the case as it stands.</summary>
    /// <param name="c">The case.</param>
    /// <param name="because">Follows the words "The case".</param>
    public static Problem Conflict(RecognitionCase c, string because) => Problem.Of(
        ProblemCode.CaseStateConflict, $"The case {because}: there is nothing to export.",
        ("case_id", c.Application.Case.Value), ("state", CaseRefusals.Word(c.State)), ("allowed_states", CaseRefusals.Word(CaseState.Decided)), ("verb", "export_decision"));
}
