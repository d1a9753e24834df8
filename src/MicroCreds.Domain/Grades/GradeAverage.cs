using System.Collections.Immutable;
using System.Numerics;

namespace MicroCreds.Domain.Grades;

/// <summary>The average of the overlapping grades, weighted by overlap. Source: field reference D.2, 6.</summary>
/// <param name="Grade">Grade of the target table that the average comes to.</param>
/// <param name="Hundredths">The average itself in hundredths of the scale, rounded half up.</param>
internal sealed record GradeAverage(GradeSegment Grade, int Hundredths)
{
    /// <summary>The average, or null when the target scale has no numbers, or numbers that do not follow its order.</summary>
    internal static GradeAverage? Of(GradeTable target, ImmutableArray<OverlappingGrade> kept)
    {
        if (kept[0].Mass.IsZero || !IsNumeric(target)) return null;
        var mass = kept.Aggregate(BigInteger.Zero, (sum, k) => sum + k.Mass);
        var weighted = kept.Aggregate(BigInteger.Zero, (sum, k) => sum + (k.Mass * k.Grade.Thousandths.GetValueOrDefault()));

        var step = Math.Max(1, target.StepThousandths);
        var rounded = RoundHalfUp(weighted, mass * step) * step;
        var (low, high) = (kept.Min(k => k.Grade.Thousandths).GetValueOrDefault(), kept.Max(k => k.Grade.Thousandths).GetValueOrDefault());
        return new(Nearest(target, kept, BigInteger.Clamp(rounded, low, high), (low, high)), (int)RoundHalfUp(weighted, mass * 10));
    }

    private static GradeSegment Nearest(GradeTable target, ImmutableArray<OverlappingGrade> kept, BigInteger value, (int Low, int High) bounds)
    {
        var inBounds = target.Grades.Where(g => g.Passing && g.Thousandths >= bounds.Low && g.Thousandths <= bounds.High).ToArray();
        var nearest = inBounds.MinBy(g => BigInteger.Abs(g.Thousandths.GetValueOrDefault() - value)) ?? kept[0].Grade;
        // Nothing rounds into a distinction, unless it alone has the largest overlap.
        var largest = kept.Where(k => ReferenceEquals(k.Grade, nearest)).All(k => kept.All(other => other.Grade == k.Grade || other.Mass < k.Mass));
        return nearest.Distinction && !largest ? inBounds.FirstOrDefault(g => !g.Distinction) ?? nearest : nearest;
    }

    private static bool IsNumeric(GradeTable target)
    {
        var values = target.Grades.Where(g => g.Passing).Select(g => g.Thousandths).ToArray();
        if (values.Contains(null)) return false;
        var pairs = values.Zip(values.Skip(1)).ToArray();
        return pairs.All(p => p.First > p.Second) || pairs.All(p => p.First < p.Second);
    }

    private static BigInteger RoundHalfUp(BigInteger numerator, BigInteger denominator) => ((numerator * 2) + denominator) / (denominator * 2);
}
