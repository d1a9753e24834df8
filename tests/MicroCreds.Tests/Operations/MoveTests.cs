using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MicroCreds.Storage.Postgres;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node move</c>. What arrives, and what comes between, is <see cref="StoreMoveTests"/>.</summary>
[NeedsPostgres]
public sealed partial class MoveTests : IDisposable
{
    private readonly OperatedNode _node = new();

    public void Dispose() => _node.Dispose();

    [EngineFact]
    public async Task carries_a_store_to_a_server_and_back_and_prints_the_digest_of_every_table()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        var address = await NewDatabaseAsync();
        await File.WriteAllTextAsync(_node.At("address"), address);
        var (exitCode, output, _) = _node.Run("move", "--to", $"file:{_node.At("address")}");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^uni-roma\.example: moved, the same in \d+ rows of \d+ tables; nothing is wrong; 6 signatures verified\. Set Node:Store to the new place", output);
        Assert.Contains(" outgoing, 3 rows", output, StringComparison.Ordinal);
        Assert.Contains("was moved before", _node.Run("move", "--to", address).Output, StringComparison.Ordinal);

        _node.Lose();
        var (_, there) = _node.RunJson("check", $"--Node:Store={address}");
        Assert.Equal(6, there.GetProperty("verdict").GetProperty("signatures").GetInt32());
        (exitCode, var back, _) = _node.Run("move", "--to", "sqlite", $"--Node:Store={address}");
        Assert.Equal(0, exitCode);
        Assert.Equal(Digests(output), Digests(back));
        Assert.Equal(0, _node.Run("check").ExitCode);
        Assert.False(File.Exists($"{_node.Store}.moving"));
    }

    [EngineFact]
    public async Task refuses_a_store_that_a_node_has_open_and_a_secret_that_is_not_its_own()
    {
        var address = await NewDatabaseAsync();
        await using (var database = await _node.OpenAsync())
        {
            await _node.FillAsync(database);
            Assert.Contains("is in use by", _node.Run("move", "--to", address).Output, StringComparison.Ordinal);
        }
        File.Move(Path.Combine(_node.Directory, "keys", "learner.secret"), _node.At("secret"));
        var (exitCode, output, _) = _node.Run("move", "--to", address);
        Assert.Equal(1, exitCode);
        Assert.Contains("learner.secret is missing", output, StringComparison.Ordinal);
        File.Move(_node.At("secret"), Path.Combine(_node.Directory, "keys", "learner.secret"));
        Assert.Equal(0, _node.Run("move", "--to", address).ExitCode);
        await File.WriteAllTextAsync(Path.Combine(_node.Directory, "keys", "learner.secret"), Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]));
        _node.Lose();
        Assert.Contains("is not the secret under which", _node.Run("move", "--to", "sqlite", $"--Node:Store={address}").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("move needs --to STORE", "move")]
    [InlineData("--to is neither sqlite, nor an address", "move", "--to", "elsewhere")]
    [InlineData("are SQLite files: they move to postgresql://", "move", "--to", "sqlite")]
    [InlineData("are on PostgreSQL: they move to sqlite", "move", "--to", "postgresql://mcf@db.invalid/mcf", "--Node:Store=postgresql://mcf@db.invalid/mcf")]
    public void refuses_a_wrong_target(string said, params string[] line)
    {
        var (exitCode, output, error) = _node.Run(line);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    /// <summary>An empty database on the shared server: the schema's name is the institution's.</summary>
    private static async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{RandomNumberGenerator.GetHexString(20, lowercase: true)}";
        await using var server = PostgresServer.Of(TestPostgres.Shared);
#pragma warning disable CA2100 // The name was made above.
        await using var create = server.Source.CreateCommand($"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
        return DatabaseInAddress().Replace(TestPostgres.Shared, name);
    }

    [GeneratedRegex("(?<=://[^/]*/)[^?]*")]
    private static partial Regex DatabaseInAddress();

    private static List<string> Digests(string output) => [.. output.Split('\n').Where(line => line.EndsWith(" rows", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
