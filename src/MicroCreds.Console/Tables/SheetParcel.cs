using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.DataProtection;

namespace MicroCreds.Console.Tables;

/// <summary>
/// The files of an import on their way from the preview to its end. The browser carries them in a hidden field, compressed and sealed for the
/// account and the institution, so that nothing of a file lies on the node before it is imported, a restart or another replica loses nothing, and
/// what is imported is what was previewed.
/// </summary>
internal sealed class SheetParcel(IDataProtectionProvider protection, ConsoleContext page, TimeProvider clock)
{
    /// <summary>Most bytes of all files of an import, half of what <c>UploadDraft</c> of the contract takes, since a page carries them: about 100,000 rules.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Most bytes of a form with files or with a parcel: base64 makes four bytes of three.</summary>
    public const long MaxFormBytes = (MaxBytes / 3L * 4) + (256 * 1024);

    /// <summary>How long a preview can be taken up: longer, and the draft has moved on.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(2);

    private IDataProtector Seals => protection.CreateProtector("sheets", page.Session?.Account ?? "", page.Organisation);

    /// <summary>Table and sheets of a request as a text for a form.</summary>
    public string Seal(ImportDraftRequest sheets)
    {
        using var buffer = new MemoryStream();
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, clock.GetUtcNow().ToUnixTimeSeconds());
        buffer.Write(time);
        using (var packed = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) sheets.WriteTo(packed);
        return Base64Url.EncodeToString(Seals.Protect(buffer.ToArray()));
    }

    /// <summary>What <see cref="Seal"/> put in; null when the text was made for somebody else, is too old, or is no parcel.</summary>
    public ImportDraftRequest? Open(string text)
    {
        if (text.Length == 0 || !Base64Url.IsValid(text)) return null;
        byte[] opened;
        try
        {
            opened = Seals.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return null;
        }

        var sealedAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(opened));
        if (sealedAt + Life < clock.GetUtcNow()) return null;
        using var packed = new BrotliStream(new MemoryStream(opened, sizeof(long), opened.Length - sizeof(long)), CompressionMode.Decompress);
        return ImportDraftRequest.Parser.ParseFrom(packed);
    }
}
