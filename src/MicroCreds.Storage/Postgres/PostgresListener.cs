using System.Collections.Concurrent;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Wakes those who wait for commits, whichever process made them. One connection listens; what it hears is only a reason to look. It looks at every
/// store when a connection is new, and every few seconds, so that a notification or a connection that is lost costs seconds and nothing else.
/// </summary>
internal sealed class PostgresListener(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>Time between two looks when nothing is heard.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PauseAfterLoss = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<PostgresDatabase, bool> _followed = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _loop;
    private bool _reachable = true;

    /// <summary>Whether the server is reached; called when that changes.</summary>
    internal event Action<bool>? ReachableChanged;

    internal void Follow(PostgresDatabase database)
    {
        _followed[database] = true;
        lock (_gate) _loop ??= Task.Run(() => RunAsync(_stop.Token));
    }

    internal void Unfollow(PostgresDatabase database) => _followed.TryRemove(database, out _);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is { } loop) await loop;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // The store is closed.
            }
            catch (Exception e) when (e is NpgsqlException or StoreUnusableException or IOException or TimeoutException or ObjectDisposedException or InvalidOperationException)
            {
                // Told by the state; who writes or reads meanwhile is told by an error of his own.
                Tell(reachable: false);
                await Task.Delay(PauseAfterLoss, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        connection.Notification += (_, heard) => _heard.Enqueue(heard.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {PostgresServer.Channel}", connection)) await listen.ExecuteNonQueryAsync(stop);
        try
        {
            var everywhere = true;
            var shared = new HashSet<string>(StringComparer.Ordinal);
            while (true)
            {
                foreach (var database in _followed.Keys)
                    if (shared.Add(database.Schema)) await ShareAsync(connection, database.Schema, stop);
                var heard = new HashSet<string>(StringComparer.Ordinal);
                while (_heard.TryDequeue(out var schema)) heard.Add(schema);
                foreach (var database in _followed.Keys)
                    if (everywhere || heard.Contains(database.Schema)) await database.LookAsync(connection, stop);
                Tell(reachable: true);
                everywhere = _heard.IsEmpty && !await connection.WaitAsync(LookEvery, stop);
            }
        }
        finally
        {
            // A connection that listened does not go back to those who write.
            source.Clear();
        }
    }

    private static async Task ShareAsync(NpgsqlConnection connection, string schema, CancellationToken stop)
    {
        await using var share = new NpgsqlCommand(SchemaUse.Share, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = SchemaUse.LockOf(schema) } } };
        if (await share.ExecuteScalarAsync(stop) is not true) throw new StoreUnusableException($"The schema \"{schema}\" is being moved.");
    }

    private void Tell(bool reachable)
    {
        if (_reachable == reachable) return;
        _reachable = reachable;
        ReachableChanged?.Invoke(reachable);
    }
}
