using System.CommandLine;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Cli.Connection;

/// <summary>The request id of a changing call: given by the caller who repeats one, else made here.</summary>
internal static class RequestIds
{
    /// <summary>The option. Not recursive: only changing commands take it.</summary>
    public static readonly Option<string> Option = new("--request-id") { Description = "UUID of an earlier try, to repeat it without doing it twice. Default: a new one.", HelpName = "UUID" };

    /// <summary>The id of one change among many that are sent under one id: the same for the same content, so that the whole can be repeated.</summary>
    public static string Of(string batch, ReadOnlySpan<byte> content) =>
        RequestId.TryParse(batch, out var id) ? id.ForPart(content).Value : throw new ArgumentException("The batch has no request id.", nameof(batch));

    /// <summary>The id to send.</summary>
    public static string Of(ParseResult parsed) =>
        parsed.GetValue(Option) is not { } text ? RequestId.New().Value
        : RequestId.TryParse(text, out var id) ? id.Value
        : throw CommandFailure.Usage($"'{text}' is no request id.", "Give a UUID like 0191d3c2-7a4b-7000-8000-1b2c3d4e5f60.", "--request-id");
}
