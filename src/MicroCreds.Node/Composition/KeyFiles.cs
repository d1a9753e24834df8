using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Composition;

/// <summary>Keys in files that only the node's account may read.</summary>
internal static class KeyFiles
{
    /// <summary>The signing key in a PEM file; made when <paramref name="create"/> and the file is not there.</summary>
    public static SigningKey SigningKey(string path, bool create)
    {
        if (!File.Exists(path) && create) WriteSecret(path, Domain.Jose.SigningKey.Generate().ExportPem());
        return Domain.Jose.SigningKey.TryImportPem(Read(path), out var key) ? key
            : throw new ConfigurationException($"{path} is not an EC P-256 private key in PKCS#8 PEM.");
    }

    /// <summary>The secret for learners' pseudonyms; made when the file is not there. Losing it separates learners from their ledger.</summary>
    public static byte[] LearnerSecret(string path)
    {
        if (!File.Exists(path)) WriteSecret(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        try
        {
            return Convert.FromBase64String(Read(path).Trim()) is { Length: 32 } secret ? secret : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{path} does not hold 32 bytes in base64.", e);
        }
    }

    /// <summary>The TLS certificate with its key.</summary>
    public static X509Certificate2 TlsCertificate(string certificate, string key)
    {
        try
        {
            using var loaded = X509Certificate2.CreateFromPem(Read(certificate), Read(key));
            // TLS on Windows wants the key in a container of its own; elsewhere this is a plain copy.
            return X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{certificate} and {key} are not a certificate and its private key in PEM: {e.Message}", e);
        }
    }

    /// <summary>The institution's seal; null when neither file is there.</summary>
    /// <exception cref="ConfigurationException">Only one of them is there, or they make no seal.</exception>
    public static SealingCertificate? Seal(string certificate, string key) =>
        !File.Exists(certificate) && !File.Exists(key) ? null
        : SealingCertificate.TryImportPem(Read(certificate), Read(key), out var seal) ? seal
        : throw new ConfigurationException($"{certificate} and {key} make no seal: they must belong together, be on P-256, and the certificate must carry an organizationIdentifier.");

    /// <summary>Makes a directory and those above it.</summary>
    /// <exception cref="ConfigurationException">The account of the node may not, or something else stands there.</exception>
    public static void MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The directory {path} cannot be made or used: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that only this account may read, as a whole or not at all.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static void WriteSecret(string path, string content)
    {
        MakeDirectory(Path.GetDirectoryName(path) ?? ".");
        try
        {
            Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be written: {e.Message}", e);
        }
    }

    private static void Write(string path, string content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message} The guide to keys says how it is made.", e);
        }
    }
}
