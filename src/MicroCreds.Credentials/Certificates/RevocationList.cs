using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// The certificates that an authority revoked, in one complete list that it signed itself. Lists of changes, of other authorities' certificates or of
/// a part of its own are refused: what they leave out would pass for valid. Source: RFC 5280, 5.
/// </summary>
public sealed class RevocationList
{
    /// <summary>Largest list that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string AuthorityKey = "2.5.29.35";
    private const string ListNumber = "2.5.29.20";

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);

    private readonly FrozenDictionary<string, DateTimeOffset> _revoked;

    private RevocationList(FrozenDictionary<string, DateTimeOffset> revoked, DateTimeOffset issuedAt, DateTimeOffset nextUpdate) => (_revoked, IssuedAt, NextUpdate) = (revoked, issuedAt, nextUpdate);

    /// <summary>When it was issued.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Until when the next one is out; a list past it is stale.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>What it is, in words.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"Revocation list of {IssuedAt:yyyy-MM-dd HH:mm:ss}Z with {_revoked.Count} certificates, next update by {NextUpdate:yyyy-MM-dd HH:mm:ss}Z.");

    /// <summary>A serial number as text: hexadecimal without leading zeros, which encodings add or leave out.</summary>
    public static string SerialOf(ReadOnlySpan<byte> number) => Convert.ToHexString(number.TrimStart((byte)0));

    /// <summary>When a certificate was revoked or put on hold; null when it was not.</summary>
    /// <param name="serial">Its serial number, as <see cref="SerialOf"/> writes it.</param>
    public DateTimeOffset? RevokedAt(string serial) => _revoked.TryGetValue(serial, out var at) ? at : null;

    /// <summary>Reads a list in DER or PEM; null, with what is wrong in words, when it cannot be used.</summary>
    /// <param name="file">The list.</param>
    /// <param name="authority">Who must have signed it.</param>
    /// <param name="fault">What is wrong; empty when it can be used.</param>
    public static RevocationList? Read(ReadOnlyMemory<byte> file, X509Certificate2 authority, out string fault)
    {
        fault = "it is no revocation list of certificates, or one of a kind that is not read here";
        if (file.Length > MaxBytes) return null;
        try
        {
            var der = Unpack(file);
            if (Parse(der, authority) is not { } list) return null;
            fault = "it is not signed by the authority named for it";
            if (authority.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage && (usage.KeyUsages & X509KeyUsageFlags.CrlSign) == 0) return null;
            if (!CertificateSignature.IsBy(der, authority)) return null;
            fault = "";
            return list;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> file)
    {
        if (file.Span.IndexOf("-----BEGIN X509 CRL-----"u8) < 0) return file;
        var text = Encoding.ASCII.GetString(file.Span);
        return Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
    }

    private static RevocationList? Parse(ReadOnlyMemory<byte> der, X509Certificate2 authority)
    {
        var content = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        // Version 2 says its number, the first one says nothing.
        if (content.PeekTag() == Asn1Tag.Integer && (!content.TryReadInt32(out var version) || version != 1)) return null;
        content.ReadEncodedValue();
        if (!content.ReadEncodedValue().Span.SequenceEqual(authority.SubjectName.RawData)) return null;
        var issuedAt = Time(content);
        // RFC 5280, 5.1.2.5: a list must say when the next one is out.
        if (!content.HasData || content.PeekTag() == Asn1Tag.Sequence || content.PeekTag().TagClass == TagClass.ContextSpecific) return null;
        var nextUpdate = Time(content);
        var revoked = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (content.HasData && content.PeekTag() == Asn1Tag.Sequence)
        {
            var entries = content.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                var serial = SerialOf(entry.ReadIntegerBytes().Span);
                revoked[serial] = Time(entry);
                if (entry.HasData && !AreKnown(entry.ReadSequence())) return null;
            }
        }
        if (content.HasData && !AreKnown(content.ReadSequence(Extensions).ReadSequence())) return null;
        return content.HasData ? null : new(revoked.ToFrozenDictionary(StringComparer.Ordinal), issuedAt, nextUpdate);
    }

    // RFC 5280, 5.2: a list with a critical extension that is not understood says something else than it seems to.
    private static bool AreKnown(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var what = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (critical && what is not (AuthorityKey or ListNumber)) return false;
        }
        return true;
    }

    private static DateTimeOffset Time(AsnReader reader) => reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
