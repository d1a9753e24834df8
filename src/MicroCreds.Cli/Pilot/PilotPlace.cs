using System.Globalization;

namespace MicroCreds.Cli.Pilot;

/// <summary>Where an institution's node is reached, and where it finds its files: as a process on this machine, or in a container.</summary>
internal sealed record PilotPlace
{
    /// <summary>Address that partners call, <c>https://host:port</c>; it stands in the trust list.</summary>
    public required string Endpoint { get; init; }
    /// <summary>Address and port on which the node listens for partners.</summary>
    public required string Partner { get; init; }
    /// <summary>The same for staff.</summary>
    public required string Staff { get; init; }
    /// <summary>The same for browsers and probes.</summary>
    public required string Web { get; init; }
    /// <summary>Address of the console as people reach it; empty takes <see cref="Web"/>.</summary>
    public string PublicWebUrl { get; init; } = "";
    /// <summary>Folder on this machine into which the keys are written.</summary>
    public required string KeysFolder { get; init; }
    /// <summary>File on this machine into which the node's configuration is written.</summary>
    public required string ConfigurationFile { get; init; }
    /// <summary>Data directory, as the node sees it.</summary>
    public required string DataDirectory { get; init; }
    /// <summary>Folder of the keys, as the node sees it; empty when they lie in its data directory.</summary>
    public string KeysDirectory { get; init; } = "";
    /// <summary>Folder of the trust list and the coordinator's public key, as the node sees it.</summary>
    public required string TrustDirectory { get; init; }

    /// <summary>A process on this machine that partners reach by <paramref name="partnerPort"/>; its other ports are chosen when it starts.</summary>
    public static PilotPlace OnThisMachine(PilotFiles files, PilotInstitution institution, int partnerPort)
    {
        var partner = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{partnerPort}");
        return new()
        {
            Endpoint = $"https://{partner}",
            Partner = partner,
            Staff = "127.0.0.1:0",
            Web = "127.0.0.1:0",
            KeysFolder = Path.Combine(files.DataOf(institution), institution.Organisation.Value, "keys"),
            ConfigurationFile = PilotConsortium.ConfigurationOf(files, institution),
            DataDirectory = files.DataOf(institution),
            TrustDirectory = files.Trust,
        };
    }
}
