using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>What a body that ends badly is to the caller of the reader. How messages are looked at is told over a wire by <see cref="TransportTests"/>.</summary>
public sealed class MessageFramingTests
{
    private const string Path = "/microcreds.federation.v1.EquivalenceService/ListTables";

    public static TheoryData<string> Ways => ["read at once", "read later", "tried", "given back"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task a_body_whose_caller_left_is_a_call_taken_back(string way)
    {
        foreach (var left in new Exception[] { new ConnectionAbortedException(), new ConnectionResetException("reset"), new IOException("The client reset the request stream.") })
        {
            var status = (await Assert.ThrowsAsync<RpcException>(() => ReadAsync(way, left))).Status;
            Assert.Equal(StatusCode.Cancelled, status.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task a_fault_of_the_node_stays_one(string way)
    {
        var fault = new InvalidOperationException("Reading is not allowed after reader was completed.");
        Assert.Same(fault, await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(way, fault)));
    }

    [Fact]
    public async Task a_body_that_breaks_the_rules_is_the_callers_fault()
    {
        var status = (await Assert.ThrowsAsync<RpcException>(() => ReadAsync("read later", new BadHttpRequestException("Bad chunk size data.")))).Status;
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
    }

    private static async Task ReadAsync(string way, Exception fault)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = Path;
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "microcreds.federation.v1.EquivalenceService", "ListTables", bytes, bytes);
        context.SetEndpoint(new Endpoint(null, new(new GrpcMethodMetadata(typeof(MessageFramingTests), method)), null));
        context.Features.Set<IRequestBodyPipeFeature>(new Failing(way, fault));

        var app = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        MessageFraming.Use(app).Run(async called =>
        {
            var reader = called.Request.BodyReader;
            if (way == "tried") reader.TryRead(out _);
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
        });
        await app.Build()(context);
    }

    /// <summary>A body that fails in one way, and otherwise has a message.</summary>
    private sealed class Failing(string way, Exception fault) : PipeReader, IRequestBodyPipeFeature
    {
        private static readonly ReadResult Message = new(new(new byte[5]), isCanceled: false, isCompleted: true);

        public PipeReader Reader => this;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => way switch
        {
            "read at once" => throw fault,
            "read later" => FailAsync(),
            _ => new(Message),
        };

        public override bool TryRead(out ReadResult result)
        {
            result = Message;
            return way == "tried" ? throw fault : true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (way == "given back") throw fault;
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        private async ValueTask<ReadResult> FailAsync()
        {
            await Task.Yield();
            throw fault;
        }
    }
}
