using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services;

/// <summary>Keeps what a node logs. Errors that a test did not announce fail it.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private int _announced;

    /// <summary>Every line of level Information and above.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Announces that the node will log an error, one for each call.</summary>
    public void Expect() => Interlocked.Increment(ref _announced);

    /// <summary>Fails when there are other errors than those announced.</summary>
    public void Check() => Assert.True(_errors.Count == _announced, $"{_announced} errors were announced, {_errors.Count} logged: {string.Join("\n", _errors)}");

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(ErrorLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            log._lines.Enqueue(formatter(state, exception));
            if (logLevel >= LogLevel.Error) log._errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
