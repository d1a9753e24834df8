using MicroCreds.Console.Cases;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Tables;

/// <summary>What the pages of an import show.</summary>
public sealed class ImportModel
{
    /// <summary>Table, as named in the form; empty when none is yet.</summary>
    public string Table { get; init; } = "";

    /// <summary>What the import would do or did; null before the files are read.</summary>
    public ImportDraftResponse? Answer { get; init; }

    /// <summary>The draft as it stood when the preview was made; null when there was none.</summary>
    public EquivalenceDraft? Before { get; init; }

    /// <summary>Names of the files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The files, sealed.</summary>
    public string Parcel { get; init; } = "";

    /// <summary>The rows left out, sealed; empty when there are none.</summary>
    public string RejectedParcel { get; init; } = "";

    /// <summary>Request id of the form that imports.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The form that was refused; null when none was.</summary>
    public SentForm? Sent { get; init; }
}
