using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MicroCreds.Node.Metrics;

/// <summary>
/// The series of one metric, measured or set, and their text. Each processor adds up what it measures by itself, so that calls at once do not wait for each other; the text has the sums.
/// </summary>
internal sealed class MetricSeries(MetricFamily family)
{
    /// <summary>Most series of a metric: labels hold members, methods and states, of which there are fewer; what is over would be a fault and must not fill the memory.</summary>
    public const int Most = 2000;

    private const int Places = 256;

    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly ConcurrentDictionary<Values, Cell> _cells = new();
    private readonly Lock _adding = new();
    private readonly string[] _keys = new string[family.Labels.Length];

    // Methods, states and partners are the same objects from one measurement to the next: known by that, their series need no search.
    private readonly Known?[] _known = new Known?[Places];

    /// <summary>Adds a measured value; false when it was left out.</summary>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (MeasuredOf(ValuesOf(tags)) is not { } cell) return false;
        cell.Add(value, family.Kind == MetricKind.Histogram ? BucketOf(value) : 0);
        return true;
    }

    /// <summary>Sets the value of a series.</summary>
    public void Set(double value, params ReadOnlySpan<string> labels)
    {
        if (CellOf(new(At(labels, 0), At(labels, 1), At(labels, 2))) is { } cell) cell.Set(value);
    }

    /// <summary>Forgets every series, ahead of setting them anew.</summary>
    public void Clear() => _cells.Clear();

    /// <summary>Writes the metric in the text format of Prometheus, version 0.0.4.</summary>
    public void Write(StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}\n");
        foreach (var cell in _cells.Values.OrderBy(cell => cell.Labels, StringComparer.Ordinal))
        {
            var (sum, counts) = cell.Read();
            if (family.Kind == MetricKind.Histogram) Histogram(page, cell.Labels, sum, counts);
            else Line(page, "", cell.Labels, Number(sum));
        }
    }

    private void Histogram(StringBuilder page, string labels, double sum, long[] counts)
    {
        var upTo = 0L;
        for (var i = 0; i <= Bounds.Length; i++)
        {
            upTo += counts[i];
            var le = $"le=\"{(i == Bounds.Length ? "+Inf" : Number(Bounds[i]))}\"";
            Line(page, "_bucket", labels.Length == 0 ? le : $"{labels},{le}", upTo.ToString(CultureInfo.InvariantCulture));
        }
        Line(page, "_sum", labels, Number(sum));
        Line(page, "_count", labels, upTo.ToString(CultureInfo.InvariantCulture));
    }

    private void Line(StringBuilder page, string suffix, string labels, string value)
    {
        page.Append(family.Name).Append(suffix);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(value).Append('\n');
    }

    private static string At(ReadOnlySpan<string> labels, int place) => place < labels.Length ? labels[place] : "";

    private static int BucketOf(double value)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && value > Bounds[bucket]) bucket++;
        return bucket;
    }

    private Cell? MeasuredOf(in Values values)
    {
        ref var place = ref _known[(uint)((RuntimeHelpers.GetHashCode(values.First) * 31) + RuntimeHelpers.GetHashCode(values.Second)) % Places];
        if (place is { } known && known.IsOf(values)) return known.Cell;
        var cell = CellOf(values);
        if (cell is not null) place = new(values, cell);
        return cell;
    }

    private Cell? CellOf(in Values values)
    {
        if (_cells.TryGetValue(values, out var cell)) return cell;
        lock (_adding) return _cells.Count >= Most ? null : _cells.GetOrAdd(values, static (values, series) => new Cell(series.Text(values)), this);
    }

    /// <summary>The values of the family's labels, whatever else a measurement carries.</summary>
    private Values ValuesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (first, second, third) = ("", "", "");
        foreach (var (key, value) in tags)
        {
            // A key is the same object in each measurement; it is spelled in the page's way once.
            var place = 0;
            while (place < _keys.Length && !ReferenceEquals(_keys[place], key)) place++;
            if (place == _keys.Length && (place = family.Labels.IndexOf(key.Replace('.', '_'))) < 0) continue;
            if (!ReferenceEquals(_keys[place], key)) _keys[place] = key;
            var text = value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            if (place == 0) first = text;
            else if (place == 1) second = text;
            else third = text;
        }

        return new(first, second, third);
    }

    private string Text(Values values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < family.Labels.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(family.Labels[i]).Append("=\"")
                .Append(values[i].Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Cell(string labels)
    {
        private readonly Part?[] _parts = new Part?[Environment.ProcessorCount];

        public string Labels { get; } = labels;

        public void Add(double value, int bucket) => PartOf(Thread.GetCurrentProcessorId() % _parts.Length).Add(value, bucket);

        public void Set(double value) => PartOf(0).Set(value);

        public (double Sum, long[] Counts) Read()
        {
            var (sum, counts) = (0d, new long[Bounds.Length + 1]);
            foreach (var part in _parts) part?.AddTo(ref sum, counts);
            return (sum, counts);
        }

        private Part PartOf(int place)
        {
            if (_parts[place] is { } part) return part;
            part = new Part();
            return Interlocked.CompareExchange(ref _parts[place], part, null) ?? part;
        }
    }

    /// <summary>What one processor measured.</summary>
    private sealed class Part
    {
        private readonly Lock _gate = new();
        private readonly long[] _counts = new long[Bounds.Length + 1];
        private double _sum;

        public void Add(double value, int bucket)
        {
            lock (_gate)
            {
                _sum += value;
                _counts[bucket]++;
            }
        }

        public void Set(double value)
        {
            lock (_gate) _sum = value;
        }

        public void AddTo(ref double sum, long[] counts)
        {
            lock (_gate)
            {
                sum += _sum;
                for (var i = 0; i < counts.Length; i++) counts[i] += _counts[i];
            }
        }
    }

    private sealed class Known(Values values, Cell cell)
    {
        public Cell Cell => cell;

        public bool IsOf(in Values others) =>
            ReferenceEquals(values.First, others.First) && ReferenceEquals(values.Second, others.Second) && ReferenceEquals(values.Third, others.Third);
    }

    /// <summary>Values of up to three labels, which no metric has more of.</summary>
    private readonly record struct Values(string First, string Second, string Third)
    {
        public string this[int place] => place switch { 0 => First, 1 => Second, _ => Third };
    }
}
