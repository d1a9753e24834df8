using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Exchange;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Whom a node calls, at which address, and what it costs when nobody answers there.</summary>
public sealed class PartnerChannelsTests : TransportTests
{
    [Fact]
    public async Task does_not_speak_to_a_node_whose_key_is_not_pinned()
    {
        var failure = await FailureAsync(Caller(A, registry: RegistryWith(m => m with { TlsKeys = [Sha256Digest.Of("another key"u8)] })));
        Assert.Contains($"does not prove to be {B}: the trust list does not pin its key", Words(failure), StringComparison.Ordinal);
    }

    [Fact]
    public async Task does_not_speak_to_a_node_whose_certificate_has_ended()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var ended = ExchangeMembers.SelfSigned(B, now.AddDays(-30), now.AddDays(-1));
        var host = await HostAsync(ended, Members.List);
        var failure = await FailureAsync(Caller(A, registry: RegistryWith(m => m with { TlsKeys = [CallerAuthentication.KeyDigest(ended)], Endpoints = [$"https://127.0.0.1:{host.Port}"] })));
        Assert.Contains("which is not now", Words(failure), StringComparison.Ordinal);
    }

    [Fact]
    public async Task asks_for_answers_that_are_not_compressed()
    {
        await EchoAsync(Caller(A));
        Assert.Equal("identity", Host.AcceptedEncoding);
    }

    [Fact]
    public async Task tries_the_next_address_when_nobody_listens_at_the_first()
    {
        var closed = Closed();
        var echo = await EchoAsync(Caller(A, registry: RegistryWith(m => m with { Endpoints = [$"https://127.0.0.1:{closed}", "not an address", "http://127.0.0.1:1", m.Endpoints[0]] })));
        Assert.Equal(B.Value, echo.AnsweredBy);
    }

    [Fact]
    public async Task tries_the_next_address_when_the_first_accepts_and_says_nothing()
    {
        using var frozen = Frozen();
        var echo = await EchoAsync(Caller(A, registry: RegistryWith(m => m with { Endpoints = [$"https://{frozen.LocalEndpoint}", m.Endpoints[0]] })));
        Assert.Equal(B.Value, echo.AnsweredBy);
    }

    [Fact]
    public async Task tries_the_next_address_when_another_node_answers_at_the_first()
    {
        var other = await HostAsync(Members.Certificates[C], Members.List);
        var echo = await EchoAsync(Caller(A, registry: RegistryWith(m => m with { Endpoints = [$"https://127.0.0.1:{other.Port}", m.Endpoints[0]] })));
        Assert.Equal(B.Value, echo.AnsweredBy);
    }

    [Fact]
    public async Task spends_one_deadline_on_a_partner_that_never_answers()
    {
        using var frozen = Frozen();
        var caller = Caller(A, registry: RegistryWith(m => m with { Endpoints = [$"https://{frozen.LocalEndpoint}"] }));
        var start = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(caller, deadline: TimeSpan.FromSeconds(1)));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.True(Stopwatch.GetElapsedTime(start) < PartnerConnection.Timeout);
    }

    [Fact]
    public async Task is_away_for_its_callers_when_no_address_answers()
    {
        var failure = await FailureAsync(Caller(A, registry: RegistryWith(m => m with { Endpoints = [$"https://127.0.0.1:{Closed()}"] })));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Theory]
    [InlineData(MemberStatus.Suspended, true)]
    [InlineData(MemberStatus.Announced, true)]
    [InlineData(MemberStatus.Active, false)]
    public async Task knows_no_way_to_a_member_that_is_not_active_or_has_no_address(MemberStatus status, bool address)
    {
        var registry = RegistryWith(m => m with { Status = status, Endpoints = address ? m.Endpoints : [] });
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], () => EchoAsync(Caller(A, registry: registry)));
    }

    [Fact]
    public async Task calls_nobody_by_a_trust_list_that_has_expired()
    {
        var registry = new TrustRegistry(new MemberDirectory(Members.List with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) }), ReadOnlyMemory<byte>.Empty);
        var refusal = await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => EchoAsync(Caller(A, registry: registry)));
        Assert.Contains("has expired", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task lets_go_of_a_connection_when_the_trust_list_changes_the_key_behind_it()
    {
        var registry = Members.Join();
        using var channels = new PartnerChannels(registry, TimeProvider.System);
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        await EchoAsync(channels.For(acting, B));
        var keys = Members.Members[B].TlsKeys;
        Members.Change(B, m => m with { TlsKeys = [Sha256Digest.Of("another key"u8)] });
        Assert.Contains("does not pin its key", Words(await FailureAsync(channels.For(acting, B))), StringComparison.Ordinal);
        Members.Change(B, m => m with { TlsKeys = keys });
        await EchoAsync(channels.For(acting, B));
    }

    [Fact]
    public async Task calls_by_the_new_trust_list_also_whoever_hears_of_it_before_the_old_connections_are_gone()
    {
        PartnerChannels? channels = null;
        CallInvoker? asked = null;
        var acting = PartnerHost.Institution(A, Members.Certificates[A]);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{Closed()}"] });
        var registry = Members.Join();
        registry.Changed += () => asked = channels!.For(acting, B);
        using (channels = new PartnerChannels(registry, TimeProvider.System))
        {
            await FailureAsync(channels.For(acting, B));
            Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{Host.Port}"] });
            await EchoAsync(asked!);
            await EchoAsync(channels.For(acting, B));
        }
    }

    private static async Task<RpcException> FailureAsync(CallInvoker invoker)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(invoker));
        Assert.True(RpcReason.IsPassing(failure), failure.ToString());
        return failure;
    }

    private static TcpListener Frozen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Closed()
    {
        using var listener = Frozen();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
