using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Extensions.Hosting;

namespace MicroCreds.Services.Reflection;

/// <summary>Tells any client the contract of this node (gRPC Server Reflection Protocol, v1). Needs no sign-in: the contract is public.</summary>
public sealed class ReflectionService(IHostApplicationLifetime lifetime) : ServerReflection.ServerReflectionBase
{
    private static readonly FrozenDictionary<string, FileDescriptor> ByName = ServiceCatalogue.Files.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, FileDescriptor> BySymbol =
        ServiceCatalogue.Files.SelectMany(f => Symbols(f).Select(s => (s, f))).ToFrozenDictionary(p => p.s, p => p.f, StringComparer.Ordinal);
    private static readonly FrozenSet<string> Messages = ServiceCatalogue.Files.SelectMany(f => f.MessageTypes).SelectMany(Nested).Select(m => m.FullName).ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context) =>
        AnswerAllAsync(requestStream, responseStream, Answer, lifetime, context.CancellationToken);

    /// <summary>Answers one question after the other until the client has none or the node stops.</summary>
    internal static async Task AnswerAllAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, Func<TRequest, TResponse> answer, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (await requests.MoveNext(ends.Token)) await responses.WriteAsync(answer(requests.Current), ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // A client that keeps its stream open must not hold the stop of the node up.
        }
    }

    internal static ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new();
                response.ListServicesResponse.Service.AddRange(ServiceCatalogue.Services.Select(s => new ServiceResponse { Name = s.FullName }));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename when ByName.TryGetValue(request.FileByFilename, out var file):
                response.FileDescriptorResponse = Files(file);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol when BySymbol.TryGetValue(request.FileContainingSymbol, out var file):
                response.FileDescriptorResponse = Files(file);
                break;
            // The contract is proto3 without extensions: a known message has none.
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when Messages.Contains(request.AllExtensionNumbersOfType):
                response.AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.None:
                response.ErrorResponse = new() { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The request asks nothing." };
                break;
            default:
                response.ErrorResponse = new() { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = "This node has no such file, symbol or extension." };
                break;
        }

        return response;
    }

    private static FileDescriptorResponse Files(FileDescriptor file)
    {
        var files = new FileDescriptorResponse();
        // With everything it imports, so that a client needs no second question; the file asked for stands first.
        files.FileDescriptorProto.AddRange(ServiceCatalogue.WithImports(file).DistinctBy(f => f.Name).Reverse().Select(f => f.SerializedData));
        return files;
    }

    private static IEnumerable<string> Symbols(FileDescriptor file) =>
    [
        .. file.Services.SelectMany(s => s.Methods.Select(m => m.FullName).Prepend(s.FullName)),
        .. file.MessageTypes.SelectMany(Nested).SelectMany(m => m.EnumTypes.SelectMany(Enums).Concat(m.Fields.InDeclarationOrder().Select(f => f.FullName)).Concat(m.Oneofs.Select(o => o.FullName)).Prepend(m.FullName)),
        .. file.EnumTypes.SelectMany(Enums),
    ];

    private static IEnumerable<string> Enums(EnumDescriptor type) => type.Values.Select(v => v.FullName).Prepend(type.FullName);

    private static IEnumerable<MessageDescriptor> Nested(MessageDescriptor message) => message.NestedTypes.SelectMany(Nested).Prepend(message);
}
