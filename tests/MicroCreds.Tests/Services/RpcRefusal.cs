using Google.Rpc;
using Grpc.Core;
using MicroCreds.Services.Errors;

namespace MicroCreds.Tests.Services;

/// <summary>A refusal as a client sees it: status, reason and every key of its metadata.</summary>
internal sealed record RpcRefusal(StatusCode Status, string Message, ErrorInfo Info, BadRequest? BadRequest, TimeSpan? RetryAfter)
{
    public string Reason => Info.Reason;

    /// <summary>Keys of the metadata, in order.</summary>
    public string[] Keys => [.. Info.Metadata.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Fields at fault.</summary>
    public string[] Fields => [.. BadRequest?.FieldViolations.Select(v => v.Field) ?? []];

    public string this[string key] => Info.Metadata[key];

    /// <summary>The refusal of a call; fails when the call was answered.</summary>
    public static async Task<RpcRefusal> Of(Func<Task> call)
    {
        var exception = await Assert.ThrowsAnyAsync<RpcException>(call);
        return Of(exception);
    }

    public static RpcRefusal Of(RpcException exception)
    {
        var bytes = exception.Trailers.GetValueBytes("grpc-status-details-bin");
        Assert.True(bytes is not null, $"The status {exception.Status} has no details.");
        var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
        Assert.Equal((int)exception.StatusCode, status.Code);
        var info = status.Details.Single(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal(ProblemStatus.Domain, info.Domain);
        var bad = status.Details.SingleOrDefault(d => d.Is(Google.Rpc.BadRequest.Descriptor))?.Unpack<BadRequest>();
        var retry = status.Details.SingleOrDefault(d => d.Is(RetryInfo.Descriptor))?.Unpack<RetryInfo>();
        return new(exception.StatusCode, exception.Status.Detail, info, bad, retry?.RetryDelay.ToTimeSpan());
    }

    /// <summary>Demands a refusal with this status and reason, and exactly these keys of metadata.</summary>
    public static async Task<RpcRefusal> Expect(StatusCode status, string reason, string[] keys, Func<Task> call)
    {
        var refusal = await Of(call);
        Assert.True(status == refusal.Status && reason == refusal.Reason, $"Expected {status} {reason}, got {refusal.Status} {refusal.Reason}: {refusal.Message}");
        Assert.Equal(keys.Order(StringComparer.Ordinal), refusal.Keys);
        return refusal;
    }
}
