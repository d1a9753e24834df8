using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Protocols;

/// <summary>Calls a node as clients do that do not speak gRPC: over HTTP/1.1 or HTTP/2, with bodies made here byte by byte.</summary>
internal sealed class ProtocolClient(TestNode node, Version version) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(node.Address("http")) };

    /// <summary>Posts a body to a method.</summary>
    public Task<HttpResponseMessage> PostAsync(string method, string contentType, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, method, contentType, body, headers);

    /// <summary>Posts JSON to a method that answers once.</summary>
    public Task<HttpResponseMessage> JsonAsync(string method, string json, params (string Name, string Value)[] headers) =>
        PostAsync(method, "application/json", Encoding.UTF8.GetBytes(json), headers);

    /// <summary>Sends any request; returns when its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string method, string contentType, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(verb, $"/microcreds.federation.v1.{method}") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>A header with the token of a member of staff.</summary>
    public (string Name, string Value) As(string account, params StaffRole[] roles) => ("authorization", $"Bearer {node.Tokens.Issue(account, roles, [], TimeSpan.FromHours(1))}");

    /// <summary>A frame around a message.</summary>
    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    /// <summary>A frame around bytes.</summary>
    public static byte[] Frame(byte[] message, byte flags = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>The frames of a body, with their flags.</summary>
    public static List<(byte Flags, byte[] Message)> Frames(byte[] body)
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            frames.Add((body[at], body[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return frames;
    }

    /// <summary>The next frame of an answer that goes on.</summary>
    public static async Task<(byte Flags, string Text)> NextAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return (header[0], Encoding.UTF8.GetString(message));
    }

    public void Dispose() => _http.Dispose();
}
