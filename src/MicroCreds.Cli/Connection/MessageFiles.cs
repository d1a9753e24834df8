using System.Text;
using Google.Protobuf;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Cli.Connection;

/// <summary>Files that hold one message of the contract as protobuf's JSON.</summary>
internal static class MessageFiles
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    /// <summary>The message of a file.</summary>
    /// <param name="path">File.</param>
    /// <param name="what">What it is to be, for example <c>grade table</c>.</param>
    /// <param name="help">Where an example is shown.</param>
    /// <exception cref="CommandFailure">It is no such message, or names something twice.</exception>
    public static T Read<T>(string path, string what, string help) where T : IMessage, new()
    {
        var text = CommandFiles.ReadText(path);
        // The parser of messages takes the last of two equal names without a word.
        if (StrictJson.TryParse(Encoding.UTF8.GetBytes(text), CommandFiles.MaxBytes, out var read, out var fault)) read.Dispose();
        else throw CommandFailure.Of($"The file is no {what}: {fault}.", help, path);
        try
        {
            return Parser.Parse<T>(text);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw CommandFailure.Of($"The file is no {what}: {e.Message}", help, path, e);
        }
    }
}
