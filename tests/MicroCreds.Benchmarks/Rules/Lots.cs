namespace MicroCreds.Benchmarks.Rules;

/// <summary>A row of numbers that is the same for the same seed on every machine (SplitMix64).</summary>
internal sealed class Lots(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="end"/> - 1.</summary>
    internal int Below(int end)
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) % (ulong)end);
    }

    /// <summary>True in <paramref name="percent"/> of 100 cases.</summary>
    internal bool In(int percent) => Below(100) < percent;
}
