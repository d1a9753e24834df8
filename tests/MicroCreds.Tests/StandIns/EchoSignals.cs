namespace MicroCreds.Tests.StandIns;

/// <summary>Lets a test wait for what happens inside a handler.</summary>
internal sealed class EchoSignals
{
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
