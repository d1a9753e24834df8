namespace MicroCreds.Node.Logging;

/// <summary>
/// Makes one warning a minute of what the server calls critical once for each connection that it cut off amid more streams than it can end. It gives up what it cannot end:
/// the streams of such a connection wait for each other until their memory is collected, and then it says that "the application never completed", although the node's own part
/// of each call had ended. Whoever wanted to could fill the log with it.
/// </summary>
/// <param name="lines">The node's log.</param>
/// <param name="clock">Measures the minute.</param>
internal sealed class CutOffConnections(ILoggerProvider lines, TimeProvider clock) : ILoggerProvider
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";
    private const int NeverCompleted = 23;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => categoryName == Server ? new Milder(lines.CreateLogger(categoryName), clock) : lines.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();

    private sealed class Milder(ILogger log, TimeProvider clock) : ILogger
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _next = DateTimeOffset.MinValue;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == NeverCompleted)
            {
                lock (_lock)
                {
                    var now = clock.GetUtcNow();
                    if (now < _next) return;
                    _next = now.AddMinutes(1);
                }

                logLevel = LogLevel.Warning;
            }

            log.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
