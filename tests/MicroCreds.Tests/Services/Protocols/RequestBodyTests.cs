using System.Buffers;
using MicroCreds.Services.Protocols;

namespace MicroCreds.Tests.Services.Protocols;

/// <summary>The memory that bodies are looked at in.</summary>
public sealed class RequestBodyTests
{
    [Fact]
    public void large_bodies_after_one_another_cost_no_memory_of_their_own()
    {
        const int Bodies = 20;
        var sent = new ReadOnlySequence<byte>(new byte[1_000_000]);
        new RequestBody(sent).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Bodies; i++) new RequestBody(sent).Dispose();
        // Where each has memory of its own it is all of them.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Bodies / 4 * sent.Length);
    }

    [Fact]
    public void memory_that_was_given_back_twice_is_not_lent_to_two()
    {
        var first = new RequestBody(new ReadOnlySequence<byte>(new byte[1_000_000]));
        first.Dispose();
        first.Dispose();
        using var second = new RequestBody(new ReadOnlySequence<byte>(Enumerable.Repeat((byte)2, 1_000_000).ToArray()));
        using var third = new RequestBody(new ReadOnlySequence<byte>(Enumerable.Repeat((byte)3, 1_000_000).ToArray()));
        Assert.Equal((2, 3), (second.Bytes.Span[0], third.Bytes.Span[0]));
    }
}
