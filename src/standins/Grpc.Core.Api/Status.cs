namespace Grpc.Core;

/// <summary>How a call ended: a code, a text for people, and locally the exception behind it.</summary>
public readonly struct Status
{
    /// <summary>Code <see cref="StatusCode.OK"/> without detail.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Code <see cref="StatusCode.Cancelled"/> without detail.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>Makes a status without a debug exception.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Makes a status; <paramref name="debugException"/> is never sent to the other side.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>Code of the outcome.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>Text for people; may be empty.</summary>
    public string Detail { get; }

    /// <summary>Exception that led to this status on this side, for diagnosis only; null if there is none.</summary>
    public Exception? DebugException { get; }

    /// <summary>Code, detail and, if there is one, type and message of the debug exception.</summary>
    public override string ToString() => DebugException is { } cause
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{cause.GetType()}: {cause.Message}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")";
}
