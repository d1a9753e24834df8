using System.Globalization;

namespace MicroCreds.Domain.Credits;

/// <summary>
/// An amount of ECTS credits in whole hundredths: 150 is 1.5 credits. From 0 to 360 credits, both included; the default is zero.
/// Source: ECTS Users' Guide 2015, "ECTS credits" (60 credits are one full-time academic year).
/// </summary>
public readonly record struct EctsCredits : IComparable<EctsCredits>
{
    /// <summary>The largest amount, 360 credits: six full-time years.</summary>
    public const int MaxHundredths = 36_000;

    private EctsCredits(int hundredths) => Hundredths = hundredths;

    /// <summary>Hundredths of a credit, 0 to <see cref="MaxHundredths"/>.</summary>
    public int Hundredths { get; }

    /// <summary>No credits.</summary>
    public static EctsCredits Zero => default;

    /// <summary>An amount given in hundredths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 360 credits.</exception>
    public static EctsCredits FromHundredths(int hundredths) =>
        TryFromHundredths(hundredths, out var credits) ? credits : throw new ArgumentOutOfRangeException(nameof(hundredths), hundredths, "Credits range from 0 to 36000 hundredths.");

    /// <summary>An amount given in hundredths, if it is in range.</summary>
    public static bool TryFromHundredths(int hundredths, out EctsCredits credits)
    {
        var inRange = hundredths is >= 0 and <= MaxHundredths;
        credits = inRange ? new(hundredths) : default;
        return inRange;
    }

    /// <summary>
    /// Reads digits with an optional decimal point and at most two significant decimals: <c>3</c>, <c>3.0</c>, <c>1.25</c>. A comma, a
    /// sign, a unit, white space or a third significant decimal is refused.
    /// </summary>
    public static bool TryParse(string? text, out EctsCredits credits)
    {
        credits = default;
        if (text is not { Length: >= 1 and <= 12 } || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[^1])) return false;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
        if (decimals.Length > 2 || !int.TryParse(point < 0 ? text : text[..point], NumberStyles.None, CultureInfo.InvariantCulture, out var whole)) return false;
        var hundredths = 0;
        if (decimals.Length > 0 && !int.TryParse(decimals.PadRight(2, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out hundredths)) return false;
        return whole <= MaxHundredths / 100 && TryFromHundredths((whole * 100) + hundredths, out credits);
    }

    /// <summary>The largest multiple of <paramref name="step"/> not above this amount.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is zero.</exception>
    public EctsCredits FloorTo(EctsCredits step)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step.Hundredths);
        return new(Hundredths / step.Hundredths * step.Hundredths);
    }

    /// <summary>This amount times <paramref name="numerator"/> over <paramref name="denominator"/>, rounded down to a hundredth.</summary>
    public EctsCredits Scale(long numerator, long denominator) => FromHundredths(checked((int)(Hundredths * numerator / denominator)));

    /// <summary>The smaller of two amounts.</summary>
    public static EctsCredits Min(EctsCredits left, EctsCredits right) => left.Hundredths <= right.Hundredths ? left : right;

    /// <summary>The sum.</summary>
    public static EctsCredits operator +(EctsCredits left, EctsCredits right) => FromHundredths(left.Hundredths + right.Hundredths);

    /// <summary>The difference, never below zero.</summary>
    public static EctsCredits operator -(EctsCredits left, EctsCredits right) => new(Math.Max(0, left.Hundredths - right.Hundredths));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(EctsCredits left, EctsCredits right) => left.Hundredths < right.Hundredths;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(EctsCredits left, EctsCredits right) => left.Hundredths > right.Hundredths;

    /// <summary>Whether the left amount is smaller or the same.</summary>
    public static bool operator <=(EctsCredits left, EctsCredits right) => left.Hundredths <= right.Hundredths;

    /// <summary>Whether the left amount is larger or the same.</summary>
    public static bool operator >=(EctsCredits left, EctsCredits right) => left.Hundredths >= right.Hundredths;

    /// <inheritdoc/>
    public int CompareTo(EctsCredits other) => Hundredths.CompareTo(other.Hundredths);

    /// <summary>The amount with a point and as few decimals as it needs: <c>3</c>, <c>1.5</c>, <c>1.25</c>.</summary>
    public override string ToString() => (Hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
