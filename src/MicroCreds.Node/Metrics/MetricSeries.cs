using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MicroCreds.Node.Metrics;

/// <summary>The series of one metric, measured or set, and their text.</summary>
internal sealed class MetricSeries(MetricFamily family)
{
    /// <summary>Most series of a metric: labels hold members, methods and states, of which there are fewer; what is over would be a fault and must not fill the memory.</summary>
    public const int Most = 2000;

    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Cell> _cells = new(StringComparer.Ordinal);

    /// <summary>Adds a measured value; false when it was left out.</summary>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        lock (_gate)
        {
            if (CellOf(labels) is not { } cell) return false;
            cell.Sum += value;
            if (family.Kind == MetricKind.Histogram) cell.Counts[Bounds.Length - Bounds.Count(bound => value <= bound)]++;
            return true;
        }
    }

    /// <summary>Sets the value of a series.</summary>
    public void Set(double value, params ReadOnlySpan<string> labels)
    {
        var text = Text(labels);
        lock (_gate)
        {
            if (CellOf(text) is { } cell) cell.Sum = value;
        }
    }

    /// <summary>Forgets every series, ahead of setting them anew.</summary>
    public void Clear()
    {
        lock (_gate) _cells.Clear();
    }

    /// <summary>Writes the metric in the text format of Prometheus, version 0.0.4.</summary>
    public void Write(StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}\n");
        lock (_gate)
        {
            foreach (var (labels, cell) in _cells)
            {
                if (family.Kind == MetricKind.Histogram) Histogram(page, labels, cell);
                else Line(page, "", labels, Number(cell.Sum));
            }
        }
    }

    private void Histogram(StringBuilder page, string labels, Cell cell)
    {
        var upTo = 0L;
        for (var i = 0; i <= Bounds.Length; i++)
        {
            upTo += cell.Counts[i];
            var le = $"le=\"{(i == Bounds.Length ? "+Inf" : Number(Bounds[i]))}\"";
            Line(page, "_bucket", labels.Length == 0 ? le : $"{labels},{le}", upTo.ToString(CultureInfo.InvariantCulture));
        }
        Line(page, "_sum", labels, Number(cell.Sum));
        Line(page, "_count", labels, upTo.ToString(CultureInfo.InvariantCulture));
    }

    private void Line(StringBuilder page, string suffix, string labels, string value)
    {
        page.Append(family.Name).Append(suffix);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(value).Append('\n');
    }

    private Cell? CellOf(string labels)
    {
        if (_cells.TryGetValue(labels, out var cell)) return cell;
        if (_cells.Count >= Most) return null;
        return _cells[labels] = new Cell(Bounds.Length + 1);
    }

    /// <summary>The labels of the family, whatever else a measurement carries.</summary>
    private string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new string[family.Labels.Length];
        Array.Fill(values, "");
        foreach (var (key, value) in tags)
            if (family.Labels.IndexOf(key.Replace('.', '_')) is >= 0 and var place) values[place] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return Text(values);
    }

    private string Text(ReadOnlySpan<string> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(family.Labels[i]).Append("=\"")
                .Append(values[i].Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Cell(int buckets)
    {
        public double Sum;
        public long[] Counts { get; } = new long[buckets];
    }
}
