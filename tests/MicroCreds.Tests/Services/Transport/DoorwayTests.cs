using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Who gets a place at a port, and who has to leave for it.</summary>
public sealed class DoorwayTests
{
    private readonly Doorway _doorway = new(3, TimeProvider.System);
    private readonly List<Visitor> _visitors = [];

    [Fact]
    public void all_places_are_given_before_anybody_has_to_leave()
    {
        Come(3);
        Assert.All(_visitors, v => Assert.False(v.Ended));
    }

    [Fact]
    public void what_comes_on_a_connection_is_paced()
    {
        Come(1);
        Assert.IsType<PacedReader>(_visitors[0].Transport.Input);
    }

    [Fact]
    public void its_caller_is_known_when_somebody_has_signed_in()
    {
        Come(2);
        _visitors[1].SignIn();
        Assert.Equal([false, true], _visitors.Select(v => v.Features.Get<DoorPlace>()!.IsKnown));
    }

    [Fact]
    public void the_one_that_waited_longest_without_signing_in_makes_room()
    {
        Come(3);
        _visitors[0].SignIn();
        _visitors[0].SignIn();
        Come(2);
        Assert.Equal([false, true, true, false, false], _visitors.Select(v => v.Ended));
    }

    [Fact]
    public void one_whose_request_is_in_progress_leaves_after_those_who_ask_for_nothing()
    {
        Come(3);
        _visitors[0].Ask();
        Come(2);
        Assert.Equal([false, true, true, false, false], _visitors.Select(v => v.Ended));
        _visitors[3].Ask();
        _visitors[4].Ask();
        Come(1);
        Assert.Equal([true, true, true, false, false, false], _visitors.Select(v => v.Ended));
    }

    [Fact]
    public void nobody_who_signed_in_has_to_leave()
    {
        Come(3);
        foreach (var visitor in _visitors) visitor.SignIn();
        Come(2);
        Assert.Equal([false, false, false, true, true], _visitors.Select(v => v.Ended));
        Assert.Equal([true, true, true, false, false], _visitors.Select(v => v.Served));
    }

    [Fact]
    public async Task a_place_that_was_left_is_given_again()
    {
        Come(3);
        foreach (var visitor in _visitors) visitor.SignIn();
        await _visitors[1].LeaveAsync();
        Come(2);
        Assert.Equal([false, false, false, true, false], _visitors.Select(v => v.Ended));

        // One who was pushed out and leaves later does not free a place a second time.
        await _visitors[3].LeaveAsync();
        _visitors[4].SignIn();
        Come(1);
        Assert.Equal((true, false), (_visitors[5].Ended, _visitors[5].Served));
    }

    [Fact]
    public void a_connection_that_ended_leaves_its_place_although_the_server_never_comes_back_from_it()
    {
        Come(3);
        foreach (var visitor in _visitors) visitor.SignIn();
        _visitors[1].End();
        Come(1);
        _visitors[3].SignIn();
        Come(1);
        Assert.Equal([true, true, true, true, false], _visitors.Select(v => v.Served));
    }

    [Fact]
    public void nothing_holds_a_connection_that_ended_although_the_server_never_comes_back_from_it()
    {
        var left = AskAndEnd();
        for (var i = 0; i < 3 && left.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(left.IsAlive);
    }

    [Fact]
    public async Task a_call_that_was_taken_back_before_it_began_is_not_made()
    {
        Come(2);
        Assert.True(await MadeAsync(_visitors[0], takenBack: false));
        Assert.False(await MadeAsync(_visitors[1], takenBack: true));
        Assert.True(await MadeAsync(_visitors[1], takenBack: false));
        // On a connection that took none back, one of sixteen is asked; from the first that was, each.
        for (var i = 1; i < 16; i++) Assert.True(await MadeAsync(_visitors[0], takenBack: true));
        for (var i = 0; i < 40; i++) Assert.False(await MadeAsync(_visitors[0], takenBack: true));
        Assert.True(await MadeAsync(_visitors[0], takenBack: false));
    }

    private static async Task<bool> MadeAsync(Visitor visitor, bool takenBack)
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(takenBack) };
        context.Features.Set(visitor.Features.Get<DoorPlace>());
        var made = false;
        await Doorway.CountAsync(context, _ =>
        {
            made = true;
            return Task.CompletedTask;
        });
        return made;
    }

    [Fact]
    public void strangers_without_number_hold_no_more_than_the_places()
    {
        Come(1);
        _visitors[0].SignIn();
        Come(1000);
        Assert.Equal((3, false), (_visitors.Count(v => !v.Ended), _visitors[0].Ended));
    }

    // Of its own, so that no variable of the test holds the visitor.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AskAndEnd()
    {
        var visitor = new Visitor(_doorway);
        visitor.Ask();
        visitor.End();
        return new WeakReference(visitor);
    }

    private void Come(int count)
    {
        for (var i = 0; i < count; i++) _visitors.Add(new Visitor(_doorway));
    }

    private sealed class Visitor : DefaultConnectionContext
    {
        private readonly TaskCompletionSource _end = new();
        private readonly CancellationTokenSource _closed = new();

        private readonly Task _visit;

        public Visitor(Doorway doorway)
        {
            var pipes = new Pipe();
            Transport = new Wire(pipes.Reader, pipes.Writer);
            ConnectionClosed = _closed.Token;
            _visit = doorway.AdmitAsync(this, _ =>
            {
                Served = true;
                return _end.Task;
            });
        }

        public bool Served { get; private set; }

        public bool Ended { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => Ended = true;

        public void SignIn() => Doorway.SignedIn(new DefaultHttpContext(Features));

        public void Ask()
        {
            var context = new DefaultHttpContext();
            context.Features.Set(Features.Get<DoorPlace>());
            _ = Doorway.CountAsync(context, _ => Task.CompletedTask);
        }

        public void End() => _closed.Cancel();

        public Task LeaveAsync()
        {
            _end.SetResult();
            return _visit;
        }

        private sealed record Wire(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
