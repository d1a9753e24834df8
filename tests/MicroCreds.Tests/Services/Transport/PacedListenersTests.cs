using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using MicroCreds.Services;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Connections;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>When new connections are let in, and which of them first.</summary>
public sealed class PacedListenersTests : IAsyncLifetime
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);
    private readonly TestClock _clock = new(TestNode.Start);
    private readonly Port _port = new();
    private readonly List<Visitor> _visitors = [];
    private IConnectionListener _listener = null!;
    private long _waiting;

    public async Task InitializeAsync() => _listener = await new PacedListeners(_port, _clock, () => Volatile.Read(ref _waiting)).BindAsync(new IPEndPoint(IPAddress.Loopback, 0));

    public async Task DisposeAsync() => await _listener.UnbindAsync();

    [Fact]
    public async Task a_node_at_rest_lets_everybody_in_at_once()
    {
        Come("192.0.2.1", "192.0.2.1", "192.0.2.1");
        for (var i = 0; i < 3; i++) Assert.Same(_visitors[i], await _listener.AcceptAsync());
        Assert.Equal(0, _clock.Waiting);
    }

    [Fact]
    public async Task a_node_with_much_to_do_lets_nobody_in_before_it_is_done()
    {
        _waiting = 1000;
        Come("192.0.2.1");
        var entry = _listener.AcceptAsync();
        await TurnsAsync(2);
        await UntilAsync(() => _clock.Waiting > 0);
        Assert.False(entry.IsCompleted);
        _waiting = Environment.ProcessorCount;
        await TurnsAsync(1);
        Assert.Same(_visitors[0], await entry);
    }

    [Fact]
    public async Task a_node_that_never_rests_lets_one_in_after_some_turns()
    {
        _waiting = 1000;
        Come("192.0.2.1", "192.0.2.1");
        for (var i = 0; i < 2; i++)
        {
            var entry = _listener.AcceptAsync();
            await TurnsAsync(TransportLimits.NewConnectionTurns - 1);
            Assert.False(entry.IsCompleted);
            await TurnsAsync(1);
            Assert.Same(_visitors[i], await entry);
        }
    }

    [Fact]
    public async Task whoever_opens_many_waits_for_himself()
    {
        Come("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.7", "192.0.2.9", "192.0.2.7");
        int[] inTurns = [0, 3, 4, 1, 5, 2];
        Assert.Equal(inTurns, await EntriesAsync());
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", "2001:db8:1:3::1", 2)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", 2)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:2::7", 1)]
    [InlineData("192.0.2.1", "192.0.2.2", "192.0.2.1", 1)]
    public async Task one_caller_is_a_whole_address_or_64_bits_of_one(string first, string second, string third, int afterTheFirst)
    {
        Come(first, second, third);
        Assert.Equal(afterTheFirst, (await EntriesAsync())[1]);
    }

    [Fact]
    public async Task what_does_not_find_a_place_waits_with_the_system()
    {
        for (var i = 0; i <= TransportLimits.MaxNewConnections; i++) Come("192.0.2.1");
        await UntilAsync(() => _port.Asked == TransportLimits.MaxNewConnections);
        await UntilAsync(() => _port.Left == 1);
        Assert.Same(_visitors[0], await _listener.AcceptAsync());
        await UntilAsync(() => _port.Left == 0);
    }

    [Fact]
    public async Task when_the_port_is_shut_those_who_wait_are_let_go_and_the_server_is_told()
    {
        Come("192.0.2.1", "192.0.2.2", "192.0.2.3");
        Assert.Same(_visitors[0], await _listener.AcceptAsync());
        await AllAreSeenAsync();
        await _listener.UnbindAsync();
        Assert.Equal([false, true, true], _visitors.Select(v => v.IsAborted));
        Assert.Equal([false, true, true], _visitors.Select(v => v.IsDisposed));
        for (var i = 0; i < 3; i++) Assert.Null(await _listener.AcceptAsync());
    }

    [Fact]
    public async Task a_server_that_waits_for_somebody_is_told_that_the_port_is_shut()
    {
        var entry = _listener.AcceptAsync();
        Assert.False(entry.IsCompleted);
        await _listener.UnbindAsync();
        Assert.Null(await entry);
    }

    [Fact]
    public async Task a_port_that_fails_says_so_to_the_server_after_those_who_had_come()
    {
        Come("192.0.2.1");
        _port.Fail(new IOException("The port is broken."));
        Assert.Same(_visitors[0], await _listener.AcceptAsync());
        for (var i = 0; i < 2; i++) Assert.Equal("The port is broken.", (await Assert.ThrowsAsync<IOException>(async () => await _listener.AcceptAsync())).Message);
    }

    [Fact]
    public async Task nobody_is_paced_at_a_socket_of_the_file_system()
    {
        _waiting = 1000;
        await using var listener = await new PacedListeners(_port, _clock, () => _waiting).BindAsync(new UnixDomainSocketEndPoint("never-made"));
        var before = _port.Asked;
        var entry = listener.AcceptAsync();
        Assert.Equal(before + 1, _port.Asked);
        await listener.UnbindAsync();
        Assert.Null(await entry);
    }

    private static async Task UntilAsync(Func<bool> what)
    {
        for (var i = 0; !what(); i++)
        {
            Assert.True(i < 10_000);
            await Task.Delay(1);
        }
    }

    private void Come(params string[] addresses)
    {
        foreach (var address in addresses)
        {
            var visitor = new Visitor { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 50_000) };
            _visitors.Add(visitor);
            _port.Come(visitor);
        }
    }

    private async Task TurnsAsync(int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            await UntilAsync(() => _clock.Waiting > 0);
            _clock.Advance(Turn);
        }
    }

    // The next one is asked for when the last one has its place.
    private Task AllAreSeenAsync() => UntilAsync(() => _port.Asked == _visitors.Count + 1);

    private async Task<int[]> EntriesAsync()
    {
        await AllAreSeenAsync();
        var entries = new int[_visitors.Count];
        for (var i = 0; i < entries.Length; i++) entries[i] = _visitors.IndexOf((Visitor)(await _listener.AcceptAsync())!);
        return entries;
    }

    /// <summary>Somebody who connects.</summary>
    private sealed class Visitor : DefaultConnectionContext
    {
        public bool IsAborted { get; private set; }

        public bool IsDisposed { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }

    /// <summary>A port of the system's, and those who wait there.</summary>
    private sealed class Port : IConnectionListenerFactory
    {
        private readonly Channel<ConnectionContext> _queue = Channel.CreateUnbounded<ConnectionContext>();
        private int _asked;

        /// <summary>How often the next one was asked for.</summary>
        public int Asked => Volatile.Read(ref _asked);

        public int Left => _queue.Reader.Count;

        public void Come(ConnectionContext connection) => Assert.True(_queue.Writer.TryWrite(connection));

        public void Fail(Exception why) => _queue.Writer.Complete(why);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new Listener(this, endpoint));

        private sealed class Listener(Port port, EndPoint end) : IConnectionListener
        {
            public EndPoint EndPoint => end;

            public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
            {
                Interlocked.Increment(ref port._asked);
                while (await port._queue.Reader.WaitToReadAsync(cancellationToken))
                    if (port._queue.Reader.TryRead(out var connection)) return connection;
                return null;
            }

            public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
            {
                port._queue.Writer.TryComplete();
                return ValueTask.CompletedTask;
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
