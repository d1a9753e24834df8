using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Cli;

/// <summary>A node that answers what a test tells it, on a free loopback port.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedNode(WebApplication application) => _application = application;

    public string Address => _application.Urls.Single();

    public static async Task<ScriptedNode> StartAsync(Script script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        var application = builder.Build();
        application.MapGrpcService<Recognition>();
        application.MapGrpcService<Explore>();
        application.MapGrpcService<Assessment>();
        await application.StartAsync();
        return new(application);
    }

    public static RpcException Refusal(StatusCode code, string message, params IMessage[] details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.AddRange(details.Select(Any.Pack));
        return new(new(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }

    public static ErrorInfo Info(string reason, params (string Name, string Value)[] metadata)
    {
        var info = new ErrorInfo { Reason = reason, Domain = "microcreds.federation" };
        foreach (var (name, value) in metadata) info.Metadata.Add(name, value);
        return info;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    /// <summary>What the node answers, and what it was asked.</summary>
    internal sealed class Script
    {
        public Func<IMessage, IMessage> Answer { get; set; } = _ => throw new InvalidOperationException("The test gave no answer.");

        public List<IMessage> Asked { get; } = [];

        public string? Authorization { get; private set; }

        public DateTime Deadline { get; private set; }

        public T Reply<T>(IMessage request, ServerCallContext context) where T : IMessage
        {
            Asked.Add(request);
            Authorization = context.RequestHeaders.GetValue("authorization");
            Deadline = context.Deadline;
            return (T)Answer(request);
        }
    }

    private sealed class Assessment(Script script) : AssessmentService.AssessmentServiceBase
    {
        public override Task<RequestInformationResponse> RequestInformation(RequestInformationRequest request, ServerCallContext context) => Task.FromResult(script.Reply<RequestInformationResponse>(request, context));

        public override Task<DecideCasesResponse> DecideCases(DecideCasesRequest request, ServerCallContext context) => Task.FromResult(script.Reply<DecideCasesResponse>(request, context));

        public override Task<AssignCasesResponse> AssignCases(AssignCasesRequest request, ServerCallContext context) => Task.FromResult(script.Reply<AssignCasesResponse>(request, context));

        public override Task<ApproveDecisionResponse> ApproveDecision(ApproveDecisionRequest request, ServerCallContext context) => Task.FromResult(script.Reply<ApproveDecisionResponse>(request, context));

        public override Task<SendBackDecisionResponse> SendBackDecision(SendBackDecisionRequest request, ServerCallContext context) => Task.FromResult(script.Reply<SendBackDecisionResponse>(request, context));

        public override Task<VerifyCaseResponse> VerifyCase(VerifyCaseRequest request, ServerCallContext context) => Task.FromResult(script.Reply<VerifyCaseResponse>(request, context));
    }

    private sealed class Recognition(Script script) : RecognitionService.RecognitionServiceBase
    {
        public override Task<ListCasesResponse> ListCases(ListCasesRequest request, ServerCallContext context) => Task.FromResult(script.Reply<ListCasesResponse>(request.Clone(), context));

        public override Task<GetCaseResponse> GetCase(GetCaseRequest request, ServerCallContext context) => Task.FromResult(script.Reply<GetCaseResponse>(request, context));

        public override Task<SubmitCredentialResponse> SubmitCredential(SubmitCredentialRequest request, ServerCallContext context) => Task.FromResult(script.Reply<SubmitCredentialResponse>(request, context));

        public override async Task SubmitCredentials(IAsyncStreamReader<SubmitCredentialsRequest> requestStream, IServerStreamWriter<SubmitCredentialsResponse> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var answer = script.Reply<SubmitCredentialsResponse>(requestStream.Current.Submission, context);
                answer.RequestId = requestStream.Current.Submission.RequestId;
                await responseStream.WriteAsync(answer, context.CancellationToken);
            }
        }

        public override Task<ExportDecisionResponse> ExportDecision(ExportDecisionRequest request, ServerCallContext context) => Task.FromResult(script.Reply<ExportDecisionResponse>(request, context));

        public override async Task WatchCases(WatchCasesRequest request, IServerStreamWriter<WatchCasesResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(script.Reply<WatchCasesResponse>(request, context), context.CancellationToken);
            await responseStream.WriteAsync(new() { Cursor = "checkpoint" }, context.CancellationToken);
        }
    }

    private sealed class Explore(Script script) : ExploreService.ExploreServiceBase
    {
        public override async Task ExploreRecognition(ExploreRecognitionRequest request, IServerStreamWriter<ExploreRecognitionResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new() { Question = new() { Achievement = request.Achievement ?? new(), AsOfDate = "2026-03-02", InstitutionCount = 2 } }, context.CancellationToken);
            await responseStream.WriteAsync(new() { Institution = script.Reply<ExploredInstitution>(request, context) }, context.CancellationToken);
            if (request.AsOfDate != "2000-01-01")
                await responseStream.WriteAsync(new() { End = new() { AskedCount = 2, AnsweredCount = 1, SilentInstitutions = { "uni-c.example" } } }, context.CancellationToken);
        }
    }
}
