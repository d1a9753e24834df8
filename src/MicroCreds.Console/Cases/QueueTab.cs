using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Cases;

/// <summary>Views of the queue. The name in lower case stands in the address.</summary>
public enum QueueTab
{
    /// <summary>Open cases of the person signed in.</summary>
    Mine,
    /// <summary>Open cases of nobody.</summary>
    Unassigned,
    /// <summary>All open cases.</summary>
    Open,
    /// <summary>Cases with a decision that waits for a second officer.</summary>
    Approval,
    /// <summary>Cases on which nothing is to be done.</summary>
    Closed,
}

/// <summary>Which stages a view shows.</summary>
internal static class QueueStages
{
    /// <summary>Stages in which the office has something to do, or waits.</summary>
    public static IReadOnlyList<RecognitionCase.Types.State> Open { get; } =
    [
        RecognitionCase.Types.State.Submitted, RecognitionCase.Types.State.Received, RecognitionCase.Types.State.Incomplete,
        RecognitionCase.Types.State.Complete, RecognitionCase.Types.State.Verifying, RecognitionCase.Types.State.Assessing,
        RecognitionCase.Types.State.Referred, RecognitionCase.Types.State.Appealed, RecognitionCase.Types.State.AppealUpheld,
        RecognitionCase.Types.State.AppealRemitted, RecognitionCase.Types.State.AwaitingApproval,
    ];

    /// <summary>All others.</summary>
    public static IReadOnlyList<RecognitionCase.Types.State> Closed { get; } =
        [.. Enum.GetValues<RecognitionCase.Types.State>().Where(s => s != RecognitionCase.Types.State.Unspecified && !Open.Contains(s))];

    /// <summary>Those of a view.</summary>
    public static IReadOnlyList<RecognitionCase.Types.State> Of(QueueTab tab) =>
        tab switch { QueueTab.Closed => Closed, QueueTab.Approval => [RecognitionCase.Types.State.AwaitingApproval], _ => Open };
}
