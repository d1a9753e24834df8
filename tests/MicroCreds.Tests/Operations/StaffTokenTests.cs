using MicroCreds.Domain.Jose;
using MicroCreds.Node.Composition;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node token</c>: accounts beside the node's own.</summary>
public sealed class StaffTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = Samples.Noon.AddYears(1);
    private readonly OperatedNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void makes_a_token_that_every_node_with_the_key_reads()
    {
        var file = _node.At("anna.token");
        var keyFile = Path.Combine(Path.GetDirectoryName(_node.Directory)!, "keys", "staff.pem");
        var (exitCode, output, error) = Make("--account", "anna", "--role", "officer", "--to", file);
        Assert.Equal((2, false, false), (exitCode, File.Exists(keyFile), File.Exists(file)));
        Assert.Contains("Start the node once", error, StringComparison.Ordinal);

        KeyFiles.SigningKey(keyFile, create: true);
        (exitCode, output, error) = Make("--account", "anna", "--role", "officer", "--role", "Reviewer", "--days", "2", "--to", file);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("anna is officer, reviewer until", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        Assert.True(SigningKey.TryImportPem(File.ReadAllText(keyFile), out var key));
        var (tokens, token) = (new StaffTokens(key, new ManualClock(Now)), File.ReadAllText(file).Trim());
        var staff = tokens.Read(token);
        Assert.NotNull(staff);
        Assert.Equal("anna", staff.Account);
        Assert.Equal([StaffRole.Officer, StaffRole.Reviewer], staff.Roles.Order());
        Assert.Equal([OperatedNode.Institution], staff.Institutions);
        Assert.Equal(Now.AddDays(2), tokens.EndOf(token));
        Assert.Null(new StaffTokens(key, new ManualClock(Now.AddDays(2))).EndOf(token));

        // A token that is there is not written over.
        (exitCode, output, _) = Make("--account", "bert", "--role", "officer", "--to", file);
        Assert.Equal(1, exitCode);
        Assert.Equal(token, File.ReadAllText(file).Trim());
        Assert.DoesNotContain("bert is", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is no role", "--account", "anna", "--role", "king")]
    [InlineData("--account is 1 to 100", "--account", "admin", "--role", "officer")]
    [InlineData("--days is 1 to 400", "--account", "anna", "--role", "officer", "--days", "401")]
    [InlineData("--days is 1 to 400", "--account", "anna", "--role", "officer", "--days", "soon")]
    [InlineData("token needs", "--account", "anna")]
    [InlineData("is not among the configured institutions", "--account", "anna", "--role", "officer", "--institution", "uni-x.example")]
    public void says_what_is_wrong_with_a_line_and_writes_nothing(string said, params string[] line)
    {
        var file = _node.At("wrong.token");
        var (exitCode, _, error) = Make([.. line, "--to", file]);
        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    private (int ExitCode, string Output, string Error) Make(params string[] line) => _node.Run(["token", .. line]);
}
