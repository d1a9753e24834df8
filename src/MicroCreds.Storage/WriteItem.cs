using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>What one item of work sees of the transaction it runs in.</summary>
internal sealed class WriteTransaction(StoreSession session)
{
    /// <summary>The writing connection.</summary>
    internal StoreSession Session { get; } = session;

    /// <summary>Keeps what was written although the item answers with a problem. Without it, a problem rolls the item back.</summary>
    internal bool KeepOnProblem { get; set; }

    /// <summary>Place in the order of commit that the item reached; 0 when it changed no case.</summary>
    internal long ChangeCursor { get; set; }

    /// <summary>Place in the order of publications that the item reached; 0 when it published no table.</summary>
    internal long PublicationCursor { get; set; }

    /// <summary>Whether an outgoing stream has grown.</summary>
    internal bool OutgoingGrew { get; set; }

    /// <summary>Whether every stream was held.</summary>
    internal bool StreamsHeld { get; set; }
}

/// <summary>One item of work for the writer. It is answered only when the transaction it was part of is on disk, or is known not to be.</summary>
internal abstract class WriteItem
{
    /// <summary>Does the work and remembers the answer; tells whether what was written is to be kept.</summary>
    internal abstract bool Run(WriteTransaction transaction);

    /// <summary>Gives the remembered answer.</summary>
    internal abstract void Complete();

    /// <summary>Answers with a problem in place of the remembered answer.</summary>
    internal abstract void Refuse(Problem problem);

    /// <summary>Remembers that the item itself failed; <see cref="Complete"/> then passes it on.</summary>
    internal abstract void Fail(Exception fault);
}

/// <summary>An item of work with its answer.</summary>
internal sealed class WriteItem<T>(Func<WriteTransaction, Result<T>> work) : WriteItem where T : notnull
{
    private readonly TaskCompletionSource<Result<T>> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Result<T> _answer;
    private Exception? _fault;

    internal Task<Result<T>> Answer => _answered.Task;

    internal override bool Run(WriteTransaction transaction)
    {
        _fault = null; // A transaction may run again.
        _answer = work(transaction);
        return !_answer.Failed(out _, out _) || transaction.KeepOnProblem;
    }

    internal override void Complete()
    {
        if (_fault is { } fault) _answered.SetException(fault);
        else _answered.SetResult(_answer);
    }

    internal override void Refuse(Problem problem)
    {
        _fault = null;
        _answer = problem;
        Complete();
    }

    internal override void Fail(Exception fault) => _fault = fault;
}
