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

    [LoggerMessage(111, LogLevel.Error, "Another trust list could not be put into force as a whole, and the file is looked at again in a minute")]
    public static partial void TrustListFailed(this ILogger logger, Exception exception);

    [LoggerMessage(103, LogLevel.Information, "The parent process is gone; stopping")]
    public static partial void ParentGone(this ILogger logger);

    [LoggerMessage(105, LogLevel.Warning, "The database server is reached: {Reached}")]
    public static partial void ServerReached(this ILogger logger, bool reached);

    [LoggerMessage(106, LogLevel.Information, "{Institution} has joined this node")]
    public static partial void InstitutionJoined(this ILogger logger, string institution);

    [LoggerMessage(107, LogLevel.Error, "{Institution} cannot join this node yet, and is tried again every minute: {Detail}")]
    public static partial void InstitutionLeftAside(this ILogger logger, string institution, string detail);

    [LoggerMessage(108, LogLevel.Error, "The changed configuration was left aside: {Detail}")]
    public static partial void ConfigurationLeftAside(this ILogger logger, string detail);

    [LoggerMessage(109, LogLevel.Warning, "{Institution} is no longer in the configuration and is hosted until the node stops")]
    public static partial void InstitutionStays(this ILogger logger, string institution);

    [LoggerMessage(110, LogLevel.Warning, "The process may have {Files} files and connections open (ulimit -n), and a node has use for {Enough}: {Waiting} new connections may wait at each port. Below {Fewest} the node may end when all its places are taken")]
    public static partial void FewFiles(this ILogger logger, int files, int enough, int waiting, int fewest);

    [LoggerMessage(104, LogLevel.Critical, "The store of {Institution} is broken and takes no more writes; stopping, so that nothing is acknowledged that is not on disk: {Detail}")]
    public static partial void StoreBroken(this ILogger logger, string institution, string detail);
}
