using System.Diagnostics;

namespace MicroCreds.Tests.Storage;

/// <summary>
/// A PostgreSQL server for tests: a cluster of its own in a temporary directory, reached by a Unix socket only, whose default order of texts is not that
/// of their bytes. A shell holds it and ends it as soon as the tests' process is gone, in whatever way.
/// </summary>
internal sealed class TestPostgres : IDisposable
{
    private static readonly Lazy<string?> Bin = new(() =>
        System.IO.Directory.Exists("/usr/lib/postgresql") ? System.IO.Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault() : null);

    private static readonly Lazy<TestPostgres> Own = new(() => new TestPostgres());

    private readonly Process _shell;
    private readonly string _directory;
    private int _promotions;

    /// <summary>Starts a server.</summary>
    public TestPostgres()
    {
        var bin = Bin.Value ?? throw new InvalidOperationException(NoServer);
        // PostgreSQL refuses to run as root.
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "bash"] : ["bash"];
        _shell = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "-c", Script(), "postgres-for-tests", bin])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        }) ?? throw new InvalidOperationException("No shell was started.");
        _directory = _shell.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"PostgreSQL was not started: {_shell.StandardError.ReadToEnd()}");
    }

    /// <summary>Why a test that needs a server of its own skips; null when it does not.</summary>
    public static string? NoServer => Bin.Value is null ? "there is no PostgreSQL in /usr/lib/postgresql (Debian's package postgresql)" : null;

    /// <summary>Why a test that needs any server skips; null when it does not.</summary>
    public static string? NoServerAtAll => NoServer is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MICROCREDS_POSTGRES")) ? $"{NoServer}, and MICROCREDS_POSTGRES names no other" : null;

    /// <summary>The server that all tests of this process share: the one named by <c>MICROCREDS_POSTGRES</c>, or one that is started now.</summary>
    public static string Shared => Environment.GetEnvironmentVariable("MICROCREDS_POSTGRES") is { Length: > 0 } given ? given : Own.Value.Address;

    /// <summary>Where the server is that takes writes.</summary>
    public string Address => $"postgresql://postgres@/postgres?host={Directory}";

    /// <summary>Where both servers are, of which one takes writes.</summary>
    public string AddressOfBoth => $"postgresql://postgres@/postgres?host={_directory},{_directory}/b&target_session_attrs=primary";

    /// <summary>Directory with its socket.</summary>
    public string? Directory => Path.GetDirectoryName(Sockets[_promotions % 2]);

    /// <summary>Sockets of the server and of the other one that <see cref="AddStandby"/> makes.</summary>
    public IReadOnlyList<string> Sockets => [Path.Combine(_directory, ".s.PGSQL.5432"), Path.Combine(_directory, "b", ".s.PGSQL.5432")];

    /// <summary>Ends the server at once, as a crash does.</summary>
    public void Crash() => Say("stop");

    /// <summary>Makes the other server anew, as a copy that follows the one that takes writes and is waited for by its commits.</summary>
    public void AddStandby() => Say("standby");

    /// <summary>As <see cref="AddStandby"/>, but no commit waits for it.</summary>
    public void AddFollower() => Say("follower");

    /// <summary>Ends the server that takes writes with SIGKILL, and every process of it.</summary>
    public void Kill() => Say("kill");

    /// <summary>Has the copy take writes; from now on it is the server that is killed and started.</summary>
    public void Promote()
    {
        Say("promote");
        _promotions++;
    }

    /// <summary>Stops the copy, with all its processes, without ending it.</summary>
    public void FreezeStandby() => Say("freeze copy");

    /// <summary>Ends the copy: unlike one that is stopped, it receives nothing meanwhile.</summary>
    public void DropStandby() => Say("drop");

    /// <summary>Starts it again.</summary>
    public void ReturnStandby() => Say("back");

    /// <summary>Lets the copy go on.</summary>
    public void ThawStandby() => Say("thaw copy");

    /// <summary>Stops the server that takes writes, with all its processes, without ending it.</summary>
    public void Freeze() => Say("freeze main");

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Say("thaw main");

    /// <summary>Starts it again, with settings such as <c>-c fsync=off</c>.</summary>
    public void Start(string settings = "") => Say($"start {settings}");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    // tests/postgres.sh, which .ci/run starts too.
    private static string Script()
    {
        using var stream = typeof(TestPostgres).Assembly.GetManifestResourceStream("postgres.sh") ?? throw new InvalidOperationException("The script is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Say(string word)
    {
        _shell.StandardInput.WriteLine(word);
        _shell.StandardInput.Flush();
        if (_shell.StandardOutput.ReadLine() is null) throw new InvalidOperationException($"PostgreSQL did not {word}: {_shell.StandardError.ReadToEnd()}");
    }
}
