namespace MicroCreds.Node;

/// <summary>Every log line of this project.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Ready: {Institutions} on partner {Partner}, staff {Staff}, web {Web}")]
    public static partial void Ready(this ILogger logger, string institutions, string partner, string staff, string web);

    [LoggerMessage(101, LogLevel.Information, "Trust list serial {Serial} is in force")]
    public static partial void TrustListTakenOver(this ILogger logger, long serial);

    [LoggerMessage(102, LogLevel.Warning, "The trust list file was left aside: {Detail}")]
    public static partial void TrustListLeftAside(this ILogger logger, string detail);

    [LoggerMessage(103, LogLevel.Information, "The parent process is gone; stopping")]
    public static partial void ParentGone(this ILogger logger);

    [LoggerMessage(105, LogLevel.Warning, "The database server is reached: {Reached}")]
    public static partial void ServerReached(this ILogger logger, bool reached);

    [LoggerMessage(104, LogLevel.Critical, "The store of {Institution} is broken and takes no more writes; stopping, so that nothing is acknowledged that is not on disk: {Detail}")]
    public static partial void StoreBroken(this ILogger logger, string institution, string detail);
}
