using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using MicroCreds.Services.Reflection;
using MicroCreds.Tests.Services.Equivalence;

namespace MicroCreds.Tests.Services.Reflection;

public sealed class ReflectionServiceTests
{
    [Fact]
    public async Task answers_one_question_after_the_other_without_sign_in()
    {
        await using var node = await TableNode.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(node.As()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Contains("microcreds.federation.v1.EquivalenceService", call.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name));
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { Host = "h", FileByFilename = "microcreds/federation/v1/errors.proto" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(("h", "h"), (call.ResponseStream.Current.ValidHost, call.ResponseStream.Current.OriginalRequest.Host));
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task older_clients_get_the_same_answers()
    {
        await using var node = await TableNode.StartAsync();
        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(node.As()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "microcreds.federation.v1.RecognitionService" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var now = ReflectionService.Answer(new() { FileContainingSymbol = "microcreds.federation.v1.RecognitionService" });
        Assert.Equal(now.FileDescriptorResponse.FileDescriptorProto, call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task lets_go_of_a_client_that_keeps_asking_when_the_node_stops()
    {
        await using var node = await TableNode.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(node.As()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var stopped = node.StopAsync();
        // The client's half is still open, so the server resets the stream with NO_ERROR behind its answer (RFC 9113, 8.1); which of the two
        // the client reads first is a race.
        var end = await Record.ExceptionAsync(async () => Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.True(end is null || (end is RpcException { StatusCode: StatusCode.Internal } reset && reset.Status.Detail.Contains("NO_ERROR", StringComparison.Ordinal)), $"{end}");
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("microcreds.federation.v1.EquivalenceService", "microcreds/federation/v1/equivalence_service.proto")]
    [InlineData("microcreds.federation.v1.EquivalenceService.ListRules", "microcreds/federation/v1/equivalence_service.proto")]
    [InlineData("microcreds.federation.v1.EquivalenceAnswer.Kind", "microcreds/federation/v1/equivalence_service.proto")]
    [InlineData("microcreds.federation.v1.GradeTable", "microcreds/federation/v1/grade_service.proto")]
    [InlineData("google.rpc.ErrorInfo", "google/rpc/error_details.proto")]
    [InlineData("grpc.health.v1.Health", "grpc/health/v1/health.proto")]
    public void finds_the_file_of_a_symbol_with_everything_it_imports(string symbol, string expected)
    {
        var files = Files(ReflectionService.Answer(new ServerReflectionRequest { FileContainingSymbol = symbol }));
        Assert.Equal(expected, files[0].Name);
        Assert.All(files.SelectMany(f => f.Dependency), d => Assert.Contains(d, files.Select(f => f.Name)));
    }

    [Fact]
    public void says_that_no_message_has_extensions()
    {
        var response = ReflectionService.Answer(new ServerReflectionRequest { AllExtensionNumbersOfType = "microcreds.federation.v1.GradeTable" });
        Assert.Equal("microcreds.federation.v1.GradeTable", response.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    public static TheoryData<string, StatusCode> Unknown => new()
    {
        { """{ "fileByFilename": "x.proto" }""", StatusCode.NotFound },
        { """{ "fileContainingSymbol": "x.Y" }""", StatusCode.NotFound },
        { """{ "fileContainingExtension": { "containingType": "microcreds.federation.v1.GradeTable", "extensionNumber": 1 } }""", StatusCode.NotFound },
        { """{ "allExtensionNumbersOfType": "x.Y" }""", StatusCode.NotFound },
        { "{}", StatusCode.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void answers_what_it_does_not_know_with_an_error_and_goes_on(string request, StatusCode expected)
    {
        var response = ReflectionService.Answer(ServerReflectionRequest.Parser.ParseJson(request));
        Assert.Equal((int)expected, response.ErrorResponse.ErrorCode);
        Assert.NotEmpty(response.ErrorResponse.ErrorMessage);
    }

    private static FileDescriptorProto[] Files(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];
}
