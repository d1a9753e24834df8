using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Services.Recognition;

/// <summary>Request ids of changes that the node makes by itself.</summary>
internal static class NodeRequests
{
    /// <summary>The same case in the same state gives the same request: a walk that was cut off, or one on a second replica, does nothing twice.</summary>
    /// <param name="walk">Which of the node's walks, for example <c>case-clock</c>.</param>
    /// <param name="c">The case as it was read.</param>
    public static ChangeRequest Of(string walk, RecognitionCase c)
    {
        var content = Encoding.UTF8.GetBytes($"{walk} {c.Application.Case} {c.EventCount}");
        var uuid = SHA256.HashData(content)[..16];
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80); // RFC 9562, 5.8: version 8, made by a rule of one's own.
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return RequestId.TryParse(new Guid(uuid, bigEndian: true).ToString("D"), out var id)
            ? new ChangeRequest("node", id, Sha256Digest.Of(content)) : throw new InvalidOperationException("A digest made no UUID.");
    }
}
