using Microsoft.Extensions.Logging;

namespace MicroCreds.Console;

/// <summary>The console's log lines.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Error, "A page of the console failed unexpectedly; correlation id {CorrelationId}.")]
    public static partial void PageFailed(ILogger logger, string correlationId, Exception exception);

    [LoggerMessage(4002, LogLevel.Information, "Account {Account} signed in to the console.")]
    public static partial void SignedIn(ILogger logger, string account);

    [LoggerMessage(4003, LogLevel.Information, "A one-time link was refused.")]
    public static partial void LinkRefused(ILogger logger);

    [LoggerMessage(4004, LogLevel.Warning, "A form was refused: {Ground}.")]
    public static partial void FormRefused(ILogger logger, string ground);
}
