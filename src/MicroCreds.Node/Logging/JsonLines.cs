using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroCreds.Services;

namespace MicroCreds.Node.Logging;

/// <summary>
/// The node's log: each entry one JSON object on one line, with the members of the framework's own JSON console; that of a call goes without its template. A busy node writes a line for every call,
/// so lines are gathered for some milliseconds and written together; an error is on its way before the call that logged it goes on.
/// </summary>
internal sealed class JsonLines : ILoggerProvider
{
    /// <summary>Bytes that may wait to be written. Whoever logs more waits for the reader of the log, and nothing is left out.</summary>
    internal const int MaxWaiting = 4 * 1024 * 1024;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static LineBuffer? _line;

    private readonly Stream _output;
    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private readonly Thread _writer;
    private LineBuffer _waiting = new();
    private LineBuffer _writing = new();
    private long _logged;
    private long _written;
    private bool _resting;
    private bool _urgent;
    private bool _ended;

    /// <summary>Writes to <paramref name="output"/> until disposed; does not close it.</summary>
    public JsonLines(Stream output, TimeProvider clock)
    {
        (_output, _clock) = (output, clock);
        _writer = new Thread(Write) { IsBackground = true, Name = "Log" };
        _writer.Start();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, JsonEncodedText.Encode(categoryName), _clock);

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        _writer.Join();
    }

    private void Add(ReadOnlySpan<byte> line, bool now)
    {
        lock (_gate)
        {
            while (_waiting.Length + line.Length > MaxWaiting && _waiting.Length > 0 && !_ended) Monitor.Wait(_gate);
            if (_ended) return;
            _waiting.Append(line);
            var place = _logged += line.Length;
            _urgent |= now || _waiting.Length > MaxWaiting / 2;
            if (_resting || _urgent) Monitor.PulseAll(_gate);
            while (now && _written < place && !_ended) Monitor.Wait(_gate);
        }
    }

    private void Write()
    {
        while (true)
        {
            lock (_gate)
            {
                _resting = true;
                while (_waiting.Length == 0 && !_ended) Monitor.Wait(_gate);
                _resting = false;
                if (_waiting.Length == 0) return;
                // Lines that come meanwhile go out in the same write, and whoever logs them wakes nobody.
                if (!_urgent && !_ended) Monitor.Wait(_gate, Gather);
                (_waiting, _writing, _urgent) = (_writing, _waiting, false);
            }

            try
            {
                _output.Write(_writing.Written);
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more; the node goes on without it.
            }

            lock (_gate)
            {
                _written += _writing.Length;
                _writing.Clear();
                Monitor.PulseAll(_gate);
            }
        }
    }

    // The clock is its own: what is beside it in the lines is written all the time.
    private sealed class Category(JsonLines lines, JsonEncodedText name, TimeProvider clock) : ILogger
    {
        private readonly CallLineForms _calls = new(Encoding.UTF8.GetBytes($"""
            ","EventId":{CallLine.Event.Id},"LogLevel":"{nameof(LogLevel.Information)}","Category":"{name}",
            """));

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        // The host's filters stand before this.
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = _line ??= new LineBuffer();
            line.Clear();
            var time = line.Time(clock.GetUtcNow());
            if (typeof(TState) == typeof(CallLine) && logLevel == LogLevel.Information)
            {
                line.Append("{\"Timestamp\":\""u8);
                line.Append(time);
                _calls.Write(line, Unsafe.As<TState, CallLine>(ref state));
                lines.Add(line.Written, now: false);
                return;
            }

            var json = line.Json(Options);
            json.WriteStartObject();
            json.WriteString("Timestamp"u8, time);
            json.WriteNumber("EventId"u8, eventId.Id);
            json.WriteString("LogLevel"u8, NameOf(logLevel));
            json.WriteString("Category"u8, name);
            json.WriteString("Message"u8, formatter(state, exception));
            if (exception is not null) json.WriteString("Exception"u8, exception.ToString());
            if (state is IReadOnlyList<KeyValuePair<string, object?>> members) WriteState(json, members);
            json.WriteEndObject();
            json.Flush();
            line.EndLine();
            lines.Add(line.Written, now: logLevel >= LogLevel.Error);
        }

        private static ReadOnlySpan<byte> NameOf(LogLevel level) => level switch
        {
            LogLevel.Trace => "Trace"u8,
            LogLevel.Debug => "Debug"u8,
            LogLevel.Information => "Information"u8,
            LogLevel.Warning => "Warning"u8,
            LogLevel.Error => "Error"u8,
            _ => "Critical"u8,
        };

        private static void WriteState(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> members)
        {
            json.WriteStartObject("State"u8);
            for (var i = 0; i < members.Count; i++)
            {
                var (key, value) = members[i];
                json.WritePropertyName(key);
                switch (value)
                {
                    case null: json.WriteNullValue(); break;
                    case string text: json.WriteStringValue(text); break;
                    case bool yes: json.WriteBooleanValue(yes); break;
                    case int number: json.WriteNumberValue(number); break;
                    case long number: json.WriteNumberValue(number); break;
                    case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
                    default: json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
                }
            }

            json.WriteEndObject();
        }
    }
}
