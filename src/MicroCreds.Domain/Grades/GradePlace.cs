using System.Collections.Immutable;
using System.Numerics;

namespace MicroCreds.Domain.Grades;

/// <summary>A target grade and how much of it lies under the source grade, in units of <see cref="GradePlace"/>.</summary>
/// <param name="Grade">Target grade.</param>
/// <param name="Mass">Overlap; positive, except for the one neighbour of a grade never given.</param>
/// <param name="Width">Width of the target grade's own segment.</param>
/// <param name="Start">Where the target grade's segment begins, from the best grade.</param>
internal readonly record struct OverlappingGrade(GradeSegment Grade, BigInteger Mass, BigInteger Width, BigInteger Start);

/// <summary>
/// The segment a source grade takes among all passing grades, laid over the target table. Positions count from the best grade in units of
/// one over (source total times target total), so that both tables have whole bounds.
/// </summary>
internal sealed class GradePlace
{
    private readonly BigInteger _start;

    private GradePlace(BigInteger start, BigInteger width, ImmutableArray<OverlappingGrade> overlaps) => (_start, Width, Overlaps) = (start, width, overlaps);

    /// <summary>Width of the source segment; zero for a grade never given.</summary>
    internal BigInteger Width { get; }

    /// <summary>Every overlapping target grade, best first. Their masses sum to <see cref="Width"/>.</summary>
    internal ImmutableArray<OverlappingGrade> Overlaps { get; }

    internal static GradePlace Of(GradeTable source, GradeSegment segment, GradeTable target)
    {
        BigInteger sourceTotal = source.PassingCount, targetTotal = target.PassingCount;
        var start = source.Grades.Where(g => g.Passing).TakeWhile(g => !ReferenceEquals(g, segment)).Aggregate(BigInteger.Zero, (sum, g) => sum + g.Count) * targetTotal;
        var end = start + (segment.Count * targetTotal);

        var overlaps = ImmutableArray.CreateBuilder<OverlappingGrade>();
        var position = BigInteger.Zero;
        OverlappingGrade? neighbour = null;
        foreach (var grade in target.Grades.Where(g => g.Passing && g.Count > 0))
        {
            var width = grade.Count * sourceTotal;
            var mass = BigInteger.Min(end, position + width) - BigInteger.Max(start, position);
            if (mass.Sign > 0) overlaps.Add(new(grade, mass, width, position));
            // Segments hold their beginning and not their end; the very end belongs to the last.
            if (position <= start) neighbour = new(grade, BigInteger.Zero, width, position);
            position += width;
        }

        if (overlaps.Count == 0 && neighbour is { } only) overlaps.Add(only);
        return new(start, end - start, overlaps.ToImmutable());
    }

    /// <summary>
    /// The overlaps that are no slivers. The share is taken of the smaller of the two segments: this is what reproduces the published
    /// example (field reference D.2, 5). At a threshold up to 50 percent one overlap always stays.
    /// </summary>
    internal ImmutableArray<OverlappingGrade> Kept(int sliverPercent) =>
        Width.IsZero ? Overlaps : [.. Overlaps.Where(o => o.Mass * 100 >= BigInteger.Min(Width, o.Width) * sliverPercent)];

    /// <summary>The grade in the middle of the source segment.</summary>
    internal GradeSegment Middle(ImmutableArray<OverlappingGrade> kept)
    {
        var twiceMiddle = (_start * 2) + Width;
        return kept.Last(o => o.Start * 2 <= twiceMiddle || o == kept[0]).Grade;
    }

    /// <summary>Share of the source segment in hundredths of a percent, rounded half up.</summary>
    internal int ShareHundredthsPercent(OverlappingGrade overlap) =>
        Width.IsZero ? 10_000 : (int)(((overlap.Mass * 20_000) + Width) / (Width * 2));
}
