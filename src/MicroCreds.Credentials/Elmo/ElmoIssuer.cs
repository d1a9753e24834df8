using System.Xml.Linq;
using MicroCreds.Credentials.XmlSignature;

namespace MicroCreds.Credentials.Elmo;

/// <summary>
/// The issuer of a report, by the names under which its keys may be registered: <c>schac:uni-a.example</c>, <c>erasmus:S UMEA01</c>,
/// <c>pic:999881821</c>, and so on for every identifier it states, the type in small letters.
/// </summary>
internal static class ElmoIssuer
{
    private const int MaxIdentifiers = 20;

    private static readonly string[] Order = ["schac", "erasmus", "pic"];

    /// <summary>The identifiers that the issuer of a report states, the SCHAC domain before others.</summary>
    public static List<(string Type, string Value)> Identifiers(XElement report) =>
    [
        .. (report.One("issuer")?.Many("identifier") ?? []).Select(i => (Type: ((string?)i.Attribute("type") ?? "other").ToLowerInvariant(), Value: i.Plain() ?? "")).Where(i => i.Value.Length > 0)
            .OrderBy(i => Array.IndexOf(Order, i.Type) is var at and >= 0 ? at : Order.Length).Take(MaxIdentifiers),
    ];

    /// <summary>The same as names.</summary>
    public static IEnumerable<string> Names(XElement report) => Identifiers(report).Select(i => $"{i.Type}:{i.Value}");

    /// <summary>The SCHAC domains it states.</summary>
    public static IEnumerable<string> Domains(XElement report) => Identifiers(report).Where(i => i.Type == "schac").Select(i => i.Value);
}
