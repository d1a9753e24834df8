using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node restore</c>: what it puts back, and everything it refuses with the place left as it was.</summary>
public sealed class RestoreTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Second = ["--Node:Institutions:1:Organisation=uni-madrid.example", "--Node:Institutions:1:Name=Madrid"];
    private readonly OperatedNode _node = new();

    private string Copy => Path.Combine(_node.At("copies"), OperatedNode.Institution.Value);

    private string Secret => Path.Combine(_node.Directory, "keys", "learner.secret");

    public async Task InitializeAsync()
    {
        await using var database = await _node.OpenAsync();
        await _node.FillAsync(database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task puts_a_store_back_with_which_the_node_goes_on()
    {
        BackUp();
        _node.Lose();
        var (exitCode, output, _) = _node.Run("restore", "--from", _node.At("copies"));
        Assert.Equal(0, exitCode);
        Assert.Contains("restored as it was at 2027-03-02 12:00:00Z; nothing is wrong; 6 signatures verified", output, StringComparison.Ordinal);
        Assert.Contains("HELD since 2027-03-02 12:00:00Z, nothing is signed to uni-madrid.example: the store was put back from a copy", _node.Run("status").Output, StringComparison.Ordinal);
        Assert.Contains("the stream to uni-madrid.example goes on after statement 3", _node.Run("release", "--partner", "uni-madrid.example").Output, StringComparison.Ordinal);
        Assert.Equal(1, _node.Run("release", "--partner", "uni-madrid.example").ExitCode);
        Assert.DoesNotContain("HELD", _node.Run("status").Output, StringComparison.Ordinal);
        Assert.Contains("every stream is held", _node.Run("hold").Output, StringComparison.Ordinal);
        Assert.Contains("HELD", _node.Run("status").Output, StringComparison.Ordinal);
        Assert.Equal(0, _node.Run("release", "--partner", "uni-madrid.example").ExitCode);
        await using (var database = await _node.OpenAsync())
        {
            await OperatedNode.OpenCaseAsync(database);
            Assert.Equal(3, Assert.Single(await database.Statements.OutgoingStreamsAsync(CancellationToken.None)).Head.Sequence);
        }
        Assert.Equal(0, _node.Run("check").ExitCode);
    }

    [Fact]
    public void refuses_a_damaged_copy()
    {
        BackUp();
        _node.Lose();
        using (var file = new FileStream(Path.Combine(Copy, "institution.db"), FileMode.Open))
        {
            file.Position = file.Length / 2;
            var there = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(there ^ 1));
        }
        Refused("is damaged: it has not the size or the digest that its manifest says");
        Assert.DoesNotContain(Directory.GetFiles(_node.Directory), f => f.EndsWith(".db", StringComparison.Ordinal) || f.EndsWith(".restoring", StringComparison.Ordinal));
    }

    [Fact]
    public async Task refuses_a_manifest_that_was_changed_to_fit_an_unsound_copy()
    {
        BackUp();
        _node.Change("UPDATE counter SET value = value + 1 WHERE name = 'case_change'");
        var (copy, manifest) = (Path.Combine(Copy, "institution.db"), Path.Combine(Copy, "manifest.json"));
        var (before, size) = (Node.Operations.PrivateFile.Describe("institution.db", copy), new FileInfo(copy).Length);
        File.Copy(_node.Store, copy, overwrite: true);
        var after = Node.Operations.PrivateFile.Describe("institution.db", copy);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace(before.Sha256, after.Sha256, StringComparison.Ordinal).Replace($"{{\"name\":\"institution.db\",\"bytes\":{size}", $"{{\"name\":\"institution.db\",\"bytes\":{after.Bytes}", StringComparison.Ordinal));
        _node.Lose();
        Refused("the copy is not sound; 1 findings");
        Assert.False(File.Exists(_node.Store));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-journal")]
    public async Task puts_nothing_over_a_store_or_beside_a_part_of_one(string suffix)
    {
        BackUp();
        _node.Lose();
        await File.WriteAllTextAsync(_node.Store + suffix, "another's");
        Refused($"{_node.Store}{suffix} is there, and nothing is put over a store");
        Assert.Equal("another's", await File.ReadAllTextAsync(_node.Store + suffix));
    }

    [Fact]
    public async Task refuses_while_a_node_runs()
    {
        BackUp();
        await using var database = await _node.OpenAsync();
        Refused($"in use by process {Environment.ProcessId}");
    }

    [Theory]
    [InlineData(null, "is missing, under which the store's learners are known")]
    [InlineData("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "is not the secret under which the store's learners are known")]
    public async Task refuses_without_the_secret_of_the_learners(string? secret, string said)
    {
        BackUp();
        _node.Lose();
        if (secret is null) File.Delete(Secret);
        else await File.WriteAllTextAsync(Secret, secret);
        Refused(said);
        Assert.Equal(secret is not null, File.Exists(Secret));
    }

    [Fact]
    public async Task puts_keys_back_where_they_are_missing_and_refuses_others()
    {
        var secret = await File.ReadAllTextAsync(Secret);
        BackUp("--with-keys");
        _node.Lose();
        var tls = Path.Combine(_node.Directory, "keys", "tls.key");
        var kept = await File.ReadAllTextAsync(tls);
        File.Delete(Secret);
        await File.WriteAllTextAsync(tls, "another");
        Refused("tls.key is another key than the copy's", "--with-keys");
        Assert.False(File.Exists(Secret));

        await File.WriteAllTextAsync(tls, kept);
        var (exitCode, output, _) = _node.Run("restore", "--from", _node.At("copies"), "--with-keys");
        Assert.True(exitCode == 0, output);
        Assert.Equal(secret, await File.ReadAllTextAsync(Secret));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secret));
    }

    [Fact]
    public async Task restores_all_or_none()
    {
        var madrid = Path.Combine(Path.GetDirectoryName(_node.Directory)!, "uni-madrid.example");
        Directory.CreateDirectory(madrid);
        await (await InstitutionDatabase.OpenAsync(Path.Combine(madrid, "institution.db"), OrganisationId.Parse("uni-madrid.example"), (draft, place) => Samples.Signed(draft.Audience, place), TimeProvider.System)).DisposeAsync();
        BackUp(Second);
        _node.Lose();
        var (exitCode, output, _) = _node.Run(["restore", "--from", _node.At("copies"), .. Second]);
        Assert.Equal(1, exitCode);
        Assert.Contains("uni-roma.example: its copy is good, but nothing was restored, since another was refused", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.Store));
    }

    private void BackUp(params string[] more)
    {
        var (exitCode, output, error) = _node.Run(["backup", "--to", _node.At("copies"), .. more]);
        Assert.True(exitCode == 0, output + error);
    }

    private void Refused(string said, params string[] more)
    {
        var (exitCode, output, _) = _node.Run(["restore", "--from", _node.At("copies"), .. more]);
        Assert.Equal(1, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }
}
