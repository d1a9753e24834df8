using System.Globalization;

namespace MicroCreds.Tests.Compose;

/// <summary>What every compose file promises an operator, whichever engine reads it.</summary>
public sealed class ComposeFileTests
{
    public static TheoryData<string> Files => [.. ComposeFile.Names];

    public static IEnumerable<object[]> Services => ServicesThat(_ => true);

    /// <summary>Those of our own program; the others are what it stands on.</summary>
    public static IEnumerable<object[]> Nodes => ServicesThat(IsNode);

    [Fact]
    public void there_is_one_node_and_a_federation_of_three_and_three_nodes_over_one_store()
    {
        Assert.Equal(["balancer", "node-1", "node-2", "node-3", "store"], ComposeFile.Read(Replicas).Services.Select(s => s.Name).Order());
        Assert.Single(ComposeFile.Read("one-node.yml").Services);
        Assert.Equal(["uni-madrid", "uni-roma", "voluntariado"], ComposeFile.Read("federation-of-three.yml").Services.Select(s => s.Name).Order());
    }

    [Theory, MemberData(nameof(Files))]
    public void leaves_out_what_docker_compose_1_29_refuses(string file) => Assert.DoesNotContain("name", ComposeFile.Read(file).Sections);

    [Theory, MemberData(nameof(Services))]
    public void runs_under_a_number_that_is_not_root(string file, string service)
    {
        var user = Service(file, service).Text("user").Split(':');
        Assert.Equal(2, user.Length);
        Assert.All(user, id => Assert.True(int.Parse(id, CultureInfo.InvariantCulture) > 0));
    }

    [Theory, MemberData(nameof(Services))]
    public void has_a_root_file_system_that_cannot_be_written(string file, string service)
    {
        Assert.Equal("true", Service(file, service).Text("read_only"));
        Assert.Contains("/tmp", Service(file, service).Texts("tmpfs"));
    }

    [Theory, MemberData(nameof(Services))]
    public void has_no_capability_and_gains_none(string file, string service)
    {
        var settings = Service(file, service);
        Assert.Equal(["ALL"], settings.Texts("cap_drop"));
        Assert.Empty(settings.Texts("cap_add"));
        Assert.Contains("no-new-privileges:true", settings.Texts("security_opt"));
        Assert.False(settings.Settings.ContainsKey("privileged"));
    }

    [Theory, MemberData(nameof(Nodes))]
    public void is_asked_for_its_health_by_its_own_program(string file, string service)
    {
        var check = Service(file, service).Map("healthcheck");
        Assert.Equal(["CMD", "dotnet", "/app/MicroCreds.Node.dll", "--probe", "http://127.0.0.1:7081/readyz"], ((List<object?>)check["test"]!).Cast<string>());
        Assert.All(["interval", "timeout", "retries", "start_period"], setting => Assert.True(check.ContainsKey(setting), $"{setting} is left to the engine"));
    }

    [Theory, MemberData(nameof(Services))]
    public void names_the_version_of_its_image(string file, string service)
    {
        var settings = Service(file, service);
        Assert.All(IsNode(settings) ? [settings.Text("image"), ComposeFile.Default((string)Arguments(settings)["BASE"]!)] : new[] { settings.Text("image") }, image =>
        {
            Assert.Matches(@":[0-9][0-9.]*\z", image);
            Assert.DoesNotContain("latest", image, StringComparison.Ordinal);
        });
    }

    [Theory, MemberData(nameof(Services))]
    public void opens_ports_on_this_machine_only(string file, string service)
    {
        var settings = Service(file, service);
        // Nodes over one store are reached through the service before them alone, and their store by them alone.
        Assert.Equal(file != Replicas || service == "balancer", settings.Texts("ports").Count > 0);
        Assert.All(settings.Texts("ports"), port => Assert.Matches(@"\A127\.0\.0\.1:[0-9]+:[0-9]+\z", port));
        Assert.False(settings.Settings.ContainsKey("network_mode"));
    }

    [Theory, MemberData(nameof(Files))]
    public void opens_no_port_twice(string file)
    {
        var ports = ComposeFile.Read(file).Services.SelectMany(s => s.Texts("ports")).Select(p => p.Split(':')[1]).ToList();
        Assert.Equal(ports.Distinct(), ports);
    }

