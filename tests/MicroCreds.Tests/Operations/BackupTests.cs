using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node backup</c>.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly OperatedNode _node = new();

    public void Dispose() => _node.Dispose();

    private string Copy => Path.Combine(_node.At("copies"), OperatedNode.Institution.Value);

    [Fact]
    public async Task holds_every_case_that_was_acknowledged_before_it_while_the_node_writes_on()
    {
        await using var database = await _node.OpenAsync();
        await _node.FillAsync(database);
        var before = new List<CaseId>();
        for (var i = 0; i < 20; i++) before.Add(await OperatedNode.OpenCaseAsync(database));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await OperatedNode.OpenCaseAsync(database);
        });
        var (exitCode, answer) = _node.RunJson("backup", "--to", _node.At("copies"));
        await stop.CancelAsync();
        await writing;
        Assert.True(exitCode == 0, answer.ToString());
        Assert.Equal(Copy, answer.GetProperty("place").GetString());
        await using var copy = await _node.OpenAsync(Path.Combine(Copy, "institution.db"));
        foreach (var id in before) Assert.NotNull(await copy.Cases.FindAsync(id, CancellationToken.None));
        Assert.Empty(await copy.CheckAsync(CancellationToken.None));
    }

    [Fact]
    public async Task is_one_moment_of_the_store()
    {
        await using var database = await _node.OpenAsync();
        var earlier = await OperatedNode.OpenCaseAsync(database);
        using (var store = StoreInspection.Open(_node.Store, OperatedNode.Institution))
        {
            var later = await OperatedNode.OpenCaseAsync(database);
            var path = _node.At("copy.db");
            await File.WriteAllBytesAsync(path, []);
            store.CopyTo(path);
            Assert.False(File.Exists(path + "-wal"));
            await using var copy = await _node.OpenAsync(path);
            Assert.NotNull(await copy.Cases.FindAsync(earlier, CancellationToken.None));
            Assert.Null(await copy.Cases.FindAsync(later, CancellationToken.None));
        }
    }

    [Fact]
    public async Task says_what_it_holds_and_may_be_read_by_its_owner_alone()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        Assert.Equal(0, _node.Run("backup", "--to", _node.At("copies")).ExitCode);
        Assert.Equal(["institution.db", "manifest.json"], Directory.GetFiles(Copy).Select(Path.GetFileName).Order());
        var manifest = await File.ReadAllTextAsync(Path.Combine(Copy, "manifest.json"));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Copy, "institution.db"))));
        Assert.Contains($"\"sha256\":\"{digest}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"outgoing\":[{\"partner\":\"uni-madrid.example\",\"head\":{\"epoch\":1,\"sequence\":3,", manifest, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Copy));
        foreach (var file in Directory.GetFiles(Copy)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task keeps_no_copy_that_is_not_sound()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        _node.Change("UPDATE counter SET value = value + 1 WHERE name = 'case_change'");
        var (exitCode, output, _) = _node.Run("backup", "--to", _node.At("copies"));
        Assert.Equal(1, exitCode);
        Assert.Contains("the copy is not sound and was not kept; 1 findings", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_node.At("copies")));
    }

    [Fact]
    public async Task copies_over_nothing()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        Assert.Equal(0, _node.Run("backup", "--to", _node.At("copies")).ExitCode);
        var (exitCode, output, _) = _node.Run("backup", "--to", _node.At("copies"));
        Assert.Equal(1, exitCode);
        Assert.Contains("nothing is copied over it", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup", "--to")]
    [InlineData("restore", "--from")]
    public void names_the_servers_own_command_for_stores_on_a_server(string verb, string option)
    {
        var (exitCode, _, error) = _node.Run(verb, option, _node.At("copies"), "--Node:Store=postgresql://mcf@db.invalid/mcf");
        Assert.Equal(2, exitCode);
        Assert.Contains("""pg_dump --format=custom --schema='"uni-roma.example"' --file=uni-roma.example.dump DATABASE""", error, StringComparison.Ordinal);
    }
}
