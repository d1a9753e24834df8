using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Pilot;

/// <summary><c>mcf pilot prepare|renew</c>: the keys, trust list and configurations of a pilot whose nodes something else starts, such as containers.</summary>
internal static class PrepareCommand
{
    private const string TrustListName = "trust-list.json";

    private static readonly string[] _sheets = ["units.csv", "outcomes.csv", "rules.csv"];

    private static readonly Option<string> Folder = new("--directory", "-d") { Description = "Folder of the pilot.", HelpName = "DIR", Required = true };

    /// <summary>Makes everything that must be there before nodes start elsewhere.</summary>
    public static Command Prepare(CommandHost host)
    {
        var endpoint = new Option<string[]>("--endpoint") { Description = "Institution of the pilot and the address at which partners reach its node; one for each member.", HelpName = "ORGANISATION=https://HOST:PORT", Required = true };
        var console = new Option<string[]>("--console") { Description = "Institution and the address at which people reach its console, for the sign-in link.", HelpName = "ORGANISATION=URL" };
        var data = new Option<string>("--data-directory") { Description = "Data directory, as the node sees it.", HelpName = "DIR", DefaultValueFactory = _ => "/data" };
        var keys = new Option<string>("--keys-directory") { Description = "Folder with statement.pem, tls.crt and tls.key, as the node sees it.", HelpName = "DIR", DefaultValueFactory = _ => "/run/secrets" };
        var trust = new Option<string>("--trust-directory") { Description = "Folder of the trust list, as the node sees it.", HelpName = "DIR", DefaultValueFactory = _ => "/trust" };
        return new Command("prepare", "Make keys, certificates, a signed trust list and configurations for nodes that are started elsewhere.") { Folder, endpoint, console, data, keys, trust }.Does(host, (parsed, output, _) =>
        {
            var consoles = (parsed.GetValue(console) ?? []).Select(text => Pair(text, "--console", Uri.UriSchemeHttp, Uri.UriSchemeHttps)).ToDictionary(pair => pair.Institution, pair => pair.Address);
            var endpoints = (parsed.GetValue(endpoint) ?? []).Select(text => Pair(text, "--endpoint", Uri.UriSchemeHttps)).ToList();
            if (endpoints.GroupBy(pair => pair.Institution).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw CommandFailure.Usage($"{twice.Key.Organisation} has two addresses.", "Give each institution once.", "--endpoint");

            var files = PilotFiles.Create(parsed.GetRequiredValue(Folder));
            var places = endpoints.ToDictionary(pair => pair.Institution, pair => new PilotPlace
            {
                Endpoint = pair.Address,
                // All addresses of the container: what may reach them is for the network it stands in to say.
                Partner = "0.0.0.0:7443",
                Staff = "0.0.0.0:7080",
                Web = "0.0.0.0:7081",
                PublicWebUrl = consoles.GetValueOrDefault(pair.Institution, ""),
                KeysFolder = Path.Combine(files.Root, pair.Institution.Organisation.Value, "secrets"),
                ConfigurationFile = files.At(pair.Institution.Organisation.Value, "config", "node.json"),
                DataDirectory = parsed.GetRequiredValue(data),
                KeysDirectory = parsed.GetRequiredValue(keys),
                TrustDirectory = parsed.GetRequiredValue(trust),
            });
            var now = host.Clock.GetUtcNow();
            var consortium = PilotConsortium.Create(files, places, now);
            foreach (var name in _sheets) File.WriteAllText(files.At("examples", name), PilotFiles.Shipped(name));
            foreach (var name in PilotClaims.Names) File.WriteAllText(files.At("examples", $"{name}.claims.json"), PilotClaims.Text(PilotClaims.Of(name, now)));
            Show(output, files.Root, consortium.TrustListSerial, consortium.TrustListExpiresAt, "Prepared");
            return Task.FromResult(ExitCodes.Ok);
        });
    }

    /// <summary>Signs the trust list again for its longest validity, with the next serial. The keys stay.</summary>
    public static Command Renew(CommandHost host) => new Command("renew", "Sign the trust list of a prepared pilot again before it expires. Nodes take it over within a minute.") { Folder }.Does(host, (parsed, output, _) =>
    {
        var root = Path.GetFullPath(parsed.GetRequiredValue(Folder));
        var list = PilotConsortium.Renew(Path.Combine(root, "trust", TrustListName), Path.Combine(root, "coordinator", "coordinator.pem"), host.Clock.GetUtcNow());
        Show(output, root, list.Serial, list.ExpiresAt, "Renewed");
        return Task.FromResult(ExitCodes.Ok);
    });

    private static void Show(CommandOutput output, string root, long serial, DateTimeOffset expiresAt, string verb) => output.Write(
        new JsonObject { ["directory"] = root, ["trustListSerial"] = serial, ["trustListExpiresAt"] = expiresAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture) },
        console => console.Say($"{verb} {root}: trust list serial {serial}, valid until {expiresAt:u}."));

    private static (PilotInstitution Institution, string Address) Pair(string text, string option, params string[] schemes)
    {
        var parts = text.Split('=', 2);
        if (parts.Length != 2 || !Uri.TryCreate(parts[1], UriKind.Absolute, out var address) || !schemes.Contains(address.Scheme))
            throw CommandFailure.Usage($"'{text}' does not name an institution and its address.", $"Write it as ORGANISATION={schemes[0]}://host:port.", option);
        return (PilotInstitution.All.FirstOrDefault(one => one.Organisation.Value == parts[0])
            ?? throw CommandFailure.Usage($"'{parts[0]}' is no institution of the pilot.", $"The pilot has {string.Join(", ", PilotInstitution.All.Select(one => one.Organisation.Value))}.", option), address.GetLeftPart(UriPartial.Authority));
    }
}
