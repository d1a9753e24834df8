using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Members;
using MicroCreds.Tests.Services.Exchange;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>What both tests of the transport need: a door of B, and callers to it.</summary>
public abstract class TransportTests : IAsyncLifetime, IDisposable
{
    private protected static readonly OrganisationId A = OrganisationId.Parse("uni-a.example");
    private protected static readonly OrganisationId B = OrganisationId.Parse("uni-b.example");
    private protected static readonly OrganisationId C = OrganisationId.Parse("uni-c.example");
    private readonly List<IAsyncDisposable> _hosts = [];
    private readonly List<PartnerChannels> _channels = [];

    private protected ExchangeMembers Members { get; } = new(TimeProvider.System.GetUtcNow().AddDays(-1), A, B, C);

    private protected PartnerHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await HostAsync(Members.Certificates[B], Members.List);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{Host.Port}"] });
    }

    public async Task DisposeAsync()
    {
        Dispose();
        foreach (var host in _hosts) await host.DisposeAsync();
    }

    public void Dispose()
    {
        foreach (var channels in _channels) channels.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<PartnerHost> HostAsync(X509Certificate2 certificate, TrustList list)
    {
        var host = await PartnerHost.StartAsync(B, certificate, list);
        _hosts.Add(host);
        return host;
    }

    /// <summary>Calls B as an institution, with a certificate, by a registry; by the members' list when none is given.</summary>
    private protected CallInvoker Caller(OrganisationId acting, X509Certificate2? certificate = null, TrustRegistry? registry = null)
    {
        var channels = new PartnerChannels(registry ?? Members.Join(), TimeProvider.System);
        _channels.Add(channels);
        return channels.For(PartnerHost.Institution(acting, certificate ?? Members.Certificates[acting]), B);
    }

    private protected TrustRegistry RegistryWith(Func<Member, Member> changeB) =>
        new(new MemberDirectory(Members.List with { Members = [.. Members.List.Members.Select(m => m.Organisation == B ? changeB(m) : m)] }), ReadOnlyMemory<byte>.Empty);

    private protected static async Task<Wire.EchoResponse> EchoAsync(CallInvoker invoker, string message = "hello", Metadata? headers = null, TimeSpan? deadline = null) =>
        await new Wire.MemberService.MemberServiceClient(invoker).EchoAsync(
            new Wire.EchoRequest { Message = message }, new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime + (deadline ?? TimeSpan.FromSeconds(30))));

    /// <summary>All that is said about a failure, from the status to the innermost cause.</summary>
    private protected static string Words(RpcException failure)
    {
        var words = failure.Status.Detail;
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException) words += "\n" + cause.Message;
        return words;
    }
}
