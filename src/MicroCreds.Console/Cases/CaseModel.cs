using System.Collections.Immutable;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Cases;

/// <summary>What the page of a case shows.</summary>
public sealed class CaseModel
{
    /// <summary>The case.</summary>
    public required RecognitionCase Case { get; init; }

    /// <summary>Statements about it with their receipts.</summary>
    public required IReadOnlyList<StatementEvidence> Evidence { get; init; }

    /// <summary>A form that was refused; null when none was.</summary>
    public SentForm? Sent { get; init; }

    /// <summary>The action that was just done, for the notice at the top; empty for none.</summary>
    public string Done { get; init; } = "";

    /// <summary>Whether the target's outcomes were listed with the case.</summary>
    public bool HasTarget => Case.TargetUnit is not null;

    /// <summary>The form <paramref name="action"/> as it was sent, when it is the refused one.</summary>
    public SentForm? SentAs(string action) => Sent?.Action == action ? Sent : null;

    /// <summary>What stands in a field: what was typed, else <paramref name="otherwise"/>.</summary>
    public string Value(string action, string field, string otherwise) => SentAs(action) is { } sent ? sent[field] : otherwise;

    /// <summary>What is wrong with a field of a form.</summary>
    public ImmutableArray<FieldError> ErrorsOf(string action, string field) =>
        SentAs(action) is { } sent ? [.. sent.Errors.Where(e => e.Field == field)] : [];

    /// <summary>The request id a form carries.</summary>
    public string RequestIdOf(string action) => SentAs(action)?.RequestId ?? RequestKey.New();
}
