namespace MicroCreds.Node.Composition;

/// <summary>Stops the node when the process that started it is gone: its end of standard input closes, however it ended.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, ILogger<ParentWatch> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var input = System.Console.OpenStandardInput();
        var buffer = new byte[256];
        try
        {
            while (await input.ReadAsync(buffer, stoppingToken) > 0)
            {
                // What the parent says does not matter, only that it is there.
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        logger.ParentGone();
        lifetime.StopApplication();
    }
}
