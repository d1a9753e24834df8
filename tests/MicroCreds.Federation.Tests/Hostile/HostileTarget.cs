using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>The node under attack, a process of its own: where it listens, who may call it, and what it uses of the machine.</summary>
internal sealed class HostileTarget : IDisposable
{
    private HostileTarget(TestFederation federation, JsonElement ready)
    {
        Process = ready.GetProperty("pid").GetInt32();
        (Staff, Web, Partner) = (Address("staff"), Address("web"), Address("partner"));
        Token = File.ReadAllText(federation[PilotInstitution.Roma].TokenFile).Trim();
        Log = federation[PilotInstitution.Roma].LogFile;
        (Member, HonestMember) = (Certificate(PilotInstitution.Madrid), Certificate(PilotInstitution.Voluntariado));

        IPEndPoint Address(string door) => IPEndPoint.Parse(new Uri(ready.GetProperty(door).GetString() ?? "").Authority);
        X509Certificate2 Certificate(PilotInstitution institution)
        {
            var keys = Path.Combine(federation.Files.DataOf(institution), institution.Organisation.Value, "keys");
            return X509Certificate2.CreateFromPemFile(Path.Combine(keys, "tls.crt"), Path.Combine(keys, "tls.key"));
        }
    }

    public int Process { get; }

    public IPEndPoint Staff { get; }

    public IPEndPoint Web { get; }

    public IPEndPoint Partner { get; }

    /// <summary>The administrator's token.</summary>
    public string Token { get; }

    /// <summary>The node's log.</summary>
    public string Log { get; }

    /// <summary>A member whose key got into wrong hands.</summary>
    public X509Certificate2 Member { get; }

    /// <summary>A member who calls beside it.</summary>
    public X509Certificate2 HonestMember { get; }

    /// <summary>Memory of the process that is in use now, in mebibytes.</summary>
    public int Mebibytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Connections that the process holds open.</summary>
    public int Connections => Directory.EnumerateFileSystemEntries($"/proc/{Process}/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public static async Task<HostileTarget> OfAsync(TestFederation federation)
    {
        using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(federation.Files.DataOf(PilotInstitution.Roma), "node.json")));
        return new HostileTarget(federation, ready.RootElement);
    }

    public void Dispose()
    {
        Member.Dispose();
        HonestMember.Dispose();
    }
}
