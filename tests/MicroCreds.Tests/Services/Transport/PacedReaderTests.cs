using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Services;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Connections;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>What a caller sends who sends more than is worked on.</summary>
public sealed class PacedReaderTests
{
    private const int Flood = TransportLimits.FloodBytes;
    private const int Piece = TransportLimits.PieceBytes;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Dear = TransportLimits.PieceTime + TimeSpan.FromMicroseconds(1);

    private readonly TestClock _clock = new(TestNode.Start);
    private readonly FloodTurns _turns;
    private long _waiting;

    public PacedReaderTests() => _turns = new(new NodeLoad(_clock, () => Volatile.Read(ref _waiting)));

    [Fact]
    public async Task what_calls_in_progress_need_is_given_whole()
    {
        var caller = Call();
        await caller.SendAsync(Flood);
        Assert.Equal(Flood, await caller.TakeAsync());
        _clock.Advance(Dear);
        await caller.SendAsync(1);
        Assert.Equal(1, await caller.TakeAsync());
    }

    [Fact]
    public async Task more_is_given_in_pieces_and_at_once_while_they_cost_little()
    {
        var caller = Call();
        await caller.SendAsync(Flood + 1);
        await caller.EndAsync();
        Assert.Equal(Piece, await caller.TakeAsync());
        _clock.Advance(TransportLimits.PieceTime);
        var second = await caller.Reader.ReadAsync();
        Assert.Equal((Piece, false), (second.Buffer.Length, second.IsCompleted));
        caller.Reader.AdvanceTo(second.Buffer.End);
        var last = await caller.Reader.ReadAsync();
        Assert.Equal((1, true), (last.Buffer.Length, last.IsCompleted));
        Assert.Equal(0, _clock.Waiting);
    }

    [Fact]
    public async Task after_a_piece_that_cost_much_the_next_one_waits_for_its_turn()
    {
        var caller = Call();
        await caller.SendAsync(Flood + 1);
        await caller.TakeAsync();
        _clock.Advance(Dear);
        var next = caller.TakeAsync();
        Assert.False(next.IsCompleted);
        await TurnsAsync(1);
        Assert.Equal(Piece, await next);
        // The last of it is followed by what comes then, without a turn.
        Assert.Equal(1, await caller.TakeAsync());
        _clock.Advance(Dear);
        await caller.SendAsync(10);
        Assert.Equal(10, await caller.TakeAsync());
    }

    [Fact]
    public async Task while_there_is_other_work_it_waits_for_some_turns()
    {
        var caller = Call();
        await caller.SendAsync(Flood + 1);
        await caller.TakeAsync();
        _clock.Advance(Dear);
        _waiting = 1000;
        var next = caller.TakeAsync();
        await TurnsAsync(TransportLimits.WaitingTurns - 1);
        await Eventually.TrueAsync(() => _clock.Waiting > 0);
        Assert.False(next.IsCompleted);
        await TurnsAsync(1);
        Assert.Equal(Piece, await next);
    }

    [Fact]
    public async Task one_of_all_who_flood_is_looked_at_in_a_turn_and_their_addresses_take_turns()
    {
        Caller[] callers = [Call("192.0.2.1"), Call("192.0.2.1"), Call("192.0.2.7")];
        foreach (var caller in callers)
        {
            await caller.SendAsync(Flood + 1);
            await caller.TakeAsync();
        }

        _clock.Advance(Dear);
        Task<long>[] next = [.. callers.Select(c => c.TakeAsync())];
        foreach (var turn in (int[])[0, 2, 1])
        {
            Assert.False(next[turn].IsCompleted);
            await TurnsAsync(1);
            await next[turn];
        }
    }

