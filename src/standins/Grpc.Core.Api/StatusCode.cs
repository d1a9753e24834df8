namespace Grpc.Core;

/// <summary>Result of a call. The numbers are those of the gRPC protocol ("Status codes and their use in gRPC").</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, typically by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error whose kind is not known, for example an exception in the handler.</summary>
    Unknown = 2,

    /// <summary>The caller gave an argument that is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call was complete.</summary>
    DeadlineExceeded = 4,

    /// <summary>The thing asked for was not found.</summary>
    NotFound = 5,

    /// <summary>The thing to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or another resource is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state the operation needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was stopped by a conflict with another; the caller may start over.</summary>
    Aborted = 10,

    /// <summary>The operation went past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The operation is not implemented or not offered.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the system is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; the call may be tried again.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller did not prove who it is.</summary>
    Unauthenticated = 16,
}
