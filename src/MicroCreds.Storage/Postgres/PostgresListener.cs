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

    // Longest time to connect or to look: a server that takes longer serves nobody in time, and the node says that it is not ready.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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
        var connection = await PostgresPatience.RunAsync(Patience, Open);
        var silent = false;
        connection.Notification += (_, heard) => _heard.Enqueue(heard.Payload);
        try
        {
            var everywhere = true;
            var shared = new HashSet<string>(StringComparer.Ordinal);
            while (true)
            {
                var heard = new HashSet<string>(StringComparer.Ordinal);
                while (_heard.TryDequeue(out var schema)) heard.Add(schema);
                var all = everywhere;
                await PostgresPatience.RunAsync(Patience, patience => Look(connection, shared, schema => all || heard.Contains(schema), patience));
                Tell(reachable: true);
                everywhere = _heard.IsEmpty && !await connection.WaitAsync(LookEvery, stop);
            }
        }
        catch (PostgresSilentException)
        {
            silent = true;
            throw;
        }
        finally
        {
            // While somebody still waits for its answer, a connection cannot be ended.
            if (!silent) await connection.DisposeAsync();
            // A connection that listened does not go back to those who write.
            source.Clear();
        }
    }

    private NpgsqlConnection Open(PostgresPatience patience)
    {
        var connection = source.OpenConnection();
        try
        {
            patience.Begin();
            using (var listen = new NpgsqlCommand($"LISTEN {PostgresServer.Channel}", connection)) listen.ExecuteNonQuery();
            patience.Begin();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private bool Look(NpgsqlConnection connection, HashSet<string> shared, Predicate<string> heard, PostgresPatience patience)
    {
        try
        {
            foreach (var database in _followed.Keys)
            {
                patience.Begin();
                if (shared.Add(database.Schema))
                {
                    Share(connection, database.Schema);
                    database.Reconnected();
                }
                if (heard(database.Schema)) database.Look(connection);
            }
            return true;
        }
        finally
        {
            if (patience.Over) connection.Dispose();
        }
    }

    private static void Share(NpgsqlConnection connection, string schema)
    {
        using var share = new NpgsqlCommand(SchemaUse.Share, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = SchemaUse.LockOf(schema) } } };
        if (share.ExecuteScalar() is not true) throw new StoreUnusableException($"The schema \"{schema}\" is being moved.");
    }

    private void Tell(bool reachable)
    {
        if (_reachable == reachable) return;
        _reachable = reachable;
        ReachableChanged?.Invoke(reachable);
    }
}
