using System.Collections.Concurrent;
using MicroCreds.Node.Composition;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary>Files of keys that a node makes where there are none: replicas that share a folder may all start for the first time at once.</summary>
public sealed class KeyFilesTests
{
    private const int Starters = 16, Rounds = 8;

    [Fact]
    public void gives_all_who_start_at_once_the_same_signing_key() => AllSame("staff.pem", path => KeyFiles.SigningKey(path, create: true).KeyId);

    [Fact]
    public void gives_all_who_start_at_once_the_same_learner_secret() => AllSame("learner.secret", path => Convert.ToBase64String(KeyFiles.LearnerSecret(path)));

    [Fact]
    public void replaces_nothing_that_is_there()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("learner.secret");
        KeyFiles.MakeSecret(path, "first");
        KeyFiles.MakeSecret(path, "second");
        Assert.Equal("first", File.ReadAllText(path));
        KeyFiles.WriteSecret(path, "third");
        Assert.Equal("third", File.ReadAllText(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    private static void AllSame(string name, Func<string, string> start)
    {
        using var directory = new TemporaryDirectory();
        for (var round = 0; round < Rounds; round++)
        {
            var (path, got, ready) = (directory.File($"{round}/{name}"), new ConcurrentBag<string>(), new Barrier(Starters));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var starters = Enumerable.Range(0, Starters).Select(_ => new Thread(() =>
            {
                ready.SignalAndWait(TimeSpan.FromSeconds(30));
                got.Add(start(path));
            })).ToList();
            foreach (var starter in starters) starter.Start();
            foreach (var starter in starters) starter.Join();
            Assert.Equal(Starters, got.Count);
            Assert.Equal(start(path), Assert.Single(got.Distinct()));
            Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        }
    }
}
