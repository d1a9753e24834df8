using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Credentials.Certificates;

/// <summary>What a certificate states about itself as a qualified one. Source: RFC 3739, 3.2.6; ETSI EN 319 412-5, 4.2.1 and 4.2.3.</summary>
internal static class QualifiedStatements
{
    private const string Extension = "1.3.6.1.5.5.7.1.3";
    private const string Compliance = "0.4.0.1862.1.1";
    private const string Types = "0.4.0.1862.1.6";
    private const string Seal = "0.4.0.1862.1.6.2";

    /// <summary>Whether it states to be qualified (QcCompliance), and for electronic seals (QcType eseal).</summary>
    public static bool AreOfSeal(X509Certificate2 certificate)
    {
        try
        {
            var (qualified, seal) = (false, false);
            foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == Extension))
            {
                var statements = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (statements.HasData)
                {
                    var statement = statements.ReadSequence();
                    var what = statement.ReadObjectIdentifier();
                    qualified |= what == Compliance;
                    if (what != Types) continue;
                    var types = statement.ReadSequence();
                    while (types.HasData) seal |= types.ReadObjectIdentifier() == Seal;
                }
            }
            return qualified && seal;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
