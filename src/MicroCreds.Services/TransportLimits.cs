namespace MicroCreds.Services;

/// <summary>Limits of the wire, one place. Source: exchange reference C.12; the credential file has a limit of its own.</summary>
public static class TransportLimits
{
    /// <summary>Largest credential file: real sealed files with logos reach half a mebibyte.</summary>
    public const int MaxCredentialBytes = 2 * 1024 * 1024;

    /// <summary>Largest sum of the credential files of one case, so that they fit a request.</summary>
    public const int MaxCredentialsBytes = 4 * 1024 * 1024;

    /// <summary>Largest request: a credential file or 4 MiB of sheets, with room for the rest.</summary>
    public const int MaxRequestBytes = 5 * 1024 * 1024;

    /// <summary>Largest request of somebody who has not signed in.</summary>
    public const int MaxStrangerRequestBytes = 16 * 1024;

    /// <summary>Bytes from which on a request that has begun and is not whole is looked after by itself: smaller ones of all connections have little memory together.</summary>
    public const int UnfinishedRequestBytes = 1024;

    /// <summary>Bytes of all such requests of those who have signed in.</summary>
    public const long MaxBytesHeld = 128 * 1024 * 1024;

    /// <summary>Bytes of all such requests of one caller who has signed in.</summary>
    public const long MaxCallerBytesHeld = 32 * 1024 * 1024;

    /// <summary>Bytes of all such requests of everybody else.</summary>
    public const long MaxStrangerBytesHeld = 32 * 1024 * 1024;

    /// <summary>Time waited for such a request in which the least rate must be kept.</summary>
    public static TimeSpan UnfinishedRequestWindow => Waiting(10);

    /// <summary>Largest response a client takes.</summary>
    public const int MaxResponseBytes = 8 * 1024 * 1024;

    /// <summary>Statements of one pull.</summary>
    public const int MaxPullStatements = 256;

    /// <summary>Bytes of one pull.</summary>
    public const int MaxPullBytes = 1024 * 1024;

    /// <summary>Largest receipt.</summary>
    public const int MaxReceiptBytes = 4 * 1024;

    /// <summary>Streams of one HTTP/2 connection.</summary>
    public const int MaxStreamsPerConnection = 32;

    /// <summary>Connections of one listening port.</summary>
    public const int MaxConnections = 500;

    /// <summary>Turns, of a millisecond or a little more, that the next new connection waits at most while other work waits for the processors, and the next piece of a flood: at least 150 connections a second are let in at a port.</summary>
    public const int WaitingTurns = 4;

    /// <summary>Bytes of one connection that come faster than they are worked on, and are more than calls in progress need: 256 for each stream.</summary>
    public const int FloodBytes = 8 * 1024;

    /// <summary>Bytes that are looked at together of a connection that has more.</summary>
    public const int PieceBytes = 4 * 1024;

    /// <summary>Time that a piece may cost, and the next one of a caller who has signed in needs no turn: more than bytes cost that are only kept.</summary>
    public static readonly TimeSpan PieceTime = TimeSpan.FromMicroseconds(50);

    /// <summary>Time in which a connection may go on having more than a piece to be looked at, and waiting for its turns, without anybody signing in; longer, and it ends.</summary>
    public static readonly TimeSpan StrangerFlood = TimeSpan.FromSeconds(5);

    /// <summary>New connections of one port that wait to be let in; for a further one the last of the longest line has to go.</summary>
    public const int MaxNewConnections = 2048;

    /// <summary>Connections of one partner on which calls are in progress.</summary>
    public const int MaxConnectionsPerPartner = 4;

    /// <summary>Calls about one institution, of one kind of caller (staff, partners, others), that are worked on at once: as many as share a commit.</summary>
    public const int MaxCallsPerInstitution = 64;

    /// <summary>Calls about one institution that wait for their turn.</summary>
    public const int MaxCallsWaiting = 1000;

    /// <summary>Submissions of one stream that are worked on at once: enough to share a commit, and to keep two cores busy with verifying.</summary>
    public const int MaxSubmissionsAtOnce = 16;

    /// <summary>Bytes of the submissions of one stream that are worked on at once; one alone may have more.</summary>
    public const int MaxSubmissionBytesAtOnce = 8 * 1024 * 1024;

    /// <summary>Pulls of one stream in a second, when many follow one another.</summary>
    public const int PullsPerSecond = 50;

    /// <summary>Pulls of one stream that may come at once after a pause.</summary>
    public const int PullBurst = 100;

    /// <summary>Header block.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>Bytes of a request that must come in a second on average: its caller is waited for.</summary>
    public const int LeastRequestBytesPerSecond = 4 * 1024;

    /// <summary>Bytes of an answer that must be taken in a second on average: what waits is kept in memory.</summary>
    public const int LeastAnswerBytesPerSecond = 4 * 1024;

    /// <summary>Bytes of answers that the system keeps for one connection, of which there are many; otherwise it is megabytes. Linux reserves twice as much, see socket(7), SO_SNDBUF.</summary>
    public const int SendBufferBytes = 256 * 1024;

    /// <summary>Bytes that have come on one connection and were not looked at yet: a port may have five hundred connections.</summary>
    public const int ReceiveBufferBytes = 64 * 1024;

    /// <summary>Time in which a caller must have taken something of what the system keeps for it.</summary>
    public static TimeSpan Stalled => Waiting(20);

    /// <summary>Time before the least rate is asked for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Time for the next message of a stream of requests.</summary>
    public static TimeSpan NextMessage => Waiting(20);

    /// <summary>Time for a TLS handshake.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Time for the first bytes of a connection without TLS, and for the headers of a request.</summary>
    public static TimeSpan HeadersTimeout => Waiting(10);

    /// <summary>Time that a connection without a call stays open.</summary>
    public static TimeSpan KeepAlive => Waiting(30);

    /// <summary>Time after which a silent caller by HTTP/2 is asked whether it is still there.</summary>
    public static TimeSpan PingDelay => Waiting(20);

    /// <summary>Time for the answer to that.</summary>
    public static TimeSpan PingTimeout => Waiting(10);

    /// <summary>Deadline of a unary call to a partner, and the time that the node works on one at most.</summary>
    public static readonly TimeSpan UnaryDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Deadline of a call that is passed on to a partner: who waits for it is to hear of the partner before its own time is over.</summary>
    public static readonly TimeSpan ForwardedDeadline = TimeSpan.FromSeconds(9);

    /// <summary>Deadline of a pull, and the time that the node works on one at most.</summary>
    public static readonly TimeSpan PullDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Time that the node works on a unary call of table administration at most: it reads, checks or compares whole tables.</summary>
    public static readonly TimeSpan TableDeadline = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Share of the times that callers who do nothing are waited for, in percent; the times for a handshake and for the least rate stay. Set once, before the node listens.
    /// </summary>
    public static int PatiencePercent { get; set; } = 100;

    private static TimeSpan Waiting(int seconds) => TimeSpan.FromSeconds(seconds) * (PatiencePercent / 100.0);
}
