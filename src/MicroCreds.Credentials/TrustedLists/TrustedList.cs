using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.TrustedLists;

/// <summary>
/// A trusted list: which authorities a state supervises and found fit to issue qualified certificates for electronic seals, and since when. Its
/// signature is verified under certificates that the operator pinned for its scheme operator; those in the list are never looked at.
/// Source: ETSI TS 119 612, 5; Commission Implementing Decision (EU) 2015/1505.
/// </summary>
public sealed class TrustedList
{
    /// <summary>Largest list that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string Authority = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";
    private const string Granted = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted";
    private const string ForSeals = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals";

    private static readonly XNamespace Tsl = "http://uri.etsi.org/02231/v2#";

    private TrustedList(string territory, long number, DateTimeOffset issuedAt, DateTimeOffset nextUpdate) => (Territory, Number, IssuedAt, NextUpdate) = (territory, number, issuedAt, nextUpdate);

    /// <summary>Country or community, e.g. <c>IE</c>.</summary>
    public string Territory { get; }

    /// <summary>Sequence number; each issue has a higher one.</summary>
    public long Number { get; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Until when the next one is out. A list past it is stale and vouches for nobody.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The authorities for qualified seals, each with its certificates and the periods in which it was granted, none longer than the list lasts.</summary>
    public ImmutableArray<TrustedIssuer> Authorities { get; private init; } = [];

    /// <summary>Reads a list; null, with what is wrong in words, when it cannot be used. Whether it is stale is the caller's to judge.</summary>
    /// <param name="file">The list.</param>
    /// <param name="signers">Certificates that may have signed it.</param>
    /// <param name="fault">What is wrong; empty when it can be used.</param>
    public static TrustedList? Read(ReadOnlyMemory<byte> file, IReadOnlyList<X509Certificate2> signers, out string fault)
    {
        if (SealedXml.Open(file, MaxBytes, signers, out _, out fault) is not { } root) return null;
        fault = "it is no trusted list of a version that is read here (5 or 6)";
        var scheme = root.Element(Tsl + "SchemeInformation");
        if (root.Name != Tsl + "TrustServiceStatusList" || scheme is null || Text(scheme, "TSLVersionIdentifier") is not ("5" or "6")) return null;
        fault = "it does not say when it was issued, its number, or until when the next one is out";
        if (!long.TryParse(Text(scheme, "TSLSequenceNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || Time(Text(scheme, "ListIssueDateTime")) is not { } issuedAt || Time(scheme.Element(Tsl + "NextUpdate")?.Element(Tsl + "dateTime")?.Value) is not { } nextUpdate) return null;
        fault = "";
        var territory = Text(scheme, "SchemeTerritory");
        var list = new TrustedList(territory, number, issuedAt, nextUpdate);
        return new(territory, number, issuedAt, nextUpdate)
        {
            Authorities =
            [
                .. root.Elements(Tsl + "TrustServiceProviderList").Elements(Tsl + "TrustServiceProvider").Elements(Tsl + "TSPServices").Elements(Tsl + "TSPService").Select(list.Read).OfType<TrustedIssuer>(),
            ],
        };
    }

    /// <summary>What it is, in words.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"Trusted list of {Territory} number {Number}, issued {IssuedAt:yyyy-MM-dd}, next update by {NextUpdate:yyyy-MM-dd}, with {Authorities.Length} {(Authorities.Length == 1 ? "authority" : "authorities")} for qualified seals.");

    private TrustedIssuer? Read(XElement service)
    {
        if (service.Element(Tsl + "ServiceInformation") is not { } current) return null;
        var certificates = current.Elements(Tsl + "ServiceDigitalIdentity").Elements(Tsl + "DigitalId").Elements(Tsl + "X509Certificate").Select(Certificate).OfType<byte[]>().ToList();
        if (certificates.Count == 0) return null;

        // TS 119 612, 5.6: each status lasts until the next newer one begins, the newest until the list itself ends.
        var periods = ImmutableArray.CreateBuilder<TrustPeriod>();
        var until = NextUpdate;
        foreach (var status in service.Elements(Tsl + "ServiceHistory").Elements(Tsl + "ServiceHistoryInstance").Prepend(current).OrderByDescending(s => s == current).ThenByDescending(Begin))
        {
            if (Begin(status) is not { } from) return null;
            if (from < until && IsGranted(status)) periods.Add(new(from, until));
            if (from < until) until = from;
        }
        if (periods.Count == 0) return null;
        var name = current.Elements(Tsl + "ServiceName").Elements(Tsl + "Name").FirstOrDefault()?.Value.Trim() ?? "";
        return new(null, [], [.. certificates.Select(c => new ReadOnlyMemory<byte>(c))], $"trusted list of {Territory} number {Number}, service {(name.Length <= 120 ? name : name[..120])}")
        {
            Periods = periods.ToImmutable(), Qualified = true,
        };
    }

    private static bool IsGranted(XElement status) =>
        Text(status, "ServiceTypeIdentifier") == Authority && Text(status, "ServiceStatus") == Granted
        && status.Elements(Tsl + "ServiceInformationExtensions").Elements(Tsl + "Extension").Elements(Tsl + "AdditionalServiceInformation").Any(i => Text(i, "URI") == ForSeals);

    private static DateTimeOffset? Begin(XElement status) => Time(Text(status, "StatusStartingTime"));

    private static byte[]? Certificate(XElement element)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(element.Value));
            return certificate.RawData;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static string Text(XElement parent, string name) => parent.Element(Tsl + name)?.Value.Trim() ?? "";

    private static DateTimeOffset? Time(string? text) => ElmValues.TryParseTime(text?.Trim(), out var time) ? time.Instant : null;
}
