using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Options of a call are a value.</summary>
public sealed class CallOptionsTests
{
    private static readonly DateTime Deadline = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public void nothing_is_set_by_default()
    {
        var options = new CallOptions();

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.Equal(CancellationToken.None, options.CancellationToken);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void each_change_keeps_the_rest_and_leaves_the_original_alone()
    {
        using var source = new CancellationTokenSource();
        var headers = new Metadata();
        var writeOptions = new WriteOptions(WriteFlags.NoCompress);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var original = new CallOptions();

        var changed = original
            .WithHeaders(headers)
            .WithDeadline(Deadline)
            .WithCancellationToken(source.Token)
            .WithWriteOptions(writeOptions)
            .WithCredentials(credentials)
            .WithPropagationToken(null!)
            .WithWaitForReady();

        Assert.Equal(new CallOptions(headers, Deadline, source.Token, writeOptions, null, credentials).WithWaitForReady(), changed);
        Assert.True(changed.IsWaitForReady);
        Assert.False(changed.WithWaitForReady(false).IsWaitForReady);
        Assert.Equal(new CallOptions(), original);
    }

    [Fact]
    public void write_options_have_no_flags_by_default()
    {
        Assert.Equal((WriteFlags)0, WriteOptions.Default.Flags);
        Assert.Equal(WriteFlags.BufferHint | WriteFlags.NoCompress, new WriteOptions((WriteFlags)3).Flags);
    }

    [Fact]
    public void context_is_propagated_whole_by_default()
    {
        Assert.True(ContextPropagationOptions.Default is { IsPropagateDeadline: true, IsPropagateCancellation: true });
        Assert.True(new ContextPropagationOptions(propagateDeadline: false) is { IsPropagateDeadline: false, IsPropagateCancellation: true });
    }
}
