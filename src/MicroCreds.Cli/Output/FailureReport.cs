using System.Net.Sockets;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Output;

/// <summary>A failure as it is shown: what, where, why by code, what to do, and every detail the node gave.</summary>
internal sealed record FailureReport
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string ReasonPrefix = "ERROR_REASON_";

    /// <summary>What is wrong, one sentence.</summary>
    public required string What { get; init; }
    /// <summary>Where: address, file or option; empty when nowhere in particular.</summary>
    public string Where { get; init; } = "";
    /// <summary>What to do; empty when nothing is known.</summary>
    public string WhatToDo { get; init; } = "";
    /// <summary>gRPC status in capitals, or <c>FAILURE</c>, <c>USAGE</c>.</summary>
    public required string Code { get; init; }
    /// <summary>Reason of the contract without its prefix; empty when the failure is not the node's.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Variable parts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    /// <summary>Fields or cells at fault.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Violations { get; init; } = [];
    /// <summary>Wait this long before trying again; null when the node does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
    /// <summary>Exit code.</summary>
    public int ExitCode { get; init; } = ExitCodes.Failure;

    /// <summary>A failure of this program or of the machine.</summary>
    public static FailureReport From(CommandFailure failure) => new()
    {
        What = failure.Message, Where = failure.Where, WhatToDo = failure.WhatToDo, ExitCode = failure.ExitCode,
        Code = failure.ExitCode == ExitCodes.Usage ? "USAGE" : "FAILURE",
    };

    /// <summary>A refused or failed call.</summary>
    public static FailureReport From(RpcException exception, Uri node)
    {
        if (exception.Trailers.FirstOrDefault(entry => entry.Key == DetailsTrailer) is { IsBinary: true } entry && TryRead(entry.ValueBytes, out var status))
            return From(status, node) with { Code = CodeName(exception.StatusCode) };

        var socket = Causes(exception).OfType<SocketException>().FirstOrDefault();
        var (what, whatToDo) = (exception.StatusCode, socket?.SocketErrorCode) switch
        {
            (_, SocketError.ConnectionRefused) => ("Nothing answers there: the connection was refused.", "Start the node, or name its staff address with --node or MCF_NODE (node.json in its data directory holds it)."),
            (_, SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain) => ("The host name is not known.", "Check the address given with --node or MCF_NODE."),
            (StatusCode.Unavailable, _) => ("The node cannot be reached or broke the connection.", "Check that --node names the staff address (gRPC), not the web address, and that the node is up."),
            (StatusCode.DeadlineExceeded, _) => ("The node did not answer in time.", "Try again with the same --request-id: what was done is not done twice."),
            (StatusCode.Unauthenticated, _) => ("The node asks who you are.", ReasonAdvice.For(ErrorReason.Unauthenticated)),
            (StatusCode.Unimplemented, _) => ("The server there does not know this call.", "Check that --node names a MicroCredsFederation node of this version."),
            _ => (exception.Status.Detail, ""),
        };
        return new() { What = what, Where = Address(node), WhatToDo = whatToDo, Code = CodeName(exception.StatusCode) };
    }

    /// <summary>Shows the report: to people on standard error, to programs as <c>{"error":{…}}</c> on standard output.</summary>
    public void Show(CommandOutput output) => output.Write(new JsonObject { ["error"] = ToJson() }, _ => ShowTo(output.Aside));

    /// <summary>The members of the error object.</summary>
    public JsonObject ToJson() => new()
    {
        ["code"] = Code,
        ["reason"] = Reason,
        ["message"] = What,
        ["where"] = Where,
        ["whatToDo"] = WhatToDo,
        ["metadata"] = new JsonObject(Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["violations"] = new JsonArray([.. Violations.Select(v => new JsonObject { ["field"] = v.Field, ["description"] = v.Description })]),
        ["retryAfterSeconds"] = RetryAfter?.TotalSeconds,
    };

    private void ShowTo(IAnsiConsole console)
    {
        console.Say($"mcf: {What}");
        var grid = Tables.Facts(("where", Where), ("reason", Reason.Length == 0 ? Code : $"{Reason} ({Code})"), ("what to do", WhatToDo),
            ("try again after", RetryAfter is { } wait ? $"{wait.TotalSeconds:0.#} s" : ""));
        foreach (var (name, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            grid.AddRow(new Text(PlainText.Safe(name)), new Text(PlainText.Safe(value)));
        console.Write(grid);
        if (Violations.Count == 0) return;
        var table = Tables.Of("field", "what is wrong");
        foreach (var violation in Violations) table.Row(violation.Field, violation.Description);
        console.Write(table);
    }

    /// <summary>A refusal that stands in an answer beside others.</summary>
    public static FailureReport From(Google.Rpc.Status status, Uri node)
    {
        var report = new FailureReport { What = status.Message, Where = Address(node), Code = CodeName((StatusCode)status.Code) };
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<ErrorInfo>(out var info))
            {
                var reason = ReasonOf(info.Reason);
                report = report with { Reason = info.Reason, Metadata = info.Metadata.ToDictionary(), WhatToDo = ReasonAdvice.For(reason) };
            }
            else if (detail.TryUnpack<BadRequest>(out var bad))
            {
                report = report with { Violations = bad.FieldViolations };
            }
            else if (detail.TryUnpack<RetryInfo>(out var retry))
            {
                report = report with { RetryAfter = retry.RetryDelay.ToTimeSpan() };
            }
        }
        return report;
    }

    private static ErrorReason ReasonOf(string name) =>
        ErrorsReflection.Descriptor.EnumTypes[0].FindValueByName(ReasonPrefix + name) is { } value ? (ErrorReason)value.Number : ErrorReason.Unspecified;

    private static bool TryRead(byte[] bytes, out Google.Rpc.Status status)
    {
        try
        {
            status = Google.Rpc.Status.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            status = new();
            return false;
        }
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception.InnerException ?? (exception as RpcException)?.Status.DebugException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    /// <summary>The status as the gRPC documents write it: <c>NotFound</c> is <c>NOT_FOUND</c>.</summary>
    private static string CodeName(StatusCode code) => code == StatusCode.OK ? "OK" : PlainText.Of(code).Replace(' ', '_').ToUpperInvariant();

    private static string Address(Uri node) => node.GetLeftPart(UriPartial.Authority);
}
