using System.Globalization;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Sheets;

/// <summary>Wrong cells of all sheets of an import, in the order found.</summary>
internal sealed class SheetViolations
{
    // A file of 4 MiB can hold millions of wrong cells. All are counted, the first are named; nobody mends more at a time.
    private const int MaxNamed = 1000;

    private readonly List<FieldViolation> _named = [];
    private int _count;

    internal bool None => _count == 0;

    /// <summary>Whether a file as a whole is wrong.</summary>
    internal bool Broken { get; private set; }

    /// <summary>Notes that a file as a whole is wrong.</summary>
    internal void Break(string place, string description)
    {
        Broken = true;
        Add(place, description);
    }

    internal void Add(string cell, string description)
    {
        _count++;
        if (_named.Count < MaxNamed) _named.Add(new(cell, description));
    }

    internal Problem ToProblem() =>
        Problem.Of(
            ProblemCode.SheetInvalid,
            $"The sheets have {_count} error(s) and nothing was imported. The first: {_named[0].Field}: {_named[0].Description}.",
            ("row_errors", _count.ToString(CultureInfo.InvariantCulture))) with { Violations = [.. _named] };
}
