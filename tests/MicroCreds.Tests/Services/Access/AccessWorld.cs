using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ExchangeService = MicroCreds.Services.Exchange.ExchangeService;

namespace MicroCreds.Tests.Services.Access;

/// <summary>
/// A node that hosts uni-roma.example, which holds a case and a learning agreement, and uni-madrid.example, which has nothing to do with either. Every
/// method of the contract can be called there by everybody, with a request that is right in itself.
/// </summary>
internal sealed class AccessWorld : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(b => b, b => b);

    private readonly TestNode _node;
    private readonly string _case;
    private readonly string _agreement;
    private readonly string _credential;

    private AccessWorld(TestNode node, string caseId, string agreement, string credential)
    {
        (_node, _case, _agreement, _credential) = (node, caseId, agreement, credential);
        Callers =
        [
            ("nobody", node.Anonymous()), ("submitter", node.Partner(TestConsortium.Voluntariado)), ("other partner", node.Partner(TestConsortium.Outsider)),
            .. Enum.GetValues<StaffRole>().Select(role => (role.ToString().ToLowerInvariant(), node.StaffOf([TestConsortium.Roma], "sam", role))),
            ("staff of another", node.StaffOf([TestConsortium.Madrid], "mar", Enum.GetValues<StaffRole>())),
        ];
    }

    /// <summary>Everybody who may call: the partner that submitted the case, one that has nothing to do with it, staff with one role each, and staff with every role at the other institution.</summary>
    public IReadOnlyList<(string Name, CallInvoker Invoker)> Callers { get; }

    /// <summary>Stands behind every message that is sent, as fields do that the node does not know yet.</summary>
    public byte[] Later { get; set; } = [];

    public TestNode Node => _node;

    public string OpenCase => _case;

    public string Agreement => _agreement;

    public static async Task<AccessWorld> StartAsync()
    {
        var node = await TestNode.StartAsync(
            [TestConsortium.Roma, TestConsortium.Madrid], clock: new TestClock(TimeProvider.System.GetUtcNow()), services: services => services.AddSingleton<StatementExchange>().AddSingleton<ExchangeService>(),
            map: application => application.MapGrpcService<ExchangeService>());
        await node.Hosting.All.Single(i => i.Organisation == TestConsortium.Roma).PublishAsync();
        var credential = node.Consortium.Issue(TestCredentials.Volunteering(node.Consortium));
        var submit = CaseDesk.Request(credential, TestTables.Activities);
        submit.Institution = TestConsortium.Roma.Value;
        var opened = await new RecognitionService.RecognitionServiceClient(node.Partner(TestConsortium.Voluntariado)).SubmitCredentialAsync(submit);
        var world = new AccessWorld(node, opened.RecognitionCase.CaseId, "", Convert.ToBase64String(credential));
        var officer = new AgreementService.AgreementServiceClient(node.StaffOf([TestConsortium.Roma], "sam", StaffRole.Officer));
        var recorded = await officer.RecordAgreementAsync(RecordAgreementRequest.Parser.ParseJson(world.Filled(SampleRequests.Of["AgreementService/RecordAgreement"], world._case)));
        return new AccessWorld(node, opened.RecognitionCase.CaseId, recorded.RecordedAgreement.AgreementId, Convert.ToBase64String(credential));
    }

    /// <summary>What a caller is told of a case or agreement by its id, with the id left out; "yes" for an answer.</summary>
    public async Task<string> TellAsync(MethodDescriptor method, CallInvoker invoker, string id)
    {
        var json = SampleRequests.Of[$"{method.Service.Name}/{method.Name}"].Replace("{agreement}", id, StringComparison.Ordinal);
        try
        {
            await CallAsync(method, invoker, Filled(json, id));
            return "yes";
        }
        catch (RpcException refused)
        {
            var refusal = RpcRefusal.Of(refused);
            return $"{refusal.Status} {refusal.Reason} {refusal.Message} {string.Join(", ", refusal.Keys.Select(k => $"{k}={refusal[k]}"))}".Replace(id, "ID", StringComparison.Ordinal);
        }
    }

    /// <summary>What a caller is answered: yes, sign in, role, unknown; or why the sample request is wrong.</summary>
    public async Task<string> AskAsync(MethodDescriptor method, CallInvoker invoker)
    {
        try
        {
            await CallAsync(method, invoker, Filled(SampleRequests.Of[$"{method.Service.Name}/{method.Name}"], _case));
            return "yes";
        }
        catch (RpcException refused)
        {
            var refusal = RpcRefusal.Of(refused);
            return refusal.Reason switch
            {
                "UNAUTHENTICATED" => "sign in",
                "PERMISSION_DENIED" => "role",
                // Another institution than the one asked may be unknown, as the source of a rule.
                "INSTITUTION_NOT_FOUND" when refusal["institution"] == TestConsortium.Roma.Value => "unknown",
                "CASE_NOT_FOUND" or "AGREEMENT_NOT_FOUND" => "unknown",
                _ when refusal.Reason == "INVALID_REQUEST" || refusal.Status is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unimplemented => $"{refusal.Status}: {refusal.Message}",
                // What was asked for cannot be done now; the caller was let through to hear it.
                _ => "yes",
            };
        }
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private string Filled(string json, string caseId) => json
        .Replace("{id}", RequestId.New().Value, StringComparison.Ordinal).Replace("{case}", caseId, StringComparison.Ordinal)
        .Replace("{agreement}", _agreement.Length > 0 ? _agreement : CaseId.New().Value, StringComparison.Ordinal).Replace("{credential}", _credential, StringComparison.Ordinal)
        .Replace("{soon}", Day(30), StringComparison.Ordinal).Replace("{later}", Day(300), StringComparison.Ordinal);

    private string Day(int days) => _node.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task CallAsync(MethodDescriptor method, CallInvoker invoker, string json)
    {
        var messages = json.Split(SampleRequests.Then).Select(text => (byte[])[.. JsonParser.Default.Parse(text, method.InputType).ToByteArray(), .. Later]).ToArray();
        var type = method is { IsClientStreaming: true } ? MethodType.DuplexStreaming : method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var call = new Method<byte[], byte[]>(type, method.Service.FullName, method.Name, Bytes, Bytes);
        switch (type)
        {
            case MethodType.Unary:
                await invoker.AsyncUnaryCall(call, null, default, messages[0]);
                break;
            case MethodType.ServerStreaming:
                using (var stream = invoker.AsyncServerStreamingCall(call, null, default, messages[0])) await FirstAsync(stream.ResponseStream);
                break;
            default:
                using (var stream = invoker.AsyncDuplexStreamingCall(call, null, default))
                {
                    try
                    {
                        foreach (var message in messages) await stream.RequestStream.WriteAsync(message);
                        await stream.RequestStream.CompleteAsync();
                    }
                    catch (Exception e) when (e is RpcException or InvalidOperationException)
                    {
                        // A node that refuses says why in its answer, and takes no more.
                    }

                    await stream.ResponseStream.MoveNext();
                }

                break;
        }
    }

    // The first message, or the end. A watch that waits for an event sends a checkpoint when its time has come.
    private async Task FirstAsync(IAsyncStreamReader<byte[]> stream)
    {
        var first = stream.MoveNext();
        while (!first.IsCompleted)
        {
            if (_node.Clock.Waiting > 0) _node.Clock.Advance(Feed.CheckpointEvery);
            await Task.Yield();
        }

        await first;
    }
}