    [Theory, MemberData(nameof(Nodes))]
    public void takes_its_keys_as_secret_files(string file, string service)
    {
        var targets = Service(file, service).List("secrets").Cast<Dictionary<object, object?>>().Select(s => (string)s["target"]!);
        // The operator of one node has a seal or not; a federation on trial has one for each.
        string[] seal = file == "federation-of-three.yml" ? ["seal.crt", "seal.key"] : [];
        string[] shared = file == Replicas ? ["learner.secret", "store"] : [];
        Assert.Equal(new[] { "statement.pem", "tls.crt", "tls.key" }.Concat(seal).Concat(shared).Order(), targets.Order());
    }

    [Theory, MemberData(nameof(Files))]
    public void takes_every_secret_from_a_file_of_one_member(string file)
    {
        var compose = ComposeFile.Read(file);
        var secrets = compose.Map("secrets").ToDictionary(s => (string)s.Key, s => (Dictionary<object, object?>)s.Value!);
        Assert.All(secrets, s => Assert.Equal(["file"], s.Value.Keys.Cast<string>()));
        Assert.All(secrets, s => Assert.Matches(@"\A\./[a-z-]+/([a-z-]+\.example|store)/secrets/[a-z]+\.(pem|crt|key|secret|address)\z", (string)s.Value["file"]!));
        var used = compose.Services.SelectMany(s => s.List("secrets").Cast<Dictionary<object, object?>>()).Select(s => (string)s["source"]!);
        // What one member's nodes share is named by each of them; nothing else is shared.
        Assert.Equal(secrets.Keys.Order(), (file == Replicas ? used.Distinct() : used).Order());
    }

    [Theory, MemberData(nameof(Files))]
    public void holds_no_secret_itself(string file)
    {
        Assert.All(ComposeFile.Read(file).Services, s => Assert.False(s.Settings.ContainsKey("environment"), "settings belong into the configuration file, secrets into files"));
        Assert.DoesNotMatch("(?i)(password|token|BEGIN [A-Z ]*PRIVATE)", ComposeFile.Text(file));
    }

    [Theory, MemberData(nameof(Nodes))]
    public void keeps_its_data_in_a_named_volume_and_cannot_write_its_configuration(string file, string service)
    {
        var volumes = Service(file, service).Texts("volumes");
        var data = Assert.Single(volumes, v => v.EndsWith(":/data", StringComparison.Ordinal)).Split(':')[0];
        Assert.Contains(data, ComposeFile.Read(file).Map("volumes").Keys.Cast<string>());
        var folders = volumes.Where(v => v.StartsWith("./", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        // Keys that nodes of one member make for all of them, such as those of sign-in.
        if (file == Replicas) Assert.True(folders.Remove("./replicas/keys:/keys"));
        Assert.Collection(folders, v => Assert.EndsWith(":/trust:ro", v, StringComparison.Ordinal), v => Assert.EndsWith(".example/config:/config:ro", v, StringComparison.Ordinal));
        Assert.Equal(folders.Count + 1, volumes.Count(v => !v.EndsWith(":/keys", StringComparison.Ordinal)));
        Assert.DoesNotContain(ComposeFile.Read(file).Services.Where(other => other.Name != service), other => other.Texts("volumes").Contains($"{data}:/data"));
    }

    [Theory, MemberData(nameof(Services))]
    public void has_limits_and_time_to_stop(string file, string service)
    {
        var settings = Service(file, service);
        Assert.NotEmpty(settings.Text("mem_limit"));
        Assert.True(int.Parse(settings.Text("pids_limit"), CultureInfo.InvariantCulture) > 0);
        // The node gives its calls 20 seconds to end; an engine that kills earlier cuts them off.
        Assert.Equal("30s", settings.Text("stop_grace_period"));
        Assert.Equal("true", settings.Text("init"));
    }

    private const string Replicas = "postgres-with-replicas.yml";

    private static IEnumerable<object[]> ServicesThat(Func<ComposeService, bool> wanted) => ComposeFile.Names.SelectMany(f => ComposeFile.Read(f).Services.Where(wanted).Select(s => new object[] { f, s.Name }));

    private static bool IsNode(ComposeService service) => service.Settings.ContainsKey("build");

    private static ComposeService Service(string file, string service) => ComposeFile.Read(file).Services.Single(s => s.Name == service);

    private static Dictionary<object, object?> Arguments(ComposeService service) => (Dictionary<object, object?>)service.Map("build")["args"]!;
}
