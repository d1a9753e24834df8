namespace MicroCreds.Tests.Compose;

/// <summary>What the image promises even when it is run without the compose files.</summary>
public sealed class ContainerfileTests
{
    private static readonly string[] _lines = [.. File.ReadAllLines(Path.Combine(ComposeFile.Folder, "Containerfile")).Where(l => l.Length > 0 && l[0] != '#')];

    [Fact]
    public void runs_no_command_and_fetches_nothing_while_it_is_built()
    {
        Assert.DoesNotContain(_lines, l => l.StartsWith("RUN ", StringComparison.Ordinal));
        Assert.DoesNotContain(_lines, l => l.StartsWith("ADD ", StringComparison.Ordinal));
    }

    [Fact]
    public void runs_under_a_number_that_is_not_root()
    {
        Assert.Contains("ARG ACCOUNT=1654", _lines);
        Assert.Equal("USER ${ACCOUNT}:${ACCOUNT}", Assert.Single(_lines, l => l.StartsWith("USER ", StringComparison.Ordinal)));
    }

    [Fact]
    public void names_the_version_of_its_base() => Assert.Contains("ARG BASE=mcr.microsoft.com/dotnet/aspnet:10.0", _lines);

    [Fact]
    public void is_asked_for_its_health_by_its_own_program()
    {
        var check = Array.FindIndex(_lines, l => l.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
        Assert.Contains("""CMD ["dotnet", "/app/MicroCreds.Node.dll", "--probe", "http://127.0.0.1:7081/readyz"]""", _lines[check + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void is_built_of_the_published_program_alone()
    {
        var ignored = File.ReadAllLines(Path.Combine(ComposeFile.Folder, "..", ".dockerignore")).Where(l => l.Length > 0 && l[0] != '#');
        Assert.Equal(["*", "!artifacts/image"], ignored);
    }

    [Fact]
    public void what_prepare_makes_is_never_committed()
    {
        var ignored = File.ReadAllLines(Path.Combine(ComposeFile.Folder, "..", ".gitignore"));
        Assert.All(["/compose/federation/", "/compose/one-node/", "/compose/replicas/", "/compose/.env"], path => Assert.Contains(path, ignored));
    }
}
