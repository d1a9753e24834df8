namespace MicroCreds.Federation.Tests.Faults;

/// <summary>What breaks.</summary>
internal enum Fault
{
    /// <summary>A replica is ended with SIGKILL and started again.</summary>
    Kill,

    /// <summary>A replica is stopped with SIGSTOP for a while.</summary>
    Pause,

    /// <summary>A replica's connections to the database end, and so does each new one.</summary>
    Cut,

    /// <summary>Nothing passes between a replica and the database, and nobody says so.</summary>
    Stall,

    /// <summary>The database is ended with SIGKILL and started again.</summary>
    Restart,

    /// <summary>The database is ended with SIGKILL and its standby takes over; a new standby is made.</summary>
    FailOver,

    /// <summary>The standby stops confirming for a while.</summary>
    FreezeStandby,
}

/// <summary>The order of faults and whom they strike, drawn from a seed. Every kind comes once before one comes again.</summary>
#pragma warning disable RS0030 // Seeded, and the seed is printed.
internal sealed class FaultPlan(int seed)
{
    private readonly Random _draws = new(seed);
    private readonly Queue<Fault> _round = new();

    /// <summary>The next fault.</summary>
    public Fault Next()
    {
        if (_round.Count == 0)
        {
            var all = Enum.GetValues<Fault>();
            _draws.Shuffle(all);
            foreach (var fault in all) _round.Enqueue(fault);
        }
        return _round.Dequeue();
    }

    /// <summary>A replica, other than <paramref name="spared"/>.</summary>
    public int Replica(int spared) => (spared + _draws.Next(1, 3)) % 3;

    /// <summary>A time between two.</summary>
    public TimeSpan Between(double leastSeconds, double mostSeconds) => TimeSpan.FromSeconds(leastSeconds + (_draws.NextDouble() * (mostSeconds - leastSeconds)));
}
#pragma warning restore RS0030
