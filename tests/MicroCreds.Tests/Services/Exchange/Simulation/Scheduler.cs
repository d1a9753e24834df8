namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>
/// One thread that runs everything, and its clock. Which of the ready pieces of work comes next is drawn from the seed; when none is ready the
/// clock moves to the next timer. The same seed gives the same run.
/// </summary>
internal sealed class Scheduler(ulong seed) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly List<(Life Life, Action Act)> _ready = [];
    private readonly SortedDictionary<(TimeSpan DueAt, long Number), (Life Life, Action Act)> _timers = [];
    private long _timersMade;
    private ulong _state = seed;

    public TimeSpan Elapsed { get; private set; }

    public long Steps { get; private set; }

    /// <summary>The part of the world whose work is being done: a node in one of its lives, or the network.</summary>
    public Life Current { get; private set; } = new();

    /// <summary>Called after each piece of work with the life it belonged to.</summary>
    public Action<Life>? Stepped { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, () => callback(state), dueTime);

    /// <summary>A number from 0 and below <paramref name="below"/>. SplitMix64, so that a run does not depend on the runtime's version.</summary>
    public int Draw(int below)
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)below);
    }

    /// <summary>Starts work in a life; it is done when <see cref="Run"/> comes to it.</summary>
    public void Begin(Life life, Func<Task> work) => Post(life, () => _ = work());

    /// <summary>Has something done at a later time, unless the life is over by then.</summary>
    public void After(TimeSpan delay, Life life, Action act) => Arm(life, delay, act);

    /// <summary>Gives way to whatever else is ready.</summary>
    public Task StepAsync()
    {
        var (completion, life) = (new TaskCompletionSource(), Current);
        Post(life, () => Complete(completion.SetResult));
        return completion.Task;
    }

    /// <summary>Completes a task so that those who wait without this thread's context go on right here, and no other thread is used.</summary>
    public static void Complete(Action complete)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Works until <paramref name="done"/>, or until a time has passed.</summary>
    public void Run(TimeSpan time, Func<bool> done)
    {
        var before = SynchronizationContext.Current;
        var until = Elapsed + time;
        try
        {
            while (!done() && Elapsed < until)
            {
                if (_ready.Count > 0) RunOne();
                else if (_timers.Count == 0) return;
                else Move(until);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public void Post(Life life, Action act) => _ready.Add((life, act));

    private void RunOne()
    {
        var index = Draw(_ready.Count);
        var (life, act) = _ready[index];
        _ready.RemoveAt(index);
        if (life.Over) return;
        Steps++;
        Current = life;
        SynchronizationContext.SetSynchronizationContext(new Context(this, life));
        act();
        Stepped?.Invoke(life);
    }

    private void Move(TimeSpan until)
    {
        var (key, timer) = _timers.First();
        if (key.DueAt > until)
        {
            Elapsed = until;
            return;
        }
        _timers.Remove(key);
        Elapsed = key.DueAt > Elapsed ? key.DueAt : Elapsed;
        Post(timer.Life, timer.Act);
    }

    private (TimeSpan, long) Arm(Life life, TimeSpan delay, Action act)
    {
        var key = (Elapsed + delay, _timersMade++);
        _timers.Add(key, (life, act));
        return key;
    }

    /// <summary>From a start to the crash that ends it. Work of a life that is over is never done.</summary>
    internal sealed class Life
    {
        public bool Over { get; set; }
    }

    private sealed class Context(Scheduler scheduler, Life life) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(life, () => d(state));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class Timer : ITimer
    {
        private readonly Scheduler _scheduler;
        private readonly Action _act;
        private readonly Life _life;
        private (TimeSpan, long)? _key;

        public Timer(Scheduler scheduler, Action act, TimeSpan dueTime)
        {
            (_scheduler, _act, _life) = (scheduler, act, scheduler.Current);
            Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime != Timeout.InfiniteTimeSpan) _key = _scheduler.Arm(_life, dueTime, () => Complete(_act));
            return true;
        }

        public void Dispose()
        {
            if (_key is { } key) _scheduler._timers.Remove(key);
            _key = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
