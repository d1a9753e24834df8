using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Cli.Verification;

/// <summary>Status lists that lie in a folder, fetched beforehand. Each counts under its own name, or under the addresses that <c>status-lists.json</c> gives it.</summary>
internal static class StatusListFiles
{
    private const string Index = "status-lists.json";

    /// <summary>Reads and verifies the lists among <paramref name="files"/>.</summary>
    /// <exception cref="CommandFailure">The file of addresses cannot be read.</exception>
    public static StatusListBook Read(string folder, IEnumerable<string> files, IReadOnlyList<TrustedIssuer> issuers, RevocationBook revocations)
    {
        var addresses = Addresses(Path.Combine(folder, Index));
        return StatusListBook.Read(files.Where(file => Path.GetExtension(file) is ".json" or ".jwt").SelectMany(file => Named(addresses, Path.GetRelativePath(folder, file), file)), issuers, revocations);
    }

    private static IEnumerable<(string, ReadOnlyMemory<byte>)> Named(ILookup<string, string> addresses, string name, string file)
    {
        var content = new ReadOnlyMemory<byte>(CommandFiles.Read(file));
        return addresses.Contains(name) ? addresses[name].Select(address => (address, content)) : [("", content)];
    }

    // {"addresses":{"https://…/status/1":"lists/1.json"}}: where a list was fetched is the operator's word, not the list's.
    private static ILookup<string, string> Addresses(string file)
    {
        try
        {
            var stated = File.Exists(file) ? JsonNode.Parse(CommandFiles.Read(file))?["addresses"]?.AsObject() ?? [] : [];
            return stated.ToLookup(pair => (string?)pair.Value ?? "", pair => pair.Key, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CommandFailure.Of("This does not say where status lists come from.", "Write {\"addresses\":{\"https://…\":\"file\"}}.", file, e);
        }
    }
}
