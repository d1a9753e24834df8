using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>The node under attack, a process of its own: where it listens, who may call it, and what it uses of the machine.</summary>
internal sealed class HostileTarget : IDisposable
{
    private HostileTarget(TestFederation federation, JsonElement ready, int patiencePercent)
    {
        Process = ready.GetProperty("pid").GetInt32();
        Token = File.ReadAllText(federation[PilotInstitution.Roma].TokenFile).Trim();
        Log = federation[PilotInstitution.Roma].LogFile;
        Attacked = new(Address("staff"), Address("web"), Address("partner"), Keys(PilotInstitution.Madrid), patiencePercent);
        var honest = Keys(PilotInstitution.Voluntariado);
        HonestMember = X509Certificate2.CreateFromPemFile(Path.Combine(honest, "tls.crt"), Path.Combine(honest, "tls.key"));

        IPEndPoint Address(string door) => IPEndPoint.Parse(new Uri(ready.GetProperty(door).GetString() ?? "").Authority);
        string Keys(PilotInstitution institution) => Path.Combine(federation.Files.DataOf(institution), institution.Organisation.Value, "keys");
    }

    public int Process { get; }

    /// <summary>What attackers know of it.</summary>
    public AttackTarget Attacked { get; }

    /// <summary>The administrator's token.</summary>
    public string Token { get; }

    /// <summary>The node's log.</summary>
    public string Log { get; }

    /// <summary>A member who calls beside the one whose key got into wrong hands.</summary>
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

    /// <summary>Time of the processors that the process has used.</summary>
    public TimeSpan Processors
    {
        get
        {
            // The second and third field behind the state; the name before it may hold spaces. Source: proc(5), /proc/pid/stat, in ticks of a hundredth of a second.
            var fields = File.ReadAllText($"/proc/{Process}/stat").Split(") ")[^1].Split(' ');
            return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Connections that the process holds open.</summary>
    public int Connections => Directory.EnumerateFileSystemEntries($"/proc/{Process}/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public static async Task<HostileTarget> OfAsync(TestFederation federation, int patiencePercent)
    {
        using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(federation.Files.DataOf(PilotInstitution.Roma), "node.json")));
        return new HostileTarget(federation, ready.RootElement, patiencePercent);
    }

    public void Dispose()
    {
        Attacked.Dispose();
        HonestMember.Dispose();
    }
}
