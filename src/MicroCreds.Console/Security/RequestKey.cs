using System.Security.Cryptography;

namespace MicroCreds.Console.Security;

/// <summary>The <c>request_id</c> of a form: made when the form is shown and sent with it, so that submitting it twice acts once.</summary>
internal static class RequestKey
{
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        // RFC 9562, 5.4: version 4, variant 10.
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>The id as it came with a form, or a new one when it is no UUID.</summary>
    public static string Keep(string? text) => Guid.TryParseExact(text, "D", out var id) ? id.ToString("D") : New();
}
