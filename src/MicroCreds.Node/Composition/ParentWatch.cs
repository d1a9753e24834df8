namespace MicroCreds.Node.Composition;

/// <summary>Stops the node when the process that started it is gone: its end of standard input closes, however it ended.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, ILogger<ParentWatch> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Reading from a pipe holds its thread for as long as nothing comes: one of its own, since the pool has no more than one for each processor.
        new Thread(Watch) { IsBackground = true, Name = "Parent" }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        using var input = System.Console.OpenStandardInput();
        Span<byte> buffer = stackalloc byte[256];
        while (input.Read(buffer) > 0)
        {
            // What the parent says does not matter, only that it is there.
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested) return;
        logger.ParentGone();
        lifetime.StopApplication();
    }
}
