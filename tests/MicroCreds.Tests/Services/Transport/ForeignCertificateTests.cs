using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Exchange;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>
/// A certificate of the other side may say where its authority's certificate is to be had (RFC 5280, 4.2.2.1). Who went there would let strangers choose addresses inside
/// the institution, and wait for them with a thread; trust comes from pinned keys, so nobody goes.
/// </summary>
public sealed class ForeignCertificateTests : TransportTests
{
    private readonly TcpListener _elsewhere = new(IPAddress.Loopback, 0);

    public ForeignCertificateTests() => _elsewhere.Start();

    [Fact]
    public async Task goes_nowhere_for_a_callers_certificate()
    {
        using var certificate = Issued(A);
        Members.Change(A, m => m with { TlsKeys = [CallerAuthentication.KeyDigest(certificate)] });
        var host = await HostAsync(Members.Certificates[B], Members.List);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{host.Port}"] });
        Assert.Equal(A.Value, (await EchoAsync(Caller(A, certificate))).CallerName);
        Assert.False(_elsewhere.Pending());
    }

    [Fact]
    public async Task goes_nowhere_for_the_certificate_of_who_is_called_nor_for_its_own()
    {
        using var certificate = Issued(B);
        var host = await HostAsync(certificate, Members.List);
        Members.Change(B, m => m with { Endpoints = [$"https://127.0.0.1:{host.Port}"], TlsKeys = [CallerAuthentication.KeyDigest(certificate)] });
        Assert.Equal(B.Value, (await EchoAsync(Caller(A))).AnsweredBy);
        Assert.False(_elsewhere.Pending());
    }

    [Fact]
    public async Task knows_a_caller_again_on_every_connection()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(A.Value, (await EchoAsync(Caller(A))).CallerName);
            Assert.Equal(C.Value, (await EchoAsync(Caller(C))).CallerName);
        }
    }

    private X509Certificate2 Issued(OrganisationId organisation) => ExchangeMembers.Issued(
        organisation, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1), new Uri($"http://{_elsewhere.LocalEndpoint}/authority.cer"));
}
