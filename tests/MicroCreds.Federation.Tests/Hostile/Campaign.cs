using System.Diagnostics;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>One attack, made again and again for a time when it is over sooner.</summary>
internal sealed class Campaign(Attack attack, AttackTarget target, double share, TimeSpan atLeast) : IDisposable
{
    private readonly List<Siege> _sieges = [];
    private readonly CancellationTokenSource _over = new();
    private Task _sending = Task.CompletedTask;

    /// <summary>How it stands.</summary>
    public AttackState State
    {
        get
        {
            lock (_sieges) return new(attack.Name, !_sending.IsCompleted, _sieges.Sum(s => s.Open), _sieges.Max(s => s.Longest).TotalSeconds, _sieges.Count, Siege.Words(_sieges));
        }
    }

    /// <summary>Begins.</summary>
    public void Begin() => _sending = RunAsync();

    /// <summary>Ends what is still being sent, and every connection.</summary>
    public async Task EndAsync()
    {
        await _over.CancelAsync();
        lock (_sieges) foreach (var siege in _sieges) siege.End();
        try
        {
            await _sending;
        }
        catch (OperationCanceledException)
        {
            // That was what for.
        }
    }

    public void Dispose()
    {
        foreach (var siege in _sieges) siege.Dispose();
        _over.Dispose();
    }

    private async Task RunAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        do
        {
            var siege = new Siege(target, share);
            lock (_sieges) _sieges.Add(siege);
            await Task.Run(() => attack.RunAsync(siege));
            // One that the node bears for longer than that is made once.
            while (siege.Open > 0 && Stopwatch.GetElapsedTime(begin) < atLeast) await Task.Delay(20, _over.Token);
        }
        while (Stopwatch.GetElapsedTime(begin) < atLeast && !_over.IsCancellationRequested);
    }
}
