using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Domain.Members;
using MicroCreds.Services;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Exchange;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Who is let in by the partners' door, as who, and with which words others are refused.</summary>
public sealed class CallerTests : TransportTests
{
    [Fact]
    public async Task knows_a_partner_by_its_key_and_says_so()
    {
        var echo = await EchoAsync(Caller(A));
        Assert.Equal(("hello", "partner", A.Value, B.Value, "Tls13"), (echo.Message, echo.CallerKind, echo.CallerName, echo.AnsweredBy, echo.TlsVersion));
        Assert.Equal(CallerAuthentication.KeyDigest(Members.Certificates[A]).Value, echo.ClientKeyDigest);
        Assert.Empty(echo.Roles);
    }

    [Fact]
    public async Task does_not_look_at_a_bearer_token_of_a_partner()
    {
        var echo = await EchoAsync(Caller(A), headers: new Metadata { { "authorization", "Bearer nonsense" } });
        Assert.Equal("partner", echo.CallerKind);
    }

    [Fact]
    public async Task refuses_a_key_the_trust_list_does_not_pin()
    {
        using var other = ExchangeMembers.SelfSigned(A, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await RefusedAsync(Caller(A, other), "not pinned by the trust list serial 1");
    }

    [Theory]
    [InlineData(-30, -1)]
    [InlineData(1, 30)]
    public async Task refuses_a_certificate_out_of_its_time_although_its_key_is_pinned(int fromDays, int toDays)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var late = ExchangeMembers.SelfSigned(A, now.AddDays(fromDays), now.AddDays(toDays));
        Members.Change(A, m => m with { TlsKeys = [CallerAuthentication.KeyDigest(late)] });
        var host = await HostAsync(Members.Certificates[B], Members.List);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{host.Port}"] });
        await RefusedAsync(Caller(A, late), "which is not now; renew it");
    }

    [Fact]
    public async Task takes_the_caller_for_whom_its_key_says_and_not_for_whom_it_says_it_is()
    {
        var impostor = Caller(A, Members.Certificates[C]);
        Assert.Equal(C.Value, (await EchoAsync(impostor)).CallerName);
        var exchange = new Wire.ExchangeService.ExchangeServiceClient(impostor);
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await exchange.NotifyAsync(new Wire.NotifyRequest { Issuer = A.Value, Audience = B.Value, Epoch = 1, Sequence = 1 }));
        await exchange.NotifyAsync(new Wire.NotifyRequest { Issuer = C.Value, Audience = B.Value, Epoch = 1, Sequence = 1 });
    }

    [Fact]
    public async Task refuses_a_suspended_member()
    {
        Members.Change(A, m => m with { Status = MemberStatus.Suspended });
        var host = await HostAsync(Members.Certificates[B], Members.List);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{host.Port}"] });
        await RefusedAsync(Caller(A), "not pinned by the trust list serial");
    }

    [Fact]
    public async Task asks_for_each_call_on_a_connection_who_is_a_member_by_the_list_in_force()
    {
        var kept = Caller(A, registry: RegistryWith(b => b));
        Assert.Equal(A.Value, (await EchoAsync(kept)).CallerName);
        foreach (var (status, isMember) in new[] { (MemberStatus.Suspended, false), (MemberStatus.Active, true), (MemberStatus.Suspended, false) })
        {
            Members.Change(A, m => m with { Status = status });
            Assert.False(Host.Registry.TakeOver(Members.List, ReadOnlyMemory<byte>.Empty).Failed(out _, out _));
            if (isMember) Assert.Equal(A.Value, (await EchoAsync(kept)).CallerName);
            else await RefusedAsync(kept, $"not pinned by the trust list serial {Members.List.Serial}");
        }
    }

    [Fact]
    public async Task refuses_everybody_when_its_trust_list_has_expired()
    {
        var host = await HostAsync(Members.Certificates[B], Members.List with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) });
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{host.Port}"] });
        await RefusedAsync(Caller(A), "of this node has expired");
    }

    [Fact]
    public async Task ends_a_connection_without_a_certificate()
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { TargetHost = B.Value, RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == Members.Certificates[B].GetCertHashString() },
        };
        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{Host.Port}", new GrpcChannelOptions { HttpHandler = handler });
        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(channel.CreateCallInvoker()));
        Assert.True(RpcReason.IsPassing(failure));
        Assert.Empty(RpcReason.Of(failure));
    }

    [Fact]
    public async Task speaks_no_tls_older_than_1_3()
    {
        using var client = new TcpClient("127.0.0.1", Host.Port);
        await using var tls = new SslStream(client.GetStream());
#pragma warning disable CA5398 // The old version is what is tried.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = B.Value,
            EnabledSslProtocols = SslProtocols.Tls12,
            ClientCertificates = [Members.Certificates[A]],
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == Members.Certificates[B].GetCertHashString(),
        };
#pragma warning restore CA5398
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options));
        Assert.False(tls.IsAuthenticated);
    }

    [Theory]
    [InlineData(0, StatusCode.InvalidArgument)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task takes_a_request_up_to_the_limit_and_none_above_it(int above, StatusCode expected)
    {
        // A request of one field: a tag, the length in four bytes, the text. It is whole, and refused for its length in characters, up to the limit.
        var message = new string('x', TransportLimits.MaxRequestBytes - 5 + above);
        Assert.Equal(TransportLimits.MaxRequestBytes + above, new Wire.EchoRequest { Message = message }.CalculateSize());
        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(Caller(A), message));
        Assert.Equal(expected, failure.StatusCode);
    }

    [Fact]
    public async Task takes_headers_below_the_limit_and_none_above_it()
    {
        var invoker = Caller(A);
        await EchoAsync(invoker, headers: new Metadata { { "x-filling", new string('x', TransportLimits.MaxHeaderBytes - 1024) } });
        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(invoker, headers: new Metadata { { "x-filling", new string('x', TransportLimits.MaxHeaderBytes) } }));
        Assert.NotEqual(StatusCode.OK, failure.StatusCode);
        await EchoAsync(invoker);
    }

    private static async Task RefusedAsync(CallInvoker invoker, string words)
    {
        var refusal = await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => EchoAsync(invoker));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
