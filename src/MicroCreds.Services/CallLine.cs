using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services;

/// <summary>What the log says of one call. There is one for every call, so it is a value of its own that costs nothing until somebody writes it, and goes without the template of its message, which would be a quarter of the line.</summary>
/// <param name="Method">Full name of the method.</param>
/// <param name="Caller">Who called, as <see cref="Security.Caller.Scope"/> says it.</param>
/// <param name="Status">Status of gRPC.</param>
/// <param name="Reason">The contract's reason of a refusal; empty when there is none.</param>
/// <param name="ElapsedMilliseconds">Time from the stop before the method to its end, rounded to hundredths.</param>
public readonly record struct CallLine(string Method, string Caller, string Status, string Reason, double ElapsedMilliseconds) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Number and name of the entry.</summary>
    public static EventId Event { get; } = new(1, nameof(Log.Called));

    /// <inheritdoc/>
    public int Count => 5;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(nameof(Method), Method),
        1 => new(nameof(Caller), Caller),
        2 => new(nameof(Status), Status),
        3 => new(nameof(Reason), Reason),
        4 => new(nameof(ElapsedMilliseconds), ElapsedMilliseconds),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>The message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Method} by {Caller}: {Status} {Reason} in {ElapsedMilliseconds} ms");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
