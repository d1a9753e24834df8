using System.Text.Json;
using MicroCreds.Node.Configuration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MicroCreds.Node.Composition;

/// <summary>Where the node can be reached, written to <c>node.json</c> once it listens.</summary>
internal sealed record ReadyFile(int Pid, string Staff, string Web, string Partner, string SignIn)
{
    public static ReadyFile Of(IServer server, NodeOptions options, string signInCode)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses.Where(a => !a.Contains("unix:", StringComparison.Ordinal)).ToList() ?? [];
        var plain = addresses.Where(a => a.StartsWith("http://", StringComparison.Ordinal)).ToList();
        var web = plain[1];
        var publicWeb = options.PublicWebUrl.Length > 0 ? options.PublicWebUrl.TrimEnd('/') : web;
        return new ReadyFile(Environment.ProcessId, plain[0], publicWeb, addresses.First(a => a.StartsWith("https://", StringComparison.Ordinal)), $"{publicWeb}/sign-in?code={signInCode}");
    }

    public void Write(string path) => KeyFiles.WriteSecret(path, JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
}
