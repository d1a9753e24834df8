using System.Collections.Concurrent;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>The memory that a node has for requests that are not whole. Those who have not signed in have a share of their own: nobody who has waits because of them. Nor can one of those who have take all of theirs.</summary>
/// <param name="authentication">Tells who sends one.</param>
/// <param name="clock">Measures how long one is waited for.</param>
internal sealed class UnfinishedRequests(CallerAuthentication authentication, TimeProvider clock)
{
    // As many as have signed in since the start, who are known by name.
    private readonly ConcurrentDictionary<string, Share> _callers = new();

    internal TimeProvider Clock => clock;

    /// <summary>For those who have signed in.</summary>
    internal Share Known { get; } = new(TransportLimits.MaxBytesHeld);

    /// <summary>For everybody else.</summary>
    internal Share Strangers { get; } = new(TransportLimits.MaxStrangerBytesHeld);

    /// <summary>The share that a request counts in, and why its caller is not taken for somebody who has signed in.</summary>
    internal (Share Share, Problem? NotSignedIn) Of(HttpContext context)
    {
        if (authentication.Authenticate(context).Failed(out var problem, out var caller)) return (Strangers, problem);
        if (caller is not Caller.Anonymous)
        {
            // What is still to come has the turn of those who have signed in.
            if (DoorPlace.Of(context) is { } place) place.IsKnown = true;
            return (_callers.GetOrAdd(caller.Scope, static (_, known) => new(TransportLimits.MaxCallerBytesHeld, known), Known), null);
        }

        return (
            Strangers,
            Problem.Of(
                ProblemCode.Unauthenticated, $"A request of more than {TransportLimits.MaxStrangerRequestBytes} bytes is taken from those who have signed in; send a token, or call with a member's certificate.",
                ("limit_bytes", $"{TransportLimits.MaxStrangerRequestBytes}")));
    }

    /// <summary>Bytes that are kept until the rest has come.</summary>
    /// <param name="most">As many as there may be.</param>
    /// <param name="whole">What it is a part of, if of anything.</param>
    internal sealed class Share(long most, Share? whole = null)
    {
        private long _held;

        internal long Most => most;

        /// <summary>Those that are kept now.</summary>
        internal long Held => Volatile.Read(ref _held);

        /// <summary>Keeps more bytes, or fewer, and answers whether there are no more then than there may be.</summary>
        internal bool Keep(long bytes) => Interlocked.Add(ref _held, bytes) <= most & whole?.Keep(bytes) != false;
    }
}
