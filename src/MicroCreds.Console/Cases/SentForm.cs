using System.Collections.Immutable;
using MicroCreds.Console.Node;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Cases;

/// <summary>A form as it was sent, kept when it is refused so that nothing typed is lost.</summary>
public sealed class SentForm
{
    /// <summary>Which form: the last part of its address.</summary>
    public required string Action { get; init; }

    /// <summary>Its fields.</summary>
    public required IFormCollection Fields { get; init; }

    /// <summary>What is wrong with the fields.</summary>
    public ImmutableArray<FieldError> Errors { get; init; } = [];

    /// <summary>Why the node refused; null when the console did.</summary>
    public NodeProblem? Problem { get; init; }

    /// <summary>The request id for sending it again: the same one when it is unsure whether the node acted.</summary>
    public required string RequestId { get; init; }

    /// <summary>What was typed.</summary>
    public string this[string field] => Fields[field].ToString();
}
