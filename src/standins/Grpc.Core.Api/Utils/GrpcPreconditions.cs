using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core.Utils;

/// <summary>Checks of arguments and state.</summary>
public static class GrpcPreconditions
{
    /// <summary>Throws <see cref="ArgumentException"/> unless <paramref name="condition"/> holds.</summary>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw new ArgumentException("Invalid argument.");
    }

    /// <summary>Throws <see cref="ArgumentException"/> with a message unless <paramref name="condition"/> holds.</summary>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
            throw new ArgumentException(errorMessage);
    }

    /// <summary>Gives back the reference, or throws <see cref="ArgumentNullException"/>.</summary>
    public static T CheckNotNull<T>([NotNull] T? reference) =>
        reference is null ? throw new ArgumentNullException(nameof(reference)) : reference;

    /// <summary>Gives back the reference, or throws <see cref="ArgumentNullException"/> that names the parameter.</summary>
    public static T CheckNotNull<T>([NotNull] T? reference, string paramName) =>
        reference is null ? throw new ArgumentNullException(paramName) : reference;

    /// <summary>Throws <see cref="InvalidOperationException"/> unless <paramref name="condition"/> holds.</summary>
    public static void CheckState([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw new InvalidOperationException();
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> with a message unless <paramref name="condition"/> holds.</summary>
    public static void CheckState([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
            throw new InvalidOperationException(errorMessage);
    }
}
