using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Spectre.Console;

namespace MicroCreds.Cli.Output;

/// <summary>
/// Where a command writes its result: for people tables and sentences, with <c>--json</c> one JSON object per line and nothing else.
/// Messages of the contract are written as protobuf's JSON, every member present, so that a program finds the same names as over gRPC.
/// </summary>
internal sealed class CommandOutput
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    // Written to a terminal or a file, never into a page.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CommandHost _host;

    /// <summary>Output of one command.</summary>
    public CommandOutput(CommandHost host, bool json)
    {
        _host = host;
        Json = json;
        People = MakeConsole(json ? TextWriter.Null : host.Output, ReferenceEquals(host.Output, Console.Out) && Console.IsOutputRedirected);
        Aside = MakeConsole(host.Error, ReferenceEquals(host.Error, Console.Error) && Console.IsErrorRedirected);
    }

    /// <summary>Whether <c>--json</c> is given.</summary>
    public bool Json { get; }

    /// <summary>Standard output for people; silent with <c>--json</c>.</summary>
    public IAnsiConsole People { get; }

    /// <summary>Standard error: progress and failures.</summary>
    public IAnsiConsole Aside { get; }

    /// <summary>Writes one message of the contract: as one line of JSON, or as <paramref name="people"/> shows it.</summary>
    public void Write(IMessage message, Action<IAnsiConsole> people)
    {
        if (Json) Line(Formatter.Format(message));
        else people(People);
    }

    /// <summary>Writes one object that is no message of the contract.</summary>
    public void Write(JsonObject value, Action<IAnsiConsole> people)
    {
        if (Json) Line(value.ToJsonString(Relaxed));
        else people(People);
    }

    /// <summary>Writes a list: one line of JSON for each, or one table.</summary>
    public void Write<T>(IReadOnlyCollection<T> messages, Action<IAnsiConsole> people) where T : IMessage
    {
        if (Json)
            foreach (var message in messages) Line(Formatter.Format(message));
        else
            people(People);
    }

    /// <summary>One line of plain text for people, wrapped by nobody: an address or a command can be copied from it.</summary>
    public void Sentence(string text)
    {
        if (!Json) _host.Output.WriteLine(text);
    }

    /// <summary>The message as a JSON node, to be put into another object.</summary>
    public static JsonNode? Node(IMessage message) => JsonNode.Parse(Formatter.Format(message));

    private void Line(string json)
    {
        _host.Output.WriteLine(json);
        _host.Output.Flush();
    }

    private static IAnsiConsole MakeConsole(TextWriter writer, bool redirected)
    {
        var terminal = (ReferenceEquals(writer, Console.Out) || ReferenceEquals(writer, Console.Error)) && !redirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        // Into a file or a pipe nothing is to be wrapped at the width of a terminal that is not there.
        if (!terminal) console.Profile.Width = 200;
        return console;
    }
}