    [Fact]
    public async Task who_has_not_signed_in_waits_while_there_is_other_work_also_when_it_costs_little()
    {
        var (stranger, known) = (Call(), Call(signedIn: true));
        _waiting = 1000;
        foreach (var caller in (Caller[])[stranger, known])
        {
            await caller.SendAsync(Flood + 1);
            Assert.Equal(Piece, await caller.TakeAsync());
        }

        Assert.Equal(Piece, await known.TakeAsync());
        var next = stranger.TakeAsync();
        await TurnsAsync(TransportLimits.WaitingTurns - 1);
        await Eventually.TrueAsync(() => _clock.Waiting > 0);
        Assert.False(next.IsCompleted);
        await TurnsAsync(1);
        Assert.Equal(Piece, await next);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, false, true)]
    [InlineData(1, true, false)]
    public async Task who_still_has_not_signed_in_after_a_time_is_gone(int ticks, bool signedIn, bool gone)
    {
        var caller = Call(signedIn: signedIn);
        await caller.SendAsync(Flood + Piece + 1);
        await caller.TakeAsync();
        _clock.Advance(TransportLimits.StrangerFlood - Turn + TimeSpan.FromTicks(ticks));
        var next = caller.TakeAsync();
        await TurnsAsync(1);
        await next;
        Assert.Equal(gone, caller.Ended);
    }

    [Fact]
    public async Task those_who_have_signed_in_do_not_wait_for_all_who_have_not()
    {
        Caller[] callers = [Call("192.0.2.1"), Call("192.0.2.2"), Call("192.0.2.3"), Call("192.0.2.4", signedIn: true), Call("192.0.2.5", signedIn: true)];
        foreach (var caller in callers)
        {
            await caller.SendAsync(Flood + 1);
            await caller.TakeAsync();
        }

        _clock.Advance(Dear);
        Task<long>[] next = [.. callers.Select(c => c.TakeAsync())];
        foreach (var turn in (int[])[3, 0, 4, 1, 2])
        {
            Assert.False(next[turn].IsCompleted);
            await TurnsAsync(1);
            await next[turn];
        }
    }

    [Fact]
    public async Task who_has_left_does_not_keep_the_others_from_their_turn()
    {
        var (leaves, stays) = (Call(), Call());
        foreach (var caller in (Caller[])[leaves, stays])
        {
            await caller.SendAsync(Flood + 1);
            await caller.TakeAsync();
        }

        _clock.Advance(Dear);
        var (left, next) = (leaves.TakeAsync(), stays.TakeAsync());
        await leaves.EndAsync(new IOException("The caller has gone."));
        await TurnsAsync(2);
        await Assert.ThrowsAsync<IOException>(() => left);
        Assert.Equal(Piece, await next);
    }

    [Fact]
    public async Task a_frame_that_is_larger_than_a_piece_comes_whole_in_the_end()
    {
        var caller = Call();
        await caller.SendAsync(20_000);
        for (var given = Piece; ; given += Piece)
        {
            var read = await caller.Reader.ReadAsync();
            Assert.Equal(Math.Min(given, 20_000), read.Buffer.Length);
            if (given > 20_000) return;
            caller.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    [Fact]
    public async Task what_is_looked_for_without_waiting_comes_in_pieces_too()
    {
        var caller = Call();
        Assert.False(caller.Reader.TryRead(out _));
        await caller.SendAsync(Flood + 1);
        Assert.True(caller.Reader.TryRead(out var read));
        Assert.Equal(Piece, read.Buffer.Length);
    }

    [Fact]
    public void every_byte_comes_once_and_in_its_order_however_it_is_sent_and_taken() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt[]>(), ArbMap.Default.ArbFor<NonNegativeInt[]>(), (sent, taken) => ComesAsync([.. sent.Select(s => s.Get * 97)], [.. taken.Select(t => t.Get * 61)]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(300));

    /// <param name="sent">Bytes that are sent at once.</param>
    /// <param name="taken">Bytes that are taken of what is given, again and again; 0: not before there is more.</param>
    private async Task ComesAsync(int[] sent, int[] taken)
    {
        var caller = Call();
        var (all, next) = (new List<byte>(), (byte)0);
        foreach (var count in sent) await caller.SendAsync([.. Enumerable.Range(0, count).Select(_ => next++)]);
        await caller.EndAsync();
        for (var i = 0; ; i++)
        {
            var read = await caller.Reader.ReadAsync();
            var most = taken.Length == 0 ? int.MaxValue : taken[i % taken.Length];
            var consumed = read.Buffer.Slice(0, read.IsCompleted ? read.Buffer.Length : Math.Min(most, read.Buffer.Length));
            all.AddRange(consumed.ToArray());
            if (read.IsCompleted) break;
            caller.Reader.AdvanceTo(consumed.End, read.Buffer.End);
        }

        Assert.Equal(sent.Sum(), all.Count);
        next = 0;
        Assert.All(all, b => Assert.Equal(next++, b));
    }

    private async Task TurnsAsync(int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            await Eventually.TrueAsync(() => _clock.Waiting > 0);
            _clock.Advance(Turn);
        }
    }

    private Caller Call(string address = "192.0.2.1", bool signedIn = false) => new(address, signedIn, _turns);

    /// <summary>A caller, and what the server reads of him.</summary>
    private sealed class Caller
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

        internal Caller(string address, bool signedIn, FloodTurns turns)
        {
            var place = new DoorPlace(new Doorway(1, TimeProvider.System), new Connection(() => Ended = true), TimeProvider.System) { IsKnown = signedIn };
            Reader = new PacedReader(_pipe.Reader, IPAddress.Parse(address), place, turns);
        }

        public bool Ended { get; private set; }

        public PacedReader Reader { get; }

        public Task SendAsync(int bytes) => SendAsync(new byte[bytes]);

        public async Task SendAsync(byte[] bytes) => await _pipe.Writer.WriteAsync(bytes);

        public ValueTask EndAsync(Exception? why = null) => _pipe.Writer.CompleteAsync(why);

        /// <summary>Takes all that is given at once, and answers how much it is.</summary>
        public async Task<long> TakeAsync()
        {
            var read = await Reader.ReadAsync();
            var length = read.Buffer.Length;
            Reader.AdvanceTo(read.Buffer.End);
            return length;
        }
    }

    private sealed class Connection(Action end) : DefaultConnectionContext
    {
        public override void Abort(ConnectionAbortedException abortReason) => end();
    }
}
