using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Hosting;

namespace MicroCreds.Services.Reflection;

/// <summary>The same answers under the protocol's first name, which older clients ask. The messages of both are the same bytes.</summary>
public sealed class AlphaReflectionService(IHostApplicationLifetime lifetime) : ServerReflection.ServerReflectionBase
{
    /// <inheritdoc/>
    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context) =>
        ReflectionService.AnswerAllAsync(requestStream, responseStream, Answer, lifetime, context.CancellationToken);

    private static ServerReflectionResponse Answer(ServerReflectionRequest request) =>
        ServerReflectionResponse.Parser.ParseFrom(ReflectionService.Answer(Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString())).ToByteString());
}
