namespace MicroCreds.Domain.Rules;

/// <summary>Which windows of days meet. Rules share few windows: each pair of the first is compared once, of any others as often as it is asked.</summary>
internal sealed class WindowMeetings(RuleDatePolicy policy)
{
    // A mebibyte of answers.
    private const int MaxKnown = 1_024;

    private readonly Dictionary<DateWindow, int> _numbers = [];
    private readonly List<DateWindow> _windows = [];
    private readonly byte[] _known = new byte[MaxKnown * MaxKnown];

    /// <summary>Number of a window.</summary>
    internal int NumberOf(in DateWindow window)
    {
        if (_numbers.TryGetValue(window, out var number)) return number;
        _numbers[window] = number = _windows.Count;
        _windows.Add(window);
        return number;
    }

    /// <summary>Whether a pair of days lies in both, on a day that the policy looks at.</summary>
    internal bool Meet(int one, int other)
    {
        if (one >= MaxKnown || other >= MaxKnown) return Compute(one, other);
        ref var known = ref _known[(one * MaxKnown) + other];
        if (known == 0) known = Compute(one, other) ? (byte)1 : (byte)2;
        return known == 1;
    }

    private bool Compute(int one, int other) => RuleBox.MeetsInTime(_windows[one].And(_windows[other]), policy);
}
