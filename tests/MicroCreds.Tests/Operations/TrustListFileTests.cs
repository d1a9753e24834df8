using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Tests.Services;
using MicroCreds.Tests.Services.Transport;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Operations;

/// <summary>The file of the trust list while a node runs.</summary>
public sealed class TrustListFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestClock _clock = new(TestNode.Start);
    private readonly SigningKey _coordinator = SigningKey.Generate();
    private readonly ErrorLog _log = new();
    private readonly TrustList _list = new TestConsortium(TestNode.Start).Join().Current.List with { IssuedAt = TestNode.Start, ExpiresAt = TestNode.Start.AddDays(20) };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task follows_the_next_list_after_one_that_was_wrong_and_one_that_nobody_could_be_told_of()
    {
        Write(1);
        var file = Open();
        var registry = file.Open();
        using var stop = new CancellationTokenSource();
        var told = 0;
        registry.Changed += () => throw new InvalidOperationException($"Whoever is told {++told} times cannot bear it.");
        var watching = file.WatchAsync(registry, _log.CreateLogger(""), stop.Token);

        Write(2, list => list with { Members = [list.Members[0] with { SealAnchors = ["no certificate"u8.ToArray()] }, .. list.Members.Skip(1)] });
        await LookAsync("left aside: The trust list serial 2 has a seal anchor of");
        Assert.Equal(1, registry.Current.List.Serial);
        foreach (var serial in new[] { 3, 4 })
        {
            _log.Expect();
            Write(serial);
            await LookAsync("could not be put into force as a whole");
            Assert.Equal((serial, serial - 2), (registry.Current.List.Serial, told));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        _log.Check();
    }

    [Fact]
    public void a_node_does_not_start_with_an_anchor_that_is_no_certificate_and_says_why()
    {
        Write(1, list => list with { Members = [list.Members[0] with { SealAnchors = [[1, 2, 3]] }, .. list.Members.Skip(1)] });
        Assert.Contains("that is not a certificate in DER", Assert.Throws<ConfigurationException>(() => Open().Open()).Message, StringComparison.Ordinal);
    }

    private TrustListFile Open()
    {
        File.WriteAllText(_directory.File("coordinator.jwk"), _coordinator.PublicKey.Jwk);
        return new TrustListFile(new TrustListOptions { File = _directory.File("trust-list.json"), CoordinatorKeys = [_directory.File("coordinator.jwk")], Threshold = 1 }, _clock);
    }

    private void Write(long serial, Func<TrustList, TrustList>? change = null) =>
        File.WriteAllText(_directory.File("trust-list.json"), TrustListCodec.Sign((change ?? (l => l))(_list with { Serial = serial }), [_coordinator]));

    // Looks at the file, and waits until that is said once more.
    private async Task LookAsync(string said)
    {
        var before = Times();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => Times() > before);

        int Times() => _log.Lines.Count(line => line.Contains(said, StringComparison.Ordinal));
    }
}
