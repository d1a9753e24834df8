using System.Diagnostics.CodeAnalysis;

namespace MicroCreds.Domain.Problems;

/// <summary>A value, or the <see cref="Problem"/> that stood in its way. The default value is a programming error and throws when read.</summary>
public readonly struct Result<T> where T : notnull
{
    private readonly Problem? _problem;
    private readonly T? _value;

    private Result(Problem? problem, T? value) => (_problem, _value) = (problem, value);

    /// <summary>True with the problem, or false with the value.</summary>
    public bool Failed([NotNullWhen(true)] out Problem? problem, [NotNullWhen(false)] out T? value)
    {
        if (_problem is null && _value is null) throw new InvalidOperationException("A Result was read that was never set.");
        problem = _problem;
        value = _value;
        return _problem is not null;
    }

    /// <summary>Carries the value on, or the problem.</summary>
    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) where TNext : notnull =>
        Failed(out var problem, out var value) ? problem : next(value);

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(null, value);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(Problem problem) => new(problem, default);
}
