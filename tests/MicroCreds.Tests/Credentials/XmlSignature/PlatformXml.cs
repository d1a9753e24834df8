using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Xml;

namespace MicroCreds.Tests.Credentials.XmlSignature;

// The platform's implementation works on this type, and is what the one of the project is compared with.
#pragma warning disable RS0030

/// <summary>XML signatures and canonical forms as the platform makes them: a second opinion on the ones of the project.</summary>
internal static class PlatformXml
{
    public static byte[] Canonical(byte[] file, bool exclusive, string? apex = null)
    {
        var document = Load(file);
        Transform transform = exclusive ? new XmlDsigExcC14NTransform() : new XmlDsigC14NTransform();
        transform.LoadInput(apex is null ? document : document.SelectNodes($"//*[local-name()='{apex}']/descendant-or-self::node() | //*[local-name()='{apex}']/descendant-or-self::*/@* | //*[local-name()='{apex}']/descendant-or-self::*/namespace::*")!);
        using var stream = (Stream)transform.GetOutput(typeof(Stream));
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static bool Verifies(byte[] file, X509Certificate2 signer)
    {
        var document = Load(file);
        var signed = new SignedXml(document);
        signed.LoadXml((XmlElement)document.GetElementsByTagName("Signature", SignedXml.XmlDsigNamespaceUrl)[0]!);
        return signed.CheckSignature(signer, verifySignatureOnly: true);
    }

    public static byte[] Sign(string xml, RSA key, bool exclusive)
    {
        var document = Load(Encoding.UTF8.GetBytes(xml));
        var signed = new SignedXml(document) { SigningKey = key };
        signed.SignedInfo!.CanonicalizationMethod = exclusive ? SignedXml.XmlDsigExcC14NTransformUrl : SignedXml.XmlDsigC14NTransformUrl;
        var reference = new Reference("");
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        if (exclusive) reference.AddTransform(new XmlDsigExcC14NTransform());
        signed.AddReference(reference);
        signed.ComputeSignature();
        document.DocumentElement!.AppendChild(document.ImportNode(signed.GetXml(), deep: true));
        return Encoding.UTF8.GetBytes(document.OuterXml);
    }

    private static XmlDocument Load(byte[] file)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        using var reader = XmlReader.Create(new MemoryStream(file), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        document.Load(reader);
        return document;
    }
}
