using System.Collections.Immutable;

namespace MicroCreds.Services.Health;

/// <summary>
/// Whether the node is ready for calls, and why not. Each part of the node reports for itself; the node is ready while no part has a problem. A
/// new node is not ready until <see cref="Starting"/> is reported well.
/// </summary>
public sealed class NodeHealth
{
    /// <summary>Name of the part that stands for the start as a whole.</summary>
    public const string Starting = "start";

    private readonly Lock _change = new();
    private volatile Snapshot _current = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Starting, "The node is starting."));

    /// <summary>The state now.</summary>
    public Snapshot Current => _current;

    /// <summary>A part is well.</summary>
    public void Well(string part) => Replace(reasons => reasons.Remove(part));

    /// <summary>A part cannot work. Holds no personal data: anybody can read it.</summary>
    /// <param name="part">Name of the part, for example <c>store</c>.</param>
    /// <param name="reason">One sentence: what is wrong.</param>
    public void Unwell(string part, string reason) => Replace(reasons => reasons.SetItem(part, reason));

    private void Replace(Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change)
    {
        Snapshot before;
        lock (_change)
        {
            before = _current;
            var reasons = change(before.Reasons);
            if (reasons.SequenceEqual(before.Reasons)) return;
            _current = new(reasons);
        }

        before.End();
    }

    /// <summary>The state between two changes.</summary>
    public sealed class Snapshot
    {
        private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Snapshot(ImmutableSortedDictionary<string, string> reasons) => Reasons = reasons;

        /// <summary>Whether the node is ready.</summary>
        public bool Ready => Reasons.IsEmpty;

        /// <summary>What is wrong, by part. Empty when the node is ready.</summary>
        public ImmutableSortedDictionary<string, string> Reasons { get; }

        /// <summary>Ends when another state has taken this one's place.</summary>
        public Task Changed => _changed.Task;

        internal void End() => _changed.SetResult();
    }
}
