using System.Collections.Immutable;

namespace MicroCreds.Domain.Problems;

/// <summary>An expected refusal: what, where and what to do, for a person (<see cref="Message"/>) and for a program (<see cref="Code"/>, <see cref="Facts"/>).</summary>
/// <param name="Code">The reason.</param>
/// <param name="Message">One English sentence that says what is wrong and what to do. Holds no personal data.</param>
/// <param name="Facts">Every variable part of the message, by snake_case name.</param>
public sealed record Problem(ProblemCode Code, string Message, ImmutableSortedDictionary<string, string> Facts)
{
    /// <summary>Fields at fault, by proto path, each with what is wrong. Empty unless the problem is about fields, rows or columns.</summary>
    public ImmutableArray<FieldViolation> Violations { get; init; } = [];

    /// <summary>A problem with facts given as name and value pairs.</summary>
    public static Problem Of(ProblemCode code, string message, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in facts) builder[name] = value;
        return new Problem(code, message, builder.ToImmutable());
    }

    /// <summary>A request whose fields are wrong, all of them named at once.</summary>
    public static Problem InvalidRequest(ImmutableArray<FieldViolation> violations) =>
        Of(ProblemCode.InvalidRequest, $"The request has {violations.Length} invalid field(s): {string.Join("; ", violations.Select(v => $"{v.Field}: {v.Description}"))}.",
            ("fields", string.Join(",", violations.Select(v => v.Field)))) with { Violations = violations };
}

/// <summary>One field, or one cell of a sheet, that is wrong.</summary>
/// <param name="Field">Proto path of the field (<c>target.unit</c>), or <c>sheet:row:column</c> for a cell.</param>
/// <param name="Description">What is wrong and what is expected.</param>
public sealed record FieldViolation(string Field, string Description);
