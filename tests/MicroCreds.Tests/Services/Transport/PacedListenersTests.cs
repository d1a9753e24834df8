using System.Buffers;
using System.Net;
using System.Net.Sockets;
using MicroCreds.Services;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>When new connections are let in at a port of the system.</summary>
public sealed class PacedListenersTests : IAsyncLifetime
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);
    private readonly TestClock _clock = new(TestNode.Start);
    private readonly List<Socket> _visitors = [];
    private readonly SocketTransportOptions _options = new();
    private PacedListener _listener = null!;
    private long _waiting;

    public async Task InitializeAsync() => _listener = (PacedListener)await Listeners().BindAsync(new IPEndPoint(IPAddress.Loopback, 0));

    public async Task DisposeAsync()
    {
        _visitors.ForEach(v => v.Dispose());
        Volatile.Write(ref _waiting, 0);
        await _listener.UnbindAsync();
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task a_node_at_rest_lets_everybody_in_at_once()
    {
        await ComeAsync(1, 1, 1);
        for (var i = 0; i < 3; i++) await EntersAsync(i);
        Assert.Equal(0, _clock.Waiting);
    }

    [Fact]
    public async Task a_node_with_much_to_do_lets_nobody_in_before_it_is_done()
    {
        await ComeAsync(1);
        _waiting = 1000;
        var entry = _listener.AcceptAsync();
        await TurnsAsync(2);
        await Eventually.TrueAsync(() => _clock.Waiting > 0);
        Assert.False(entry.IsCompleted);
        _waiting = Environment.ProcessorCount;
        await TurnsAsync(1);
        await IsAsync(0, await entry);
    }

    [Fact]
    public async Task a_node_that_never_rests_lets_one_in_after_some_turns()
    {
        await ComeAsync(1, 1);
        _waiting = 1000;
        for (var i = 0; i < 2; i++)
        {
            var entry = _listener.AcceptAsync();
            await TurnsAsync(TransportLimits.WaitingTurns - 1);
            Assert.False(entry.IsCompleted);
            await TurnsAsync(1);
            await IsAsync(i, await entry);
        }
    }

    [Fact]
    public async Task those_who_come_from_elsewhere_take_turns()
    {
        await ComeAsync(1, 1, 1, 2, 3, 2);
        foreach (var next in (int[])[0, 3, 4, 1, 5, 2]) await EntersAsync(next);
    }

    [Fact]
    public async Task whoever_does_not_find_a_place_is_let_go()
    {
        await using var listener = new PacedListener(Bound(), new(new(), NullLogger.Instance), 2, new(_clock, () => 0));
        await ComeAsync(listener.EndPoint, 1, 1, 1, 2);
        Assert.Equal(0, await ReadAsync(2));
        Assert.Equal(0, await ReadAsync(1));
        await IsAsync(0, await listener.AcceptAsync());
        await IsAsync(3, await listener.AcceptAsync());
        Assert.Equal(0, listener.Waiting);
        await listener.UnbindAsync();
    }

    [Fact]
    public async Task when_the_port_is_shut_those_who_wait_are_let_go_and_the_server_is_told()
    {
        await ComeAsync(1, 2, 3);
        await EntersAsync(0);
        await _listener.UnbindAsync();
        Assert.Equal(0, await ReadAsync(1));
        Assert.Equal(0, await ReadAsync(2));
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
    public async Task a_port_that_is_taken_is_said_to_be() =>
        await Assert.ThrowsAsync<AddressInUseException>(async () => await Listeners().BindAsync(_listener.EndPoint));

    [Fact]
    public async Task a_connection_has_memory_when_it_is_let_in_and_from_where_the_server_has_it()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseSockets();
        using var pool = new Pool();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(pool);
        PacedListeners.Use(builder.Services);
        await using var app = builder.Build();
        var listeners = Assert.IsType<PacedListeners>(app.Services.GetRequiredService<IConnectionListenerFactory>());
        Assert.True(listeners.CanBind(_listener.EndPoint));
        await using var listener = await listeners.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await ComeAsync(listener.EndPoint, 1);
        await _visitors[0].SendAsync("hello"u8.ToArray());
        await Eventually.TrueAsync(() => ((PacedListener)listener).Waiting == 1);
        // Nothing is read, and so nothing kept, of one who waits.
        Assert.Equal(0, pool.Lent);
        await using var connection = await listener.AcceptAsync();
        Assert.Same(pool, connection!.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool);
        Assert.Equal(5, (await connection.Transport.Input.ReadAsync()).Buffer.Length);
        Assert.InRange(pool.Lent, 1, int.MaxValue);
        await listener.UnbindAsync();
    }

    [Fact]
    public async Task nobody_is_paced_at_a_socket_of_the_file_system()
    {
        _waiting = 1000;
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var listener = await Listeners().BindAsync(new UnixDomainSocketEndPoint(path));
        try
        {
            using var visitor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await visitor.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await using var connection = await listener.AcceptAsync();
            Assert.NotNull(connection);
            Assert.Equal(0, _clock.Waiting);
        }
        finally
        {
            await listener.UnbindAsync();
            File.Delete(path);
        }
    }

    private static Socket Bound()
    {
        var port = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, 0));
        port.Listen();
        return port;
    }

    private PacedListeners Listeners() =>
        new(new SocketTransportFactory(Options.Create(_options), NullLoggerFactory.Instance), _options, new(_clock, () => Volatile.Read(ref _waiting)), NullLoggerFactory.Instance);

    private async Task ComeAsync(params int[] hosts)
    {
        await ComeAsync(_listener.EndPoint, hosts);
        await Eventually.TrueAsync(() => _listener.Waiting == hosts.Length);
    }

    /// <summary>Visitors come one after another, from addresses that end so.</summary>
    private async Task ComeAsync(EndPoint port, params int[] hosts)
    {
        foreach (var host in hosts)
        {
            var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _visitors.Add(visitor);
            visitor.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{host}"), 0));
            await visitor.ConnectAsync(port);
        }
    }

    private async Task TurnsAsync(int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            await Eventually.TrueAsync(() => _clock.Waiting > 0);
            _clock.Advance(Turn);
        }
    }

    private async Task EntersAsync(int visitor) => await IsAsync(visitor, await _listener.AcceptAsync());

    private async Task IsAsync(int visitor, ConnectionContext? connection)
    {
        Assert.Equal(_visitors[visitor].LocalEndPoint, connection?.RemoteEndPoint);
        await connection!.DisposeAsync();
    }

    /// <summary>How many bytes come to a visitor until it is let go.</summary>
    private async Task<int> ReadAsync(int visitor)
    {
        try
        {
            return await _visitors[visitor].ReceiveAsync(new byte[1]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    /// <summary>Memory that says how often some of it was lent.</summary>
    private sealed class Pool : MemoryPool<byte>, IMemoryPoolFactory<byte>
    {
        private int _lent;

        public int Lent => Volatile.Read(ref _lent);

        public override int MaxBufferSize => Shared.MaxBufferSize;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _lent);
            return Shared.Rent(minBufferSize);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
