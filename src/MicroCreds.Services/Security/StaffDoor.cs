using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MicroCreds.Services.Security;

/// <summary>
/// How a node listens to staff and student systems: without TLS, HTTP/1.1 and HTTP/2 on one port. There is no negotiation without TLS, so the first
/// bytes of a connection decide. Source: RFC 9113, 3.3 and 3.4 (HTTP/2 with prior knowledge begins with a preface that is no HTTP/1.1 request).
/// </summary>
public static class StaffDoor
{
    /// <summary>Makes a listener the door of staff. The server must allow alternate schemes (<see cref="PartnerDoor.Limit"/>).</summary>
    public static void Open(ListenOptions listen)
    {
        Doorway.Guard(listen);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => ChooseAsync(connection, next));
    }

    private static async Task ChooseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(TransportLimits.HeadersTimeout);
        try
        {
            if (await BeginsWithPrefaceAsync(connection, patience.Token))
            {
                // The server takes the protocol from what TLS negotiated; with none, it takes HTTP/1.1. This says h2 in its place.
                var negotiated = new PriorKnowledge();
                connection.Features.Set<ITlsConnectionFeature>(negotiated);
                connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Silent for too long, or gone: nothing has been asked, so nothing is answered and nothing is an error of the node.
            connection.Abort();
            return;
        }

        await next(connection);
    }

    private static async Task<bool> BeginsWithPrefaceAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var (same, whole) = Compare(read.Buffer);
            // Nothing is consumed: the server reads the same bytes again.
            input.AdvanceTo(read.Buffer.Start, same && !whole ? read.Buffer.End : read.Buffer.Start);
            if (!same || whole || read.IsCompleted) return same && whole;
        }
    }

    private static (bool Same, bool Whole) Compare(ReadOnlySequence<byte> bytes)
    {
        var preface = "PRI * HTTP/2.0"u8;
        Span<byte> begin = stackalloc byte[(int)Math.Min(bytes.Length, preface.Length)];
        bytes.Slice(0, begin.Length).CopyTo(begin);
        return (begin.SequenceEqual(preface[..begin.Length]), begin.Length == preface.Length);
    }

    private sealed class PriorKnowledge : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public X509Certificate2? ClientCertificate { get => null; set => throw new NotSupportedException(); }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
