using Microsoft.Extensions.Logging;

namespace MicroCreds.Services;

/// <summary>Every log line of this project. No names, birth dates or credential bodies; pseudonym and case id are enough.</summary>
internal static partial class Log
{
    // Event 1. What is generated would make objects of the values, for every call.
    public static void Called(this ILogger logger, in CallLine call)
    {
        if (logger.IsEnabled(LogLevel.Information)) logger.Log(LogLevel.Information, CallLine.Event, call, null, static (line, _) => line.ToString());
    }

    [LoggerMessage(2, LogLevel.Error, "{Method} failed unexpectedly, correlation id {CorrelationId}")]
    public static partial void Failed(this ILogger logger, Exception exception, string method, string correlationId);

    [LoggerMessage(3, LogLevel.Information, "Trust list of {Consortium} serial {Serial} with {Members} members is in force until {ExpiresAt}")]
    public static partial void TrustListInForce(this ILogger logger, string consortium, long serial, int members, DateTimeOffset expiresAt);

    [LoggerMessage(4, LogLevel.Warning, "The trust list file was not taken over: {Problem}")]
    public static partial void TrustListRefused(this ILogger logger, string problem);

    [LoggerMessage(10, LogLevel.Debug, "Notified {Partner} of statement {Sequence} from {Institution}")]
    public static partial void Notified(this ILogger logger, string partner, long sequence, string institution);

    [LoggerMessage(11, LogLevel.Information, "{Partner} cannot be reached for {Institution}: {Status}; next try in {DelaySeconds} s")]
    public static partial void PartnerAway(this ILogger logger, string partner, string institution, string status, double delaySeconds);

    [LoggerMessage(12, LogLevel.Error, "{Partner} refused a notification from {Institution} and will not be asked again for it: {Status} {Detail}")]
    public static partial void NotificationRefused(this ILogger logger, string partner, string institution, string status, string detail);

    [LoggerMessage(13, LogLevel.Information, "Received {Count} statements of {Partner} for {Institution}, up to {Sequence}")]
    public static partial void Received(this ILogger logger, int count, string partner, string institution, long sequence);

    [LoggerMessage(14, LogLevel.Error, "The stream of {Partner} to {Institution} is faulted and stands at {Sequence}: {Problem}")]
    public static partial void StreamFaulted(this ILogger logger, string partner, string institution, long sequence, string problem);

    [LoggerMessage(16, LogLevel.Error, "{Partner} refuses {Institution} its stream: {Status} {Detail}; next try in {DelaySeconds} s")]
    public static partial void PullRefused(this ILogger logger, string partner, string institution, string status, string detail, double delaySeconds);

    [LoggerMessage(17, LogLevel.Error, "{Partner} refuses the receipt of {Institution} up to {Sequence}: {Status} {Detail}")]
    public static partial void ReceiptRefused(this ILogger logger, string partner, string institution, long sequence, string status, string detail);

    [LoggerMessage(18, LogLevel.Error, "A receipt of {Partner} contradicts the stream of {Institution}: {Problem}")]
    public static partial void ReceiptContradicts(this ILogger logger, string partner, string institution, string problem);

    [LoggerMessage(23, LogLevel.Warning, "{Partner} holds statements of {Institution} up to {Held}, the store only up to {Sequence}: it was put back from an old copy. Nothing is signed to {Partner} until they are back")]
    public static partial void StreamBehind(this ILogger logger, string partner, string institution, long sequence, long held);

    [LoggerMessage(24, LogLevel.Warning, "Took back {Count} statements of {Institution} from {Partner}, up to {Sequence}")]
    public static partial void StatementsTakenBack(this ILogger logger, int count, string partner, string institution, long sequence);

    [LoggerMessage(25, LogLevel.Error, "Statements of {Institution} could not be taken back from {Partner} after {Sequence}; nothing is signed to {Partner}: {Problem}")]
    public static partial void TakingBackFaulted(this ILogger logger, string partner, string institution, long sequence, string problem);

    [LoggerMessage(26, LogLevel.Error, "{Partner} holds another statement of {Institution} than the store at or before {Held}; nothing is signed to {Partner} until people have settled that")]
    public static partial void StreamContradicted(this ILogger logger, string partner, string institution, long held);

    [LoggerMessage(27, LogLevel.Warning, "The stream of {Institution} to {Partner} is complete up to {Sequence} and goes on")]
    public static partial void StreamReleased(this ILogger logger, string partner, string institution, long sequence);

    [LoggerMessage(28, LogLevel.Information, "{Partner} does not say how far it holds the stream of {Institution}: {Status} {Detail}")]
    public static partial void HeadRefused(this ILogger logger, string partner, string institution, string status, string detail);

    [LoggerMessage(29, LogLevel.Warning, "The store of {Institution} may lack what was acknowledged: its server is another one, or knows less than before. Nothing is signed until partners have said what they hold")]
    public static partial void StreamsHeld(this ILogger logger, string institution);

    [LoggerMessage(19, LogLevel.Error, "The streams of {Institution} cannot be read and are looked at again in {DelaySeconds} s")]
    public static partial void StreamsUnreadable(this ILogger logger, Exception exception, string institution, double delaySeconds);

    [LoggerMessage(22, LogLevel.Warning, "What is published for {Institution} cannot be read and is looked at again in {DelaySeconds} s")]
    public static partial void PublicationsUnreadable(this ILogger logger, Exception exception, string institution, double delaySeconds);

    [LoggerMessage(15, LogLevel.Error, "The exchange of {Institution} with {Partner} failed unexpectedly and goes on")]
    public static partial void ExchangeFailed(this ILogger logger, Exception exception, string institution, string partner);

    [LoggerMessage(21, LogLevel.Error, "The adopted rules of {Institution} could not be followed and are looked at again")]
    public static partial void AdoptionsUnreadable(this ILogger logger, Exception exception, string institution);

    [LoggerMessage(20, LogLevel.Error, "The cases of {Institution} whose time may have come could not be looked through, and are again in an hour")]
    public static partial void ClockWalkFailed(this ILogger logger, Exception exception, string institution);

    [LoggerMessage(40, LogLevel.Information, "{Kind} from {Address} is in use, at the latest until {Until}")]
    public static partial void OutsideTaken(this ILogger logger, Domain.Verification.OutsideKind kind, string address, DateTimeOffset until);

    [LoggerMessage(41, LogLevel.Warning, "{Kind} from {Address} was not taken over: {Why}; next try in {DelaySeconds} s")]
    public static partial void OutsideAway(this ILogger logger, Domain.Verification.OutsideKind kind, string address, string why, double delaySeconds);

    [LoggerMessage(42, LogLevel.Warning, "{Address} is not fetched: {Most} status lists, as many as may be, are kept current already")]
    public static partial void TooManyOutside(this ILogger logger, string address, int most);

    [LoggerMessage(43, LogLevel.Error, "Fetching from outside failed unexpectedly and goes on in a minute")]
    public static partial void OutsideWalkFailed(this ILogger logger, Exception exception);

    [LoggerMessage(45, LogLevel.Error, "{Address} was fetched and could not be read or kept")]
    public static partial void OutsideFailed(this ILogger logger, Exception exception, string address);

    [LoggerMessage(44, LogLevel.Error, "The cases of {Institution} that wait for a status list could not be looked through, and are again in a minute")]
    public static partial void StatusWalkFailed(this ILogger logger, Exception exception, string institution);
}
