using Google.Rpc;
using Grpc.Core;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Waits for a call to be refused and reads the refusal.</summary>
internal static class Refusals
{
    internal static Task<Refusal> Of<T>(AsyncUnaryCall<T> call) => Of(call.ResponseAsync);

    internal static async Task<Refusal> Of(Task call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);
        var details = Google.Rpc.Status.Parser.ParseFrom(exception.Trailers.GetValueBytes("grpc-status-details-bin") ?? []).Details;
        var fields = details.Where(d => d.Is(BadRequest.Descriptor)).SelectMany(d => d.Unpack<BadRequest>().FieldViolations).ToArray();
        return new(exception.StatusCode, RpcReason.Of(exception), RpcReason.InfoOf(exception)?.Metadata.ToDictionary() ?? [], [.. fields.Select(f => f.Field)], exception.Status.Detail);
    }
}

internal sealed record Refusal(StatusCode Status, string Reason, Dictionary<string, string> Metadata, string[] Fields, string Detail)
{
    internal (StatusCode Status, string Reason) Code => (Status, Reason);
}
