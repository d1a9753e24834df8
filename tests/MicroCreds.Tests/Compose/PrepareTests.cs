using System.Text.Json.Nodes;
using MicroCreds.Cli;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Node.Configuration;
using Microsoft.Extensions.Configuration;

namespace MicroCreds.Tests.Compose;

/// <summary><c>mcf pilot prepare</c> and <c>renew</c>, which make what the compose files mount.</summary>
public sealed class PrepareTests : IDisposable
{
    private static readonly DateTimeOffset _start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("mcf-prepare-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task makes_every_file_that_the_federation_of_three_mounts()
    {
        await PrepareAsync();
        var compose = ComposeFile.Read("federation-of-three.yml");
        var mounted = compose.Map("secrets").Values.Select(s => (string)((Dictionary<object, object?>)s!)["file"]!)
            .Concat(compose.Services.SelectMany(s => s.Texts("volumes")).Where(v => v.StartsWith("./", StringComparison.Ordinal)).Select(v => v.Split(':')[0]));
        Assert.All(mounted, path => Assert.True(Path.Exists(Path.Combine(_root, path)), $"{path} was not made"));
        Assert.All(Organisations, organisation => Assert.True(File.Exists(Path.Combine(Federation, organisation, "config", "node.json"))));
    }

    [Fact]
    public async Task writes_secrets_that_only_their_owner_may_read_and_mounts_no_other()
    {
        await PrepareAsync();
        var secrets = Directory.GetFiles(Federation, "*", SearchOption.AllDirectories).Where(f => File.ReadAllText(f).Contains("PRIVATE KEY", StringComparison.Ordinal)).ToList();
        Assert.Equal(1 + (3 * 5), secrets.Count);
        Assert.All(secrets, f => Assert.Contains(Path.GetFileName(Path.GetDirectoryName(f)), new[] { "secrets", "seals", "coordinator" }));
        if (OperatingSystem.IsWindows()) return;
        foreach (var secret in secrets) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
    }

    [Fact]
    public async Task writes_configurations_that_the_node_accepts_with_paths_as_the_container_sees_them()
    {
        await PrepareAsync();
        var options = NodeConfiguration.Read(new ConfigurationBuilder().AddJsonFile(Path.Combine(Federation, "uni-roma.example", "config", "node.json")).Build());
        Assert.Equal("/data", options.DataDirectory);
        Assert.Equal("/run/secrets", Assert.Single(options.Institutions).KeysDirectory);
        Assert.Equal("/trust/trust-list.json", options.TrustList.File);
        Assert.Equal(["/trust/coordinator.jwk"], options.TrustList.CoordinatorKeys);
        Assert.Equal(("0.0.0.0:7443", "0.0.0.0:7080", "0.0.0.0:7081"), (options.Endpoints.Partner, options.Endpoints.Staff, options.Endpoints.Web));
        Assert.Equal("http://127.0.0.1:7081", options.PublicWebUrl);
    }

    [Fact]
    public async Task signs_a_list_in_which_partners_find_each_other_by_the_names_of_the_services()
    {
        await PrepareAsync();
        var list = TrustListAt(_start);
        Assert.Equal(1, list.Serial);
        Assert.Equal(["https://uni-madrid:7443", "https://uni-roma:7443", "https://voluntariado:7443"], list.Members.SelectMany(m => m.Endpoints));
        var services = ComposeFile.Read("federation-of-three.yml").Services.Select(s => s.Name);
        Assert.Equal(services.Order(), list.Members.Select(m => new Uri(m.Endpoints[0]).Host));
    }

    [Fact]
    public async Task renews_a_list_that_has_expired_and_keeps_its_keys()
    {
        await PrepareAsync();
        var before = TrustListAt(_start);
        var later = _start.AddDays(40);
        Assert.Equal(0, (await RunAsync(later, "pilot", "renew", "--directory", Federation)).ExitCode);
        var after = TrustListAt(later);
        Assert.Equal(2, after.Serial);
        Assert.NotNull(after.Previous);
        Assert.Equal(later.AddDays(30), after.ExpiresAt);
        Assert.Equal(before.Members.SelectMany(m => m.TlsKeys), after.Members.SelectMany(m => m.TlsKeys));
    }

    [Fact]
    public async Task leaves_keys_alone_that_are_there()
    {
        await PrepareAsync();
        var key = Path.Combine(Federation, "uni-roma.example", "secrets", "statement.pem");
        var before = File.ReadAllText(key);
        Assert.Equal(1, (await RunAsync(_start, Arguments)).ExitCode);
        Assert.Equal(before, File.ReadAllText(key));
    }

    [Theory]
    [InlineData("uni-roma.example")]
    [InlineData("uni-roma.example=http://uni-roma:7443")]
    [InlineData("uni-a.example=https://uni-a:7443")]
    public async Task refuses_a_member_without_a_good_address(string endpoint)
    {
        Assert.Equal(2, (await RunAsync(_start, "pilot", "prepare", "--directory", Federation, "--endpoint", endpoint)).ExitCode);
        Assert.False(Directory.Exists(Federation));
    }

    private string Federation => Path.Combine(_root, "federation");

    private static readonly string[] Organisations = ["uni-roma.example", "uni-madrid.example", "voluntariado.example"];

    private string[] Arguments =>
    [
        "pilot", "prepare", "--directory", Federation, "--console", "uni-roma.example=http://127.0.0.1:7081",
        .. Organisations.SelectMany(o => new[] { "--endpoint", $"{o}=https://{o.Split('.')[0]}:7443" }),
    ];

    private async Task PrepareAsync()
    {
        var (exitCode, output) = await RunAsync(_start, [.. Arguments, "--json"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(1, (int?)JsonNode.Parse(output)?["trustListSerial"]);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(DateTimeOffset now, params string[] arguments)
    {
        var output = new StringWriter();
        var exitCode = await CommandTree.RunAsync(arguments, new CommandHost(output, output, _ => null, new Clock(now)), CancellationToken.None);
        return (exitCode, output.ToString());
    }

    private TrustList TrustListAt(DateTimeOffset now)
    {
        Assert.True(VerificationKey.TryFromJwk(File.ReadAllText(Path.Combine(Federation, "trust", "coordinator.jwk")), out var coordinator));
        var read = TrustListCodec.Read(File.ReadAllBytes(Path.Combine(Federation, "trust", "trust-list.json")), 1, id => id == coordinator.KeyId ? coordinator : null, now);
        Assert.False(read.Failed(out var problem, out var list), problem?.Message);
        return list!;
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
