using System.CommandLine;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Connection;

/// <summary>Options of every command that talks to a node, and the variables that stand in for them.</summary>
internal static class NodeOptions
{
    /// <summary>Address of the staff endpoint.</summary>
    public static readonly Option<string> Node = new("--node", "-n") { Description = "Staff address of the node, http://host:port. Default: MCF_NODE.", HelpName = "URL", Recursive = true };

    /// <summary>Bearer token.</summary>
    public static readonly Option<string> Token = new("--token") { Description = "Staff token. Other users of this machine can see it in the process list: prefer --token-file or MCF_TOKEN.", HelpName = "TOKEN", Recursive = true };

    /// <summary>File with the bearer token.</summary>
    public static readonly Option<string> TokenFile = new("--token-file") { Description = "File that holds the staff token, for example admin.token in the node's data directory.", HelpName = "FILE", Recursive = true };

    /// <summary>Institution.</summary>
    public static readonly Option<string> Institution = new("--institution", "-i") { Description = "Institution asked: hosted on the node or a partner. May be left away when the node hosts one.", HelpName = "ORGANISATION", Recursive = true };

    /// <summary>Adds the options to a command and all below it.</summary>
    public static Command WithNode(this Command command)
    {
        command.Add(Node);
        command.Add(Token);
        command.Add(TokenFile);
        command.Add(Institution);
        return command;
    }

    /// <summary>The node that the command line or the environment names.</summary>
    /// <exception cref="CommandFailure">None is named, or the address or token file is of no use.</exception>
    public static NodeClient Connect(ParseResult parsed, CommandHost host)
    {
        var text = parsed.GetValue(Node) ?? host.Variable("MCF_NODE");
        if (string.IsNullOrWhiteSpace(text)) throw CommandFailure.Usage("No node is named.", "Give --node http://host:port, or set MCF_NODE.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw CommandFailure.Usage($"'{text}' is no address of a node.", "Write it as http://host:port.", "--node");
        return new NodeClient(address, ReadToken(parsed, host), host.Clock);
    }

    private static string ReadToken(ParseResult parsed, CommandHost host)
    {
        if (parsed.GetValue(Token) is { Length: > 0 } token) return Checked(token, "--token");
        if (parsed.GetValue(TokenFile) is { Length: > 0 } path) return Checked(CommandFiles.ReadText(path).Trim(), path);
        return host.Variable("MCF_TOKEN") is { Length: > 0 } variable ? Checked(variable, "MCF_TOKEN") : "";
    }

    /// <summary>A header holds printable ASCII; anything else is no token, and must not reach the wire or an error message.</summary>
    private static string Checked(string token, string where) =>
        token.Length > 0 && token.All(c => c is > ' ' and <= '~') ? token
        : throw CommandFailure.Usage("This is no staff token: it is empty, or holds blanks or other characters a token never has.", "Take the whole content of the node's admin.token.", where);
}
